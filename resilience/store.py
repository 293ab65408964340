"""The words in which the fleet's limits and breakers are asked for and told. Times are milliseconds on the store's clock."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Command = Literal["reset", "force_open", "force_closed", "auto"]


class StoreUnavailable(Exception):
    """The store did not answer in time. Whether it did what was asked is unknown."""


class BreakerState(StrEnum):
    CLOSED = "CLOSED"
    OPEN = "OPEN"
    HALF_OPEN = "HALF_OPEN"
    FORCED_OPEN = "FORCED_OPEN"
    FORCED_CLOSED = "FORCED_CLOSED"


class Outcome(StrEnum):
    """What a call says about the provider's health.

    OK, SLOW and FAIL are counted. THROTTLED only starts a cooldown, FATAL opens the breaker for long,
    IGNORE says nothing: bad input, a content filter, a caller that went away.
    """

    OK = "ok"
    SLOW = "slow"
    FAIL = "fail"
    THROTTLED = "throttled"
    FATAL = "fatal"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Transition:
    """The breaker moved. Told to exactly one caller; `generation` grows with every move."""

    before: BreakerState
    after: BreakerState
    generation: int
    at_ms: int
    open_until_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class AcquireRequest:
    """May this call be made? The same `permit` asked twice is admitted and charged once.

    `user`: who stands in line is served in turn between users. `costs`: in the order of the windows.
    `max_wait_ms`: one that is told to wait longer goes away and comes back, and nobody is held up for it meanwhile.
    `waiter`: who stands in line for the call, once, whatever else it asks for; without a name the call itself.
    `held_up_since_ms`: when it was admitted, as it was told, and has not been sent: it counts from now on.
    """

    permit: str
    user: str
    costs: tuple[int, ...]
    max_wait_ms: int = 10**9
    waiter: str = ""
    held_up_since_ms: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """`wait_ms` and `place` (from 1) mean something only when not admitted; `reason` says why not:
    forced_open, open, probing, cooldown, concurrency, spacing, fairness, a window's unit, or never.
    """

    is_admitted: bool
    wait_ms: int
    reason: str
    place: int
    generation: int
    is_probe: bool
    at_ms: int
    transition: Transition | None


@dataclass(frozen=True, slots=True)
class Report:
    """How an admitted call ended. `corrections`: really used less charged, in the order of the windows."""

    permit: str
    outcome: Outcome
    generation: int
    at_ms: int
    corrections: tuple[int, ...]
    duration_ms: int = 0
    retry_after_ms: int = 0
    reason: str = ""
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class WindowState:
    """`reset_ms`: until everything used now has left the window."""

    limit: int
    used: int
    reset_ms: int


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """`oldest_ms`: since when the one waits who has stood in line longest; 0 when nobody does."""

    state: BreakerState
    generation: int
    at_ms: int
    changed_at_ms: int
    open_until_ms: int
    cooldown_until_ms: int
    reason: str
    consecutive_failures: int
    ok: int
    slow: int
    failed: int
    in_flight: int
    probes: int
    waiting: int
    oldest_ms: int
    windows: tuple[WindowState, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """`wait_ms` 0: taken from every window. Otherwise nothing was taken."""

    wait_ms: int
    windows: tuple[WindowState, ...]


@dataclass(frozen=True, slots=True)
class CalledUp:
    """`room`: how many more calls would be admitted, of those who stand in no line."""

    waiters: list[str]
    room: int


@dataclass(frozen=True, slots=True)
class Line:
    """`waits_ms`: who waits, in order, and how long yet. `held_by`: what holds everybody back
    (forced_open, open, probing, cooldown), "" when only the limits do.
    """

    held_by: str
    waits_ms: dict[str, int]
