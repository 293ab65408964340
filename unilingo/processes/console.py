"""Shows what child processes write, line by line, each line with the name of its program."""

import os
import selectors
from collections.abc import Callable
from typing import IO, BinaryIO


class Console:
    """`names_lines` off leaves the lines as they are: JSON with a name before it is no longer JSON."""

    def __init__(self, output: BinaryIO, *, names_lines: bool) -> None:
        self._output = output
        self._names_lines = names_lines
        self._selector = selectors.DefaultSelector()

    def follow(self, stream: IO[bytes], name: str) -> None:
        prefix = f"{name:<8}| ".encode() if self._names_lines else b""
        pending = b""

        def take(data: bytes) -> None:
            nonlocal pending
            *lines, pending = (pending + data).split(b"\n")
            if not data and pending:
                lines.append(pending)
            self._write(b"".join(prefix + line + b"\n" for line in lines))

        self._selector.register(stream, selectors.EVENT_READ, take)

    def when_closed(self, stream: IO[bytes], then: Callable[[], None]) -> None:
        def take(data: bytes) -> None:
            if not data:
                then()

        self._selector.register(stream, selectors.EVENT_READ, take)

    def show(self, seconds: float) -> None:
        """What has come since, or what comes first within so many seconds."""
        for key, _ in self._selector.select(seconds):
            data = os.read(key.fd, 65536)
            key.data(data)
            if not data:
                self._selector.unregister(key.fileobj)
                key.fileobj.close()  # type: ignore[union-attr]  # only streams are registered

    def _write(self, data: bytes) -> None:
        try:
            self._output.write(data)
            self._output.flush()
        except OSError:
            # Whoever read it has gone; the programs run all the same.
            return
