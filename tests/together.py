"""Many who do something at the same moment, each with database connections of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
MANY = 8


def at_once(act: Callable[[int], T], many: int = MANY) -> list[T]:
    """What `act` answers to each of so many threads, which begin together."""
    ready = Barrier(many)

    def run(number: int) -> T:
        ready.wait()
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(run, range(many)))
