"""A call whose SDK does not bound the time that it takes, on a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from jobs.errors import ProviderTimeout

T = TypeVar("T")


def in_time(seconds: float, name: str, run: Callable[["Future[T]"], None]) -> T:
    """What `run` puts into the future that it is given, be it an error. Raises ProviderTimeout."""
    ended: Future[T] = Future()
    threading.Thread(target=run, args=(ended,), name=name, daemon=True).start()
    try:
        return ended.result(seconds)
    except TimeoutError:
        raise ProviderTimeout from None
