"""A call whose SDK does not bound the time that it takes, on a thread of its own."""

import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from jobs.errors import ProviderTimeout

T = TypeVar("T")


def in_time(seconds: float, name: str, run: Callable[["Future[T]"], None]) -> T:
    """What `run`, in the caller's context, puts into the future that it is given, be it an error. Raises ProviderTimeout."""
    ended: Future[T] = Future()
    here = contextvars.copy_context()
    threading.Thread(target=here.run, args=(run, ended), name=name, daemon=True).start()
    try:
        return ended.result(seconds)
    except TimeoutError:
        raise ProviderTimeout from None
