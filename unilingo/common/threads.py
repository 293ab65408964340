"""Several things done side by side on threads that take their logging context along and leave no database connection behind."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def side_by_side(runs: Sequence[Callable[[], T]], at_once: int) -> list[T]:
    """What each of `runs` returns. After an error no other is begun; it is raised when those under way have ended."""
    with ThreadPoolExecutor(at_once, thread_name_prefix="side-by-side") as pool:
        futures = [pool.submit(copy_context().run, _run, run) for run in runs]
        done, pending = wait(futures, return_when=FIRST_EXCEPTION)
        for future in pending:
            future.cancel()
    failed = (future for future in futures if not future.cancelled() and future.exception())
    for future in failed:
        future.result()
    return [future.result() for future in futures]


def _run(run: Callable[[], T]) -> T:
    try:
        return run()
    finally:
        connections.close_all()
