"""Where the time of one piece of work goes, for who traces it (unilingo/tracing.py). By default nobody does, at no cost.

A job's trace bears the job's own id, so its runs find it on any worker, and after any time in the queue.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Recorder(Protocol):
    def span(
        self, name: str, job_id: str, facts: Mapping[str, str]
    ) -> AbstractContextManager[object]:
        """Around a piece of work: part of the job's trace, or without a job of what goes on around it."""
        ...

    def request(self, name: str, seconds: float, job_id: str, facts: Mapping[str, str]) -> None:
        """A request that ends now. With a job, it is the one that the job's trace begins with."""
        ...


_recorder: Recorder | None = None


def use(recorder: Recorder | None) -> None:
    global _recorder
    _recorder = recorder


def span(name: str, *, job_id: str = "", **facts: str) -> AbstractContextManager[object]:
    return _recorder.span(name, job_id, facts) if _recorder else nullcontext()


def request(name: str, seconds: float, *, job_id: str, **facts: str) -> None:
    if _recorder:
        _recorder.request(name, seconds, job_id, facts)
