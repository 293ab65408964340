"""What each provider may be asked for, and how its failures are met. Every number says its unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Literal

OutageMode = Literal["deny", "allow"]
# Dollars per million tokens: read, read from a cache, and written.
TokenPrice = tuple[Decimal, Decimal, Decimal]

# A call holds its place longer than the call itself may take.
LEASE_MARGIN_SECONDS = 15


class Unit(StrEnum):
    """What a window counts."""

    REQUESTS = "requests"
    TOKENS = "tokens"
    RETRIES = "retries"


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` units in any rolling `seconds`.

    The window is kept in slices, and one slice more than the window holds is counted, so the limit is never passed.
    `spare` slices more are for what lies between an admission and its arrival, a wait for a processor: that much longer
    it may take for one call than for another. A backlog uses slices / (slices + 1 + spare) of the limit.
    """

    unit: Unit
    limit: int
    seconds: int = 60
    slices: int = 100
    spare: int = 0

    def __post_init__(self) -> None:
        if self.limit < 1 or self.seconds * 1000 % self.slices:
            raise ValueError(f"A window needs a limit, and whole milliseconds in a slice: {self}")

    @property
    def slice_ms(self) -> int:
        return self.seconds * 1000 // self.slices


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When a provider is given a rest, and how it is tried again. Ratios are parts of 1.

    It opens on any of three: `failure_ratio` or `slow_ratio` of at least `minimum_calls` in
    `window_seconds`, or `consecutive_failures`. Each opening in a row doubles `open_seconds`, up to
    `open_max_seconds`, and adds up to `open_jitter` of itself.
    """

    window_seconds: int = 60
    minimum_calls: int = 10
    failure_ratio: float = 0.5
    slow_ratio: float = 0.8
    slow_seconds: float = 20
    consecutive_failures: int = 5
    open_seconds: float = 15
    open_max_seconds: float = 300
    open_jitter: float = 0.2
    half_open_permits: int = 1
    successes_to_close: int = 2
    fatal_open_seconds: float = 900
    throttled_seconds: float = 5


@dataclass(frozen=True)
class ProviderPolicy:
    """One provider's limits over the whole fleet. 0 switches a limit off.

    `lease_seconds` is how long a call may hold its place without renewal: longer than the call's own
    timeout. `max_wait_seconds` bounds what a caller in line is told to wait before it asks again.
    """

    name: str
    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    retries_per_minute: int = 12
    spacing_seconds: float = 0
    max_concurrent: int = 0
    lease_seconds: float = 90
    max_wait_seconds: float = 300
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        limits = {
            Unit.REQUESTS: self.requests_per_minute,
            Unit.TOKENS: self.tokens_per_minute,
            Unit.RETRIES: self.retries_per_minute,
        }
        return tuple(Window(unit, limit, **AT_THE_DOOR) for unit, limit in limits.items() if limit)

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        return tuple(window.unit for window in self.windows)

    def costs(self, units: Mapping[Unit, int]) -> tuple[int, ...]:
        """What `units` take from each window, in the order of `windows`."""
        return tuple([units.get(unit, 0) for unit in self.units])

    @cached_property
    def in_lua(self) -> str:
        """What lua/ needs of this policy, as a Lua table; times in milliseconds."""
        breaker = self.breaker
        numbers = {
            "max": self.max_concurrent,
            "lease": milliseconds(self.lease_seconds),
            "spacing": milliseconds(self.spacing_seconds),
            "max_wait": milliseconds(self.max_wait_seconds),
            "probes": breaker.half_open_permits,
            "stat_slice": milliseconds(breaker.window_seconds) // STAT_SLICES,
            "minimum": breaker.minimum_calls,
            "fail_ratio": breaker.failure_ratio,
            "slow_ratio": breaker.slow_ratio,
            "consecutive": breaker.consecutive_failures,
            "open": milliseconds(breaker.open_seconds),
            "open_max": milliseconds(breaker.open_max_seconds),
            "jitter": breaker.open_jitter,
            "to_close": breaker.successes_to_close,
            "fatal": milliseconds(breaker.fatal_open_seconds),
            "throttled": milliseconds(breaker.throttled_seconds),
        }
        members = [f"{name}={number!r}" for name, number in numbers.items()]
        windows = [
            f'{{"{w.unit}",{w.slice_ms},{w.slices + w.spare},{w.limit},{int(w.unit == Unit.TOKENS)}}}'
            for w in self.windows
        ]
        counted = [f'"{w.unit}","{w.unit}_from"' for w in self.windows]
        members += [f"windows={{{','.join(windows)}}}", f"counted={{{','.join(counted)}}}"]
        return f"{{{','.join(members)}}}"


@dataclass(frozen=True, slots=True)
class OutagePolicy:
    """What the guard does while Redis does not answer: refuse every call, or call without limits.

    Redis is asked again every `retry_seconds`.
    """

    mode: OutageMode = "deny"
    retry_seconds: float = 1


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often one piece of work is tried, and how long it waits in between."""

    max_attempts: int = 3
    base_seconds: float = 2
    max_seconds: float = 30


@dataclass(frozen=True, slots=True)
class BudgetPolicy:
    """Dollars a month where no Budget row says otherwise; None: no limit.

    A reservation nobody ends within `reservation_seconds` is booked in full by the sweep. `prices`: by provider, of a
    model that the price list lacks.
    """

    fleet_limit_usd: Decimal | None = None
    user_allowance_usd: Decimal | None = Decimal(5)
    reservation_seconds: float = 900
    prices: Mapping[str, TokenPrice] = field(default_factory=dict)


STAT_SLICES = 10
# A provider counts what arrives: 0.8 s to spare, which eight busy processes on each processor take, and 98.4 % of a
# limit for a backlog.
AT_THE_DOOR = {"slices": 300, "spare": 4}


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
