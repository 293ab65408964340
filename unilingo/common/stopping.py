"""Whether this process has been asked to end: who sleeps, sleeps here, so as to be woken by that."""

import threading

_asked = threading.Event()


def stop() -> None:
    _asked.set()


def is_stopping() -> bool:
    return _asked.is_set()


def wait_for_stop(seconds: float) -> bool:
    """Sleep, unless this process stops or is stopping: then True, at once."""
    return _asked.wait(seconds)


def go_on() -> None:
    """For tests, which stop a process that lives on."""
    _asked.clear()
