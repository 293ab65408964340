"""Untrusted files as pages: their text, and pictures of them, from a process that may fail without harm."""

import contextlib
import json
import os
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from jobs.errors import UnreadableFile
from jobs.kinds.document.sandboxed.content import PageContent

# Nothing but its own folder and what is installed can be imported in there.
PROGRAM = "import sys; sys.path.append(sys.argv.pop(1)); from sandboxed.program import main; main()"
HERE = Path(__file__).parent
# Of one answer. The program itself ends after so many seconds of work that program.CPU_SECONDS says.
PATIENCE_SECONDS = 30.0
ANSWER_BYTES = 64 << 20

REASONS = {
    "broken": "The file is damaged, or not what it seems to be.",
    "locked": "The file is locked with a password. Save it without one.",
    "pages": "The file has more than 500 pages.",
    "pixels": "The picture has more than 100 megapixels.",
    "large": "The file takes too much memory or time to read.",
    "entities": "The file defines entities of its own, which may hide a bomb. Save it anew, or as PDF.",
    "xfa": "This form shows itself only in Adobe Reader. Open it there, print it to a PDF, and send that.",
}


# One picture at a time in a worker, since each may take the memory of a hundred pages of text.
_UNPACKING = threading.Lock()


class SandboxFailed(UnreadableFile):
    """The process has ended or hangs: no further page of this file will come."""

    message = REASONS["large"]


class Unpacked:
    """A file taken apart. Everything raises UnreadableFile."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.pages = int(self._answer())

    def page(self, page: int) -> PageContent:
        """What the file says of its page."""
        content: PageContent = json.loads(self._ask(f"page {page}"))
        return content

    def picture(self, page: int) -> bytes:
        """An upright JPEG, 3000 pixels at its longest side."""
        with _UNPACKING:
            return self._ask(f"picture {page}")

    def part(self, page: int, box: Sequence[float]) -> bytes:
        """The same of what is inside a box of the page, or of one of the pictures attached to it."""
        with _UNPACKING:
            return self._ask(f"part {page} {' '.join(map(str, box))}")

    def _ask(self, question: str) -> bytes:
        stdin = self._process.stdin
        assert stdin is not None
        # A process that is gone has no answer either.
        with contextlib.suppress(BrokenPipeError):
            stdin.write(f"{question}\n".encode())
            stdin.flush()
        return self._answer()

    def _answer(self) -> bytes:
        until = time.monotonic() + PATIENCE_SECONDS
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
def unpacked(content: IO[bytes], media_type: str) -> Iterator[Unpacked]:
    """The pages of a file. Raises UnreadableFile."""
    with tempfile.NamedTemporaryFile(prefix="unilingo-") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        with subprocess.Popen(
            [sys.executable, "-I", "-c", PROGRAM, str(HERE), file.name, media_type],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        ) as process:
            try:
                yield Unpacked(process)
            finally:
                process.kill()
