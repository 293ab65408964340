"""lua/acquire.lua in Python: may this call be made now? That file explains the line."""

import math

from resilience.memory.state import Provider
from resilience.policies import ProviderPolicy, Unit, milliseconds
from resilience.store import AcquireRequest, BreakerState, Decision, Transition

STEP = 1 / 1024
HERE_MS = 250
LATE_MS = 2_000
FORCED_MS = 30_000


class Admission:
    """One decision: collects what stands in the way, and takes everything or only a place in line."""

    def __init__(
        self, policy: ProviderPolicy, ask: AcquireRequest, provider: Provider, now: int
    ) -> None:
        self.policy, self.ask, self.provider, self.now = policy, ask, provider, now
        self.wait = 0.0
        self.reason = ""
        self.transition: Transition | None = None

    def decide(self) -> Decision:
        provider, now, permit = self.provider, self.now, self.ask.permit
        if any(
            cost > window.limit
            for cost, window in zip(self.ask.costs, provider.windows, strict=True)
        ):
            return self._answer(False, wait=-1, reason="never")
        if provider.leases.get(permit, 0) > now:
            return self._repeat(provider.leases[permit])
        provider.leases.pop(permit, None)
        self._find_place()
        probe = self._ask_breaker()
        self._ask_limits()
        if not self.reason and not probe and self._somebody_first():
            self._refuse("fairness", min(1000, 10 * (self.rank + 1)))
        if self.reason:
            return self._join()
        return self._admit(probe)

    def _repeat(self, expires: int) -> Decision:
        provider, permit = self.provider, self.ask.permit
        if provider.moved_by == permit and provider.state == BreakerState.HALF_OPEN:
            self.transition = provider.last_transition
        at = expires - milliseconds(self.policy.lease_seconds)
        return self._answer(True, reason="again", probe=permit in provider.probes, at=at)

    def _find_place(self) -> None:
        provider, policy = self.provider, self.policy
        if not provider.line:
            provider.virtual_time = 0.0
            provider.turns.clear()
        self.virtual = max(provider.virtual_time, min(provider.line.values(), default=0.0))
        mine = provider.line.get(self.ask.permit)
        self.in_line = mine is not None
        owed = provider.turns.get(self.ask.user, 0.0)
        self.tag = mine if mine is not None else max(self.virtual, owed)
        self.rank = sum(self._is_before(tag) for tag in provider.line.values())
        self.average = provider.average or 1000
        spacing = milliseconds(policy.spacing_seconds)
        places = [self.average / policy.max_concurrent] if policy.max_concurrent else []
        windows = [
            window.slice_ms * window.slices * cost / window.limit
            for cost, window in zip(self.ask.costs, provider.windows, strict=True)
        ]
        self.pace = max(spacing, *places, *windows, 0)

    def _is_before(self, tag: float) -> bool:
        return tag < self.tag or (tag == self.tag and not self.in_line)

    def _somebody_first(self) -> bool:
        here = (
            permit
            for permit, due in self.provider.due.items()
            if self.now - LATE_MS <= due <= self.now + HERE_MS
            and permit != self.ask.permit
            and permit not in self.provider.away
        )
        return any(self._is_before(self.provider.line[permit]) for permit in here)

    def _ask_breaker(self) -> bool:
        """Returns whether this call would be a probe."""
        provider, now, behind = self.provider, self.now, self.rank * self.pace
        if provider.mode == BreakerState.FORCED_OPEN:
            self._refuse("forced_open", FORCED_MS + behind)
            return False
        if provider.mode is not None or provider.state == BreakerState.CLOSED:
            return False
        if provider.state == BreakerState.OPEN and now < provider.open_until:
            self._refuse("open", provider.open_until - now + behind)
            return False
        if provider.state == BreakerState.OPEN:
            self.transition = provider.move(
                BreakerState.HALF_OPEN, "rest is over", self.ask.permit, now
            )
        if provider.probing(now) >= self.policy.breaker.half_open_permits:
            self._refuse("probing", max(100, self.average) + behind)
            return False
        return True

    def _ask_limits(self) -> None:
        provider, policy, now, rank = self.provider, self.policy, self.now, self.rank
        if provider.cooldown_until > now:
            self._refuse("cooldown", provider.cooldown_until - now + rank * self.pace)
        places = policy.max_concurrent
        if len(provider.leases) >= places:
            provider.end_leases(now)
        if places and len(provider.leases) >= places:
            self._refuse("concurrency", 50 + rank * self.average / places / 4)
        spacing = milliseconds(policy.spacing_seconds)
        if provider.last_admission + spacing > now:
            self._refuse("spacing", provider.last_admission + spacing * (rank + 1) - now)
        for unit, cost, window in zip(policy.units, self.ask.costs, provider.windows, strict=True):
            used = window.used(now)
            if cost and used + cost > window.limit:
                need = used + cost * (rank + 1) - window.limit
                wait = window.wait_for(need, window.limit, now)
                if unit == Unit.TOKENS and provider.in_flight(now):
                    wait = min(wait, max(250, self.average) * (rank + 1))
                self._refuse(unit, wait)

    def _refuse(self, reason: str, wait: float) -> None:
        if not self.reason or wait > self.wait:
            self.reason, self.wait = reason, wait

    def _join(self) -> Decision:
        provider, ask = self.provider, self.ask
        provider.forget(self.now)
        wait = math.ceil(max(1, min(self.wait, milliseconds(self.policy.max_wait_seconds))))
        if not self.in_line:
            provider.virtual_time = self.virtual + STEP
            provider.line[ask.permit] = self.tag
            for user in [user for user, tag in provider.turns.items() if tag <= self.virtual]:
                del provider.turns[user]
            provider.turns[ask.user] = self.tag + 1
        provider.due[ask.permit] = self.now + wait
        if wait > ask.max_wait_ms:
            provider.away.add(ask.permit)
        else:
            provider.away.discard(ask.permit)
        return self._answer(False, wait=wait, reason=self.reason, place=self.rank + 1)

    def _admit(self, probe: bool) -> Decision:
        provider, ask, now = self.provider, self.ask, self.now
        if self.in_line:
            provider.leave(ask.permit)
        elif provider.line:
            provider.turns[ask.user] = self.tag + 1
        for cost, window in zip(ask.costs, provider.windows, strict=True):
            if cost:
                window.charge(cost, now)
        if self.policy.spacing_seconds:
            provider.last_admission = now
        until = now + milliseconds(self.policy.lease_seconds)
        provider.leases[ask.permit] = until
        if probe:
            provider.probes[ask.permit] = until
        return self._answer(True, probe=probe)

    def _answer(
        self,
        admitted: bool,
        *,
        wait: int = 0,
        reason: str = "",
        place: int = 0,
        probe: bool = False,
        at: int | None = None,
    ) -> Decision:
        return Decision(
            is_admitted=admitted,
            wait_ms=wait,
            reason=reason,
            place=place,
            generation=self.provider.generation,
            is_probe=probe,
            at_ms=self.now if at is None else at,
            transition=self.transition,
        )
