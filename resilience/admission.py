"""May this call be made now? The shared store's word while it answers, the outage policy's while it does not."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from resilience.errors import CallRefused, CallTooLarge, CircuitOpen, GuardUnavailable, RateLimited
from resilience.memory.store import MemoryStore
from resilience.policies import OutagePolicy, ProviderPolicy
from resilience.store import AcquireRequest, Decision, Report, Store, StoreUnavailable, Transition
from unilingo.common.clock import Clock
from unilingo.common.metrics import GUARD_OUTAGES, meter

logger = logging.getLogger(__name__)

CIRCUIT_REASONS = {"open", "probing", "forced_open"}
OnTransition = Callable[[str, Transition], None]


@dataclass(frozen=True, slots=True)
class Permit:
    """Admitted by `store`, which is told of the end. None: admitted without limits."""

    ask: AcquireRequest
    decision: Decision
    store: Store | None


class Admission:
    """One per process; safe for threads. `away_since`: seconds since the epoch, None while the store answers.

    While the shared store is away it is asked again every `retry_seconds`, so that an outage costs each
    process one short timeout in that time and ends without a restart.
    """

    def __init__(
        self, store: Store, outage: OutagePolicy, clock: Clock, on_transition: OnTransition
    ) -> None:
        self._store = store
        self._outage = outage
        self._clock = clock
        self._on_transition = on_transition
        self._local = MemoryStore(lambda: round(clock.now() * 1000))
        self._ask_again_at = 0.0
        self.away_since: float | None = None

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Permit:
        """Raises RateLimited, CircuitOpen, CallTooLarge, GuardUnavailable."""
        if self._is_asked():
            try:
                decision = self._store.acquire(policy, ask)
            except StoreUnavailable:
                self._went_away()
            else:
                self._came_back()
                return self._judge(policy, Permit(ask, decision, self._store))
        return self._acquire_alone(policy, ask)

    def release(self, policy: ProviderPolicy, permit: Permit, report: Report) -> Transition | None:
        """How this moved the breaker. Never raises: a lease whose end cannot be told ends by itself."""
        if permit.store is None:
            return None
        if permit.store is self._local:
            return self._local.release(self._share(policy), report).transition
        try:
            moved = self._store.release(policy, report).transition
        except StoreUnavailable:
            self._went_away()
            return None
        if moved:
            self._on_transition(policy.name, moved)
        return moved

    def renew(self, policy: ProviderPolicy, permits: list[str]) -> None:
        """Never raises: the next heartbeat renews again."""
        self._local.renew(self._share(policy), permits)
        if self._is_asked():
            try:
                self._store.renew(policy, permits)
            except StoreUnavailable:
                self._went_away()

    def leave(self, policy: ProviderPolicy, permit: str) -> None:
        """Never raises: a place nobody comes back to lapses."""
        self._local.leave(self._share(policy), permit)
        if self._is_asked():
            try:
                self._store.leave(policy, permit)
            except StoreUnavailable:
                self._went_away()

    def _judge(self, policy: ProviderPolicy, permit: Permit) -> Permit:
        decision = permit.decision
        if decision.transition and permit.store is self._store:
            self._on_transition(policy.name, decision.transition)
        if decision.is_admitted:
            return permit
        if decision.reason == "never" and permit.store is self._store:
            raise CallTooLarge(detail=f"{policy.name} {permit.ask.costs}")
        raise _refusal(policy, decision)

    def _acquire_alone(self, policy: ProviderPolicy, ask: AcquireRequest) -> Permit:
        if self._outage.mode == "deny":
            raise GuardUnavailable(retry_after=self._outage.retry_seconds)
        decision = self._local.acquire(self._share(policy), ask)
        if self._outage.mode == "allow":
            return Permit(ask, decision, None)
        return self._judge(policy, Permit(ask, decision, self._local))

    def _share(self, policy: ProviderPolicy) -> ProviderPolicy:
        """What one process may use of a provider while nobody can count for all."""
        part = self._outage.share / self._outage.processes

        def shared(limit: int) -> int:
            return max(1, int(limit * part)) if limit else 0

        return replace(
            policy,
            requests_per_minute=shared(policy.requests_per_minute),
            tokens_per_minute=shared(policy.tokens_per_minute),
            retries_per_minute=shared(policy.retries_per_minute),
            max_concurrent=shared(policy.max_concurrent),
            spacing_seconds=policy.spacing_seconds / part,
        )

    def _is_asked(self) -> bool:
        return self._clock.monotonic() >= self._ask_again_at

    def _went_away(self) -> None:
        self._ask_again_at = self._clock.monotonic() + self._outage.retry_seconds
        if self.away_since is None:
            self.away_since = self._clock.now()
            meter.count(GUARD_OUTAGES, self._outage.mode)
            logger.warning("shared limits lost", extra={"mode": self._outage.mode})

    def _came_back(self) -> None:
        if self.away_since is not None:
            seconds = round(self._clock.now() - self.away_since, 1)
            self.away_since = None
            logger.warning("shared limits back", extra={"seconds": seconds})


def _refusal(policy: ProviderPolicy, decision: Decision) -> CallRefused:
    seconds = max(decision.wait_ms, 0) / 1000 or 1.0
    detail = f"{policy.name}: {decision.reason}"
    if decision.reason in CIRCUIT_REASONS:
        return CircuitOpen(retry_after=seconds, place=decision.place, detail=detail)
    return RateLimited(
        retry_after=seconds,
        reason="fairness" if decision.reason == "fairness" else "rate_limit",
        place=decision.place,
        detail=detail,
    )
