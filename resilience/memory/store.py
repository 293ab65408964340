"""The store of one process: the same promises as lua/, step for step.

It stands in for Redis while Redis is away, and lets the rules be tested without a server.
"""

import threading
from collections.abc import Callable

from resilience.memory.acquire import Admission
from resilience.memory.release import count
from resilience.memory.state import Provider, Slices
from resilience.policies import ProviderPolicy, Window, milliseconds
from resilience.store import (
    AcquireRequest,
    BreakerState,
    Command,
    Decision,
    ProviderStatus,
    Released,
    Report,
    Taken,
    Transition,
)


class MemoryStore:
    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._providers: dict[str, Provider] = {}
        self._counts: dict[str, Slices] = {}

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        with self._lock:
            return Admission(policy, ask, self._provider(policy), self._now_ms()).decide()

    def release(self, policy: ProviderPolicy, report: Report) -> Released:
        with self._lock:
            provider, now = self._provider(policy), self._now_ms()
            lease = provider.leases.pop(report.permit, None)
            provider.probes.pop(report.permit, None)
            if lease is None:
                repeated = (
                    provider.moved_by == report.permit and provider.state != BreakerState.HALF_OPEN
                )
                return Released(False, provider.last_transition if repeated else None)
            for window, correction in zip(provider.windows, report.corrections, strict=True):
                window.correct(correction, report.at_ms)
            return Released(True, count(policy.breaker, provider, report, now))

    def renew(self, policy: ProviderPolicy, permits: list[str]) -> int:
        with self._lock:
            provider, now = self._provider(policy), self._now_ms()
            until = now + milliseconds(policy.lease_seconds)
            held = [permit for permit in permits if provider.leases.get(permit, 0) > now]
            for leases in (provider.leases, provider.probes):
                leases.update({permit: until for permit in held if permit in leases})
            return len(held)

    def leave(self, policy: ProviderPolicy, permit: str) -> None:
        with self._lock:
            self._provider(policy).leave(permit)

    def control(self, policy: ProviderPolicy, command: Command, reason: str) -> Transition | None:
        modes = {"force_open": BreakerState.FORCED_OPEN, "force_closed": BreakerState.FORCED_CLOSED}
        with self._lock:
            provider = self._provider(policy)
            before = provider.mode or provider.state
            provider.mode = modes.get(command)
            if command == "reset":
                provider.open_until = provider.cooldown_until = 0
                provider.openings = provider.closed_at = 0
            state = BreakerState.CLOSED if command == "reset" else provider.state
            after = provider.mode or state
            if before == after:
                return None
            moved = provider.move(state, reason, "", self._now_ms())
            return Transition(
                before, after, moved.generation, moved.at_ms, moved.open_until_ms, reason
            )

    def status(self, policy: ProviderPolicy) -> ProviderStatus:
        with self._lock:
            provider, now = self._provider(policy), self._now_ms()
            ok, slow, failed = provider.recent_calls(policy.breaker.window_seconds, now)
            last = provider.last_transition
            return ProviderStatus(
                state=provider.mode or provider.state,
                generation=provider.generation,
                at_ms=now,
                changed_at_ms=last.at_ms if last else 0,
                open_until_ms=provider.open_until,
                cooldown_until_ms=provider.cooldown_until,
                reason=last.reason if last else "",
                consecutive_failures=provider.failures_in_a_row,
                ok=ok,
                slow=slow,
                failed=failed,
                in_flight=provider.in_flight(now),
                probes=provider.probing(now),
                waiting=len(provider.line),
                average_ms=provider.average or 0,
                windows=tuple(window.state(now) for window in provider.windows),
            )

    def take(self, counts: dict[str, Window], units: int = 1) -> Taken:
        with self._lock:
            now, waits = self._now_ms(), [0]
            windows = [
                self._counts.setdefault(key, Slices(w.slice_ms, w.slices, w.limit))
                for key, w in counts.items()
            ]
            for window in windows:
                over = window.used(now) + units - window.limit
                if over > 0:
                    waits.append(window.wait_for(over, window.limit, now))
            if max(waits) == 0:
                for window in windows:
                    window.charge(units, now)
            return Taken(max(waits), tuple(window.state(now) for window in windows))

    def _provider(self, policy: ProviderPolicy) -> Provider:
        provider = self._providers.get(policy.name)
        if provider is None:
            windows = [Slices(w.slice_ms, w.slices, w.limit) for w in policy.windows]
            provider = self._providers[policy.name] = Provider(windows)
        return provider
