"""What threads do together: several things side by side, with the logging context and without a database connection left behind; and one for all."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache, wraps
from threading import RLock
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")


def made_once(make: Callable[P, T]) -> Callable[P, T]:
    """As functools.cache, for what takes long to make: of all who ask at once one makes it, and the others wait."""
    cached, making = cache(make), RLock()

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        with making:
            return cached(*args, **kwargs)  # type: ignore[arg-type]  # what cannot be hashed is told when it is called

    return made


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
