"""What is known about one provider, in this process. lua/common.lua explains the fields."""

from collections import defaultdict
from dataclasses import dataclass, field

from resilience.policies import STAT_SLICES, milliseconds
from resilience.store import BreakerState, Transition, WindowState

FORGET_MS = 900_000


@dataclass
class Slices:
    """Units used in a rolling window."""

    slice_ms: int
    slices: int
    limit: int
    units: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def used(self, now: int) -> int:
        first = now // self.slice_ms - self.slices
        for slice_number in [number for number in self.units if number < first]:
            del self.units[slice_number]
        return sum(self.units.values())

    def charge(self, units: int, now: int) -> None:
        self.units[now // self.slice_ms] += units

    def correct(self, units: int, at: int) -> None:
        slice_number = at // self.slice_ms
        if slice_number in self.units:
            self.units[slice_number] = max(0, self.units[slice_number] + units)

    def wait_for(self, need: int, limit: int, now: int) -> int:
        lap = (self.slices + 1) * self.slice_ms
        laps, need = (need - 1) // limit, (need - 1) % limit + 1
        for slice_number, units in sorted(self.units.items()):
            need -= units
            if need <= 0:
                return laps * lap + (slice_number + self.slices + 1) * self.slice_ms - now
        return (laps + 1) * lap

    def state(self, now: int) -> WindowState:
        used = self.used(now)
        reset = self.wait_for(used, max(self.limit, used), now) if used else 0
        return WindowState(self.limit, used, reset)


@dataclass
class Provider:
    """One provider's state."""

    windows: list[Slices]
    state: BreakerState = BreakerState.CLOSED
    mode: BreakerState | None = None
    last_transition: Transition | None = None
    moved_by: str = ""
    generation: int = 0
    open_until: int = 0
    openings: int = 0
    closed_at: int = 0
    failures_in_a_row: int = 0
    half_open_successes: int = 0
    cooldown_until: int = 0
    average: int | None = None
    last_admission: int = 0
    virtual_time: float = 0.0
    leases: dict[str, int] = field(default_factory=dict)
    probes: dict[str, int] = field(default_factory=dict)
    stats: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    line: dict[str, float] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    turns: dict[str, float] = field(default_factory=dict)

    def move(self, to: BreakerState, reason: str, by: str, now: int) -> Transition:
        before, self.state = self.state, to
        self.generation += 1
        self.failures_in_a_row = self.half_open_successes = 0
        self.stats.clear()
        self.probes.clear()
        self.moved_by = by
        moved = Transition(before, to, self.generation, now, self.open_until, reason)
        self.last_transition = moved
        return moved

    def in_flight(self, now: int) -> int:
        return sum(expires > now for expires in self.leases.values())

    def probing(self, now: int) -> int:
        return sum(expires > now for expires in self.probes.values())

    def end_leases(self, now: int) -> None:
        for leases in (self.leases, self.probes):
            for permit in [permit for permit, expires in leases.items() if expires <= now]:
                del leases[permit]

    def forget(self, now: int) -> None:
        """Drop callers in line that never came back."""
        for permit in [permit for permit, due in self.due.items() if due <= now - FORGET_MS]:
            self.leave(permit)

    def leave(self, permit: str) -> None:
        self.due.pop(permit, None)
        self.away.discard(permit)
        self.line.pop(permit, None)

    def recent_calls(self, window_seconds: int, now: int) -> list[int]:
        first = now // (milliseconds(window_seconds) // STAT_SLICES) - STAT_SLICES
        for number in [number for number in self.stats if number <= first]:
            del self.stats[number]
        return [sum(counts[kind] for counts in self.stats.values()) for kind in range(3)]
