"""What the fleet has done in the last hour, day or week: jobs by kind and by user, calls by provider.

The jobs and what was paid are rows, read once each. However many there are, no more than the newest MOST are looked at,
and the window is then as long as those.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil

from django.conf import settings

from jobs import queries
from jobs.kind import kinds
from jobs.models import Status
from jobs.provider import providers
from resilience.spending import Spent, spent_since
from unilingo.common.metrics import (
    LIMITER_WAIT_SECONDS,
    PROVIDER_CALL_SECONDS,
    PROVIDER_CALLS,
    Values,
)
from unilingo.common.words import spoken
from unilingo.monitoring import fleet_metrics
from unilingo.problems import STATUS

MOST = 20_000
USERS_SHOWN = 20
PARTS = (0.5, 0.95, 0.99)
# Not the provider's failure either: our worker went away.
NO_FAILURE = ("ok", "slow", "interrupted")


@dataclass(frozen=True, slots=True)
class Window:
    """`bars`: how many the chart has."""

    words: str
    length: timedelta
    bars: int


WINDOWS = {
    "1h": Window("the last hour", timedelta(hours=1), 12),
    "24h": Window("the last 24 hours", timedelta(hours=24), 24),
    "7d": Window("the last 7 days", timedelta(days=7), 28),
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
class Work:
    """`is_cut`: there were more jobs in the window than MOST. `providers` None: Redis is away."""

    since: datetime
    until: datetime
    is_cut: bool
    kinds: list[Line]
    users: list[Line]
    users_in_all: int
    providers: list[Line] | None
    providers_since: datetime
    bars: list[Bar]

    @property
    def jobs(self) -> int:
        return sum(line.count for line in self.kinds)

    @property
    def bar(self) -> str:
        return spoken((self.until - self.since) / len(self.bars))

    @property
    def highest(self) -> int:
        return max(1, *(bar.completed + bar.failed for bar in self.bars))


def work(window: Window, now: datetime) -> Work:
    ended = queries.ended_since(now - window.length, MOST)
    is_cut = len(ended) == MOST
    since = ended[-1].finished_at if is_cut else now - window.length
    hours = (now - since) / timedelta(hours=1)
    spent = spent_since(since)
    by_user = _lines(ended, spent, hours, lambda one: one.user_id)
    counted_since, counts = _counts(window, now)
    return Work(
        since=since,
        until=now,
        is_cut=is_cut,
        kinds=_lines(ended, spent, hours, lambda one: one.kind, kinds()),
        users=sorted(by_user, key=lambda line: -line.count)[:USERS_SHOWN],
        users_in_all=len(by_user),
        providers=None
        if counts is None
        else _providers(counts, spent, (now - counted_since) / timedelta(hours=1)),
        providers_since=counted_since,
        bars=_bars(ended, since, now, window.bars),
    )


def _lines(
    ended: Sequence[queries.Ended],
    spent: Iterable[Spent],
    hours: float,
    name_of: Callable[[queries.Ended | Spent], str],
    names: Iterable[str] = (),
) -> list[Line]:
    """One for each name that is given or found."""
    jobs: dict[str, list[queries.Ended]] = {name: [] for name in names}
    for job in ended:
        jobs.setdefault(name_of(job), []).append(job)
    usd = _sums(spent, name_of)
    return [
        _line(name, jobs.get(name, []), hours, usd.get(name, Decimal(0))) for name in jobs | usd
    ]


def _line(name: str, jobs: Sequence[queries.Ended], hours: float, usd: Decimal) -> Line:
    states = Counter(job.status for job in jobs)
    ours = sum(
        job.status == Status.FAILED and STATUS.get(job.error_code, 500) >= 500 for job in jobs
    )
    judged = states[Status.COMPLETED] + states[Status.FAILED]
    started = [job for job in jobs if job.started_at]
    return Line(
        name,
        len(jobs),
        len(jobs) / hours,
        states[Status.FAILED],
        *_failing(ours, judged),
        _times(
            (job.started_at - job.created_at).total_seconds() for job in started if job.started_at
        ),
        _times(
            (job.finished_at - job.started_at).total_seconds() for job in started if job.started_at
        ),
        usd,
    )


def _providers(values: Values, spent: Iterable[Spent], hours: float) -> list[Line]:
    usd = _sums(spent, lambda one: one.provider)
    states = {one.name: "" if one.is_set_up(settings) else "not configured" for one in providers()}
    return [
        _provider(name, states[name], values, hours, usd.get(name, Decimal(0))) for name in states
    ]


def _provider(name: str, state: str, values: Values, hours: float, usd: Decimal) -> Line:
    counts = fleet_metrics.counted(values, PROVIDER_CALLS)
    outcomes = {outcome: n for (provider, outcome), n in counts.items() if provider == name}
    calls = round(sum(outcomes.values()))
    failed = calls - round(sum(outcomes.get(outcome, 0.0) for outcome in NO_FAILURE))
    of_name = {sample: value for sample, value in values.items() if sample[1] == name}
    held_back, running = (
        [
            fleet_metrics.quantile(fleet_metrics.buckets(of_name, series), series, part)
            for part in PARTS
        ]
        for series in (LIMITER_WAIT_SECONDS, PROVIDER_CALL_SECONDS)
    )
    failing = _failing(failed, calls)
    note = "" if calls else state
    return Line(name, calls, calls / hours, failed, *failing, held_back, running, usd, note)


def _counts(window: Window, now: datetime) -> tuple[datetime, Values | None]:
    """Since when, and what was counted: of the last hour by the minute, of a longer time by the hour."""
    if window.length <= timedelta(hours=1):
        minutes = fleet_metrics.last_minutes(60, now.timestamp())
        return now - window.length, minutes.sum() if minutes.is_fleet else None
    hours = round(window.length / timedelta(hours=1))
    since = datetime.fromtimestamp((now.timestamp() // 3600 - hours + 1) * 3600, UTC)
    return since, fleet_metrics.last_hours(hours, now.timestamp())


def _failing(failed: int, of: int) -> tuple[float, str]:
    """Percent, and the word for its colour."""
    percent, policy = 100 * failed / of if of else 0.0, settings.ALERT_POLICY
    if of < policy.failure_minimum or percent <= policy.failure_high:
        return percent, ""
    return percent, "bad" if percent > policy.failure_critical else "high"


def _times(seconds: Iterable[float]) -> Times:
    ordered = sorted(seconds)
    return [ordered[ceil(part * len(ordered)) - 1] if ordered else None for part in PARTS]


def _sums(spent: Iterable[Spent], name_of: Callable[[Spent], str]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in spent:
        sums[name_of(one)] = sums.get(name_of(one), Decimal(0)) + one.usd
    return sums


def _bars(ended: Iterable[queries.Ended], since: datetime, now: datetime, count: int) -> list[Bar]:
    length = (now - since) / count
    found = Counter(
        (min(int((job.finished_at - since) / length), count - 1), job.status) for job in ended
    )
    return [
        Bar(since + at * length, found[at, Status.COMPLETED], found[at, Status.FAILED])
        for at in range(count)
    ]
