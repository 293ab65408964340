"""Counts the calls of an engine that has no guard, as a guard counts those of a provider.

A text of which nothing can be made is no failure of the engine, and what it never makes is no call.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from jobs.errors import AttemptFailed, NeverMade, UnusableInput
from jobs.providers.guarded import classify
from resilience.retry import FailureKind
from unilingo.common.metrics import PROVIDER_CALL_SECONDS, PROVIDER_CALLS, meter


class Counted:
    """The engine, whatever it can do."""

    def __init__(self, engine: Any, name: str) -> None:
        self._engine = engine
        self._name = name

    def __getattr__(self, member: str) -> Any:
        found = getattr(self._engine, member)
        return self._timed(found) if callable(found) else found

    def _timed(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def call(*request: Any) -> Any:
            began, outcome = perf_counter(), str(FailureKind.INTERRUPTED)
            try:
                answer = ask(*request)
                outcome = "ok"
                return answer
            except NeverMade:
                outcome = ""
                raise
            except AttemptFailed as error:
                outcome = "ok" if isinstance(error, UnusableInput) else classify(error).kind
                raise
            finally:
                if outcome:
                    meter.count(PROVIDER_CALLS, self._name, outcome)
                    meter.observe(PROVIDER_CALL_SECONDS, perf_counter() - began, self._name)

        return call
