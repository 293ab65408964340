"""The line of writers at one database file: of all processes, and of the threads of this one.

The kernel keeps the line of processes (`flock`): it wakes the next one at once, and lets go for a process that dies.
But it knows no timeout, and who has the file may be frozen. So a thread of its own waits for the kernel, and only while
another process writes; the thread that wants to write waits for that one, and goes when its time is over.
"""

import fcntl
import os
import threading
from _thread import start_new_thread
from time import monotonic


class Line:
    def __init__(self, path: str) -> None:
        # Not the database itself, whose closing would let go of SQLite's own locks.
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._head = threading.Lock()  # whose turn it is in this process
        self._asked = threading.Condition()
        self._is_asking = self._is_wanted = False

    def enter(self, seconds: float) -> bool:
        """False: its turn has not come in this time."""
        ends = monotonic() + seconds
        if not self._head.acquire(timeout=seconds):
            return False
        if self._take_file(ends - monotonic()):
            return True
        self._head.release()
        return False

    def leave(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._head.release()

    def close(self) -> None:
        os.close(self._file)

    def _take_file(self, seconds: float) -> bool:
        with self._asked:
            if not self._is_asking:
                try:
                    fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._is_asking = True
                    start_new_thread(self._ask, ())
                else:
                    return True
            self._is_wanted = True
            is_ours = self._asked.wait_for(lambda: not self._is_asking, seconds)
            self._is_wanted = False
            return is_ours

    def _ask(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._asked:
            self._is_asking = False
            if self._is_wanted:
                self._asked.notify()
            else:
                fcntl.flock(self._file, fcntl.LOCK_UN)


_lines: dict[str, Line] = {}


def line(path: str) -> Line:
    """Two threads that ask for the first time at once may get two: the kernel has them in one line."""
    if path not in _lines:
        _lines[path] = Line(path)
    return _lines[path]


def _forget() -> None:
    """A child that kept the parent's file would hold its place after the parent has died."""
    for each in _lines.values():
        each.close()
    _lines.clear()


os.register_at_fork(after_in_child=_forget)
