"""What the fleet has done in the last hour, day or week: jobs by kind and by user, calls by provider.

Kinds and providers are counted as they work (fleet_metrics.py), so that a page takes as long with a million jobs as with
ten. Users are too many to count: those are shown whose the newest MOST jobs are.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil

from django.conf import settings

from jobs import queries
from jobs.kind import kinds
from jobs.models import Status
from jobs.provider import providers
from resilience.spending import Spent, spent_since
from unilingo.common.metrics import (
    JOB_RUN_SECONDS,
    JOB_WAITING_SECONDS,
    LIMITER_WAIT_SECONDS,
    PROVIDER_CALL_SECONDS,
    PROVIDER_CALLS,
    Series,
    Values,
)
from unilingo.common.timestamps import moment_of
from unilingo.error_codes import STATUS
from unilingo.monitoring import fleet_metrics

MOST = 20_000
USERS_SHOWN = 20
PARTS = (0.5, 0.95, 0.99)
# The last is no failure of the provider either: our worker went away.
NO_FAILURE = ("ok", "slow", "interrupted")
# By what dollars are saved, in words.
SAVED = {
    "cached_result": "Cached results",
    "replay": "Replays",
    "checkpoint": "Checkpoints",
    "cached_tokens": "Cached tokens",
}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Window:
    """So many `slots` of the length in which it is counted, and as many of them as make one bar of the chart."""

    words: str
    slot: timedelta
    slots: int
    slots_in_bar: int


WINDOWS = {
    "1h": Window("the last hour", MINUTE, 60, 5),
    "24h": Window("the last 24 hours", HOUR, 24, 1),
    "7d": Window("the last 7 days", HOUR, fleet_metrics.HOURS_KEPT, 6),
}

# Seconds under which a half, 95 and 99 of a hundred lie; none of nothing.
Times = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Line:
    """Jobs that ended, or calls of a provider. `failing`: percent that failed for no fault of what came in, `level`: what
    the settings of the alerts make of that. `note`: why there are no figures.
    """

    name: str
    count: int
    an_hour: float
    failed: int
    failing: float
    level: str
    waiting: Times
    running: Times
    usd: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """Jobs that ended from `since` on."""

    since: datetime
    completed: int
    failed: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted since then."""

    since: datetime
    kinds: list[Line]
    providers: list[Line]
    saved: list[tuple[str, float]]
    bars: list[Bar]

    @property
    def highest(self) -> int:
        return max(1, *(bar.completed + bar.failed for bar in self.bars))


@dataclass(frozen=True, slots=True)
class Users:
    """Those with the most jobs since then, of `in_all`. `is_cut`: no more than the newest jobs were looked at."""

    since: datetime
    lines: list[Line]
    in_all: int
    is_cut: bool


def counted(window: Window, now: datetime) -> Counted | None:
    """None: Redis is away."""
    slots = _slots(window, now)
    if slots is None:
        return None
    since = moment_of(min(slots) * window.slot.total_seconds())
    hours, spent = (now - since) / HOUR, spent_since(since)
    by_label: dict[str, Values] = {}
    for sample, value in fleet_metrics.summed(slots.values()).items():
        by_label.setdefault(sample[1], {})[sample] = value
    by_kind = _sums(spent, lambda one: one.kind)
    by_provider = _sums(spent, lambda one: one.provider)
    states = {one.name: "" if one.is_set_up(settings) else "not configured" for one in providers()}
    return Counted(
        since,
        [_kind(name, by_label.get(name, {}), hours, by_kind) for name in kinds()],
        [
            _provider(name, by_label.get(name, {}), hours, by_provider, states[name])
            for name in states
        ],
        [(words, sum(by_label.get(by, {}).values())) for by, words in SAVED.items()],
        _bars(window, slots),
    )


def users(window: Window, now: datetime) -> Users:
    since = now - window.slot * window.slots
    ended = queries.ended_since(since, MOST)
    is_cut = len(ended) == MOST
    since = ended[-1].finished_at if is_cut else since
    usd = _sums(spent_since(since), lambda one: one.user_id)
    jobs: dict[str, list[queries.Ended]] = {}
    for job in ended:
        jobs.setdefault(job.user_id, []).append(job)
    most = sorted(jobs, key=lambda name: -len(jobs[name]))[:USERS_SHOWN]
    lines = [_user(name, jobs[name], (now - since) / HOUR, usd) for name in most]
    return Users(since, lines, len(jobs), is_cut)


def _slots(window: Window, now: datetime) -> Mapping[int, Values] | None:
    if window.slot == HOUR:
        return fleet_metrics.last_hours(window.slots, now.timestamp())
    minutes = fleet_metrics.last_minutes(window.slots, now.timestamp())
    latest = int(now.timestamp() // 60)
    wanted = range(latest - window.slots + 1, latest + 1)
    return {at: minutes.values.get(at, {}) for at in wanted} if minutes.is_fleet else None


def _kind(name: str, values: Values, hours: float, usd: Mapping[str, Decimal]) -> Line:
    ended, ours = fleet_metrics.ended(values), fleet_metrics.failed_by_us(values)
    return Line(
        name,
        sum(ended.values()),
        sum(ended.values()) / hours,
        ended[Status.FAILED],
        *_failing(ours, ended[Status.COMPLETED] + ended[Status.FAILED]),
        _quantiles(values, JOB_WAITING_SECONDS),
        _quantiles(values, JOB_RUN_SECONDS),
        usd.get(name, Decimal(0)),
    )


def _provider(
    name: str, values: Values, hours: float, usd: Mapping[str, Decimal], state: str
) -> Line:
    calls = fleet_metrics.counted(values, PROVIDER_CALLS)
    count = round(sum(calls.values()))
    failed = round(sum(n for (_, outcome), n in calls.items() if outcome not in NO_FAILURE))
    return Line(
        name,
        count,
        count / hours,
        failed,
        *_failing(failed, count),
        _quantiles(values, LIMITER_WAIT_SECONDS),
        _quantiles(values, PROVIDER_CALL_SECONDS),
        usd.get(name, Decimal(0)),
        "" if count else state,
    )


def _user(
    name: str, jobs: Sequence[queries.Ended], hours: float, usd: Mapping[str, Decimal]
) -> Line:
    states = Counter(job.status for job in jobs)
    failed = [job for job in jobs if job.status == Status.FAILED]
    ours = sum(STATUS.get(job.error_code, 500) >= 500 for job in failed)
    started = [(job.asked_at, job.started_at, job.finished_at) for job in jobs]
    return Line(
        name,
        len(jobs),
        len(jobs) / hours,
        len(failed),
        *_failing(ours, states[Status.COMPLETED] + len(failed)),
        _times((began - asked).total_seconds() for asked, began, _ in started if began),
        _times((ended - began).total_seconds() for _, began, ended in started if began),
        usd.get(name, Decimal(0)),
    )


def _failing(failed: int, of: int) -> tuple[float, str]:
    """Percent, and the word for its colour."""
    percent, policy = 100 * failed / of if of else 0.0, settings.ALERT_POLICY
    if of < policy.failure_minimum or percent <= policy.failure_high:
        return percent, ""
    return percent, "bad" if percent > policy.failure_critical else "high"


def _quantiles(values: Values, series: Series) -> Times:
    found = fleet_metrics.buckets(values, series)
    return [fleet_metrics.quantile(found, series, part) for part in PARTS]


def _times(seconds: Iterable[float]) -> Times:
    ordered = sorted(seconds)
    return [ordered[ceil(part * len(ordered)) - 1] if ordered else None for part in PARTS]


def _sums(spent: Iterable[Spent], name_of: Callable[[Spent], str]) -> dict[str, Decimal]:
    sums = defaultdict[str, Decimal](Decimal)
    for one in spent:
        sums[name_of(one)] += one.usd
    return sums


def _bars(window: Window, slots: Mapping[int, Values]) -> list[Bar]:
    order = sorted(slots)
    bars = []
    for first in order[:: window.slots_in_bar]:
        parts = [slots[first + at] for at in range(window.slots_in_bar)]
        ended = fleet_metrics.ended(fleet_metrics.summed(parts))
        since = moment_of(first * window.slot.total_seconds())
        bars.append(Bar(since, ended[Status.COMPLETED], ended[Status.FAILED]))
    return bars
