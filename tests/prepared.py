"""Folders that are costly to make: the first process of a test run that asks for one makes it, and all copy it."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_NAME = "PYTEST_PREPARED"


def room() -> Path:
    """Where they are. tests/conftest.py asks first, so that the processes of pytest-xdist have it from their environment."""
    if _NAME not in os.environ:
        os.environ[_NAME] = tempfile.mkdtemp(prefix="unilingo-prepared-")
        os.chmod(os.environ[_NAME], 0o711)  # PostgreSQL's account goes through it
        atexit.register(shutil.rmtree, os.environ[_NAME], ignore_errors=True)
    return Path(os.environ[_NAME])


def prepared(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, made when it is not there: `make` fills an empty one."""
    folder = room() / name
    with (room() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = Path(tempfile.mkdtemp(dir=room()))
            make(unfinished)
            unfinished.rename(folder)
    return folder
