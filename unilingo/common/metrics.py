"""What this process has counted and timed since it last told the fleet (unilingo/monitoring/fleet_metrics.py does the telling).

Counting costs a dictionary entry and no round trip. It lies at the bottom of the house, since jobs and the guard
count here too; docs/metrics.md explains each series.
"""

import os
import threading
import uuid
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from unilingo.common.clock import Clock, SystemClock

MINUTES_KEPT = 60
# The part of a sample that is no bucket: the sum of everything observed.
SUM = "sum"


@dataclass(frozen=True, slots=True)
class Series:
    """A counter, or with `bounds` (upper ones, in seconds, of its buckets) a histogram."""

    name: str
    help: str
    labels: tuple[str, ...]
    bounds: tuple[float, ...] = ()

    def bucket(self, seconds: float) -> str:
        at = bisect_left(self.bounds, seconds)
        return str(self.bounds[at]) if at < len(self.bounds) else "+Inf"


_QUICK = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.5, 5.0, 10.0)
_SLOW = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)

REQUESTS = Series("requests", "Requests answered", ("method", "route", "status"))
REQUEST_SECONDS = Series("request_seconds", "Time to answer a request", ("method", "route"), _QUICK)
JOB_EVENTS = Series("job_events", "Jobs that came into a state", ("kind", "type"))
JOB_FAILURES = Series("job_failures", "Jobs that failed", ("kind", "code"))
JOB_WAITING_SECONDS = Series(
    "job_waiting_seconds", "Time in the queue before a run", ("kind",), _SLOW
)
JOB_RUN_SECONDS = Series("job_run_seconds", "Time of one run of a job", ("kind", "end"), _SLOW)
PROVIDER_CALLS = Series("provider_calls", "Provider calls made", ("provider", "outcome"))
PROVIDER_CALL_SECONDS = Series("provider_call_seconds", "Time of a call", ("provider",), _SLOW)
PROVIDER_REFUSALS = Series("provider_refusals", "Calls not made", ("provider", "reason"))
BREAKER_TRANSITIONS = Series("breaker_transitions", "Moves of a breaker", ("provider", "after"))
USAGE_ESTIMATED = Series("usage_estimated", "Calls booked by estimate", ("provider",))
SAVED_USD = Series("saved_usd", "Dollars that were not spent again", ("by",))
BUDGET_CROSSINGS = Series(
    "budget_crossings", "Months that passed 50, 80 or 100 percent of a limit", ("scope", "percent")
)
GUARD_OUTAGES = Series("guard_outages", "Times a process lost the shared limits", ("mode",))
STORAGE_FAILURES = Series("storage_failures", "Times that a file could not be kept or read", ())
LIMITER_WAIT_SECONDS = Series(
    "limiter_wait_seconds", "Time a call was held back inside the guard", ("provider",), _SLOW
)
ALL = tuple(one for one in dict(globals()).values() if isinstance(one, Series))

# The name of a series, the values of its labels, and for a histogram a bucket's bound or SUM.
Sample = tuple[str, ...]
Values = dict[Sample, float]


@dataclass(frozen=True, slots=True)
class Batch:
    """Counts that are told together, once: whoever adds them up knows a second telling by the `number`.

    `teller`: the process that counted. Its numbers grow with each batch, so that its last one is all to remember.

    `minutes`: the same by the minute (since the epoch) in which they happened, the last MINUTES_KEPT only.
    """

    teller: str
    number: int
    totals: Values
    minutes: dict[int, Values]


@dataclass(slots=True)
class _Counts:
    totals: defaultdict[Sample, float] = field(default_factory=lambda: defaultdict(float))
    minutes: dict[int, defaultdict[Sample, float]] = field(default_factory=dict)


class Meter:
    """One per process; safe for threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts = _Counts()
        self._batch: Batch | None = None
        self._id, self._batches = uuid.uuid4().hex, 0

    def count(self, series: Series, *labels: str, by: float = 1.0) -> None:
        self._add({(series.name, *labels): by})

    def observe(self, series: Series, seconds: float, *labels: str) -> None:
        name = (series.name, *labels)
        self._add({(*name, series.bucket(seconds)): 1.0, (*name, SUM): seconds})

    def pending_batch(self) -> Batch | None:
        """What is to be told next: the same batch again until `told` says that it has arrived. None: nothing."""
        with self._lock:
            if self._batch is None and self._counts.totals:
                counts, self._counts = self._counts, _Counts()
                minutes = {minute: dict(values) for minute, values in counts.minutes.items()}
                self._batches += 1
                # With the process's number, since a process that is forked has the same id.
                teller = f"{self._id}:{os.getpid()}"
                self._batch = Batch(teller, self._batches, dict(counts.totals), minutes)
            return self._batch

    def acknowledge(self, batch: Batch) -> None:
        with self._lock:
            if self._batch is batch:
                self._batch = None

    def unflushed(self) -> dict[int, Values]:
        """By minute, what nobody else knows yet."""
        with self._lock:
            found = {minute: dict(values) for minute, values in self._counts.minutes.items()}
            for minute, values in (self._batch.minutes if self._batch else {}).items():
                into = found.setdefault(minute, {})
                for sample, value in values.items():
                    into[sample] = into.get(sample, 0.0) + value
        return found

    def _add(self, values: Values) -> None:
        minute = int(self._clock.now() // 60)
        with self._lock:
            if minute not in self._counts.minutes:
                self._counts.minutes[minute] = defaultdict(float)
                self._counts.minutes.pop(minute - MINUTES_KEPT, None)
            for sample, value in values.items():
                self._counts.totals[sample] += value
                self._counts.minutes[minute][sample] += value


meter = Meter(SystemClock())
