"""Untrusted files as pages: their text, and pictures of them, from a process that may fail without harm."""

import contextlib
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from jobs.errors import UnreadableFile

PROGRAM = Path(__file__).with_name("sandboxed.py")
# Of one answer. The program itself ends after so many seconds of work that sandboxed.CPU_SECONDS says.
PATIENCE_SECONDS = 30.0
ANSWER_BYTES = 64 << 20

REASONS = {
    "broken": "The file is damaged, or not what it seems to be.",
    "locked": "The file is locked with a password.",
    "pages": "The file has more than 500 pages.",
    "pixels": "The picture has more than 100 megapixels.",
    "large": "The file takes too much memory or time to read.",
}


class SandboxFailed(UnreadableFile):
    """The process has ended or hangs: no further page of this file will come."""

    message = REASONS["large"]


class Unpacked:
    """A file taken apart. Everything raises UnreadableFile."""

    def __init__(self, process: "subprocess.Popen[bytes]", patience_seconds: float) -> None:
        self._process = process
        self._patience_seconds = patience_seconds
        self.pages = int(self._answer())

    def text(self, page: int) -> str:
        """The text that a PDF says its page has; empty for a picture."""
        return self._ask(f"text {page}").decode(errors="replace")

    def picture(self, page: int) -> bytes:
        """An upright JPEG, 3000 pixels at its longest side."""
        return self._ask(f"picture {page}")

    def _ask(self, question: str) -> bytes:
        stdin = self._process.stdin
        assert stdin is not None
        # A process that is gone has no answer either.
        with contextlib.suppress(BrokenPipeError):
            stdin.write(f"{question}\n".encode())
            stdin.flush()
        return self._answer()

    def _answer(self) -> bytes:
        until = time.monotonic() + self._patience_seconds
        head = self._read(5, until)
        length = int.from_bytes(head[1:], "big")
        if length > ANSWER_BYTES:
            raise SandboxFailed
        body = self._read(length, until)
        if head[:1] == b"o":
            return body
        raise UnreadableFile(REASONS.get(body.decode(errors="replace"), REASONS["broken"]))

    def _read(self, length: int, until: float) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None
        read = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while len(read) < length:
                is_ready = selector.select(max(0.0, until - time.monotonic()))
                chunk = os.read(stdout.fileno(), length - len(read)) if is_ready else b""
                if not chunk:
                    raise SandboxFailed
                read += chunk
        return read


@contextlib.contextmanager
def unpacked(
    content: IO[bytes], media_type: str, *, patience_seconds: float = PATIENCE_SECONDS
) -> Iterator[Unpacked]:
    """The pages of a file. Raises UnreadableFile."""
    with tempfile.NamedTemporaryFile(prefix="unilingo-") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        with subprocess.Popen(
            [sys.executable, "-I", str(PROGRAM), file.name, media_type],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        ) as process:
            try:
                yield Unpacked(process, patience_seconds)
            finally:
                process.kill()
