"""May this call be made now? The store's word while it answers, the outage policy's while it does not."""

import logging
from collections.abc import Callable

from resilience.errors import CallRefused, CallTooLarge, CircuitOpen, GuardUnavailable, RateLimited
from resilience.policies import OutagePolicy, ProviderPolicy
from resilience.redis_store import RedisStore
from resilience.scopes import provider_scope
from resilience.store import AcquireRequest, Decision, Report, StoreUnavailable, Transition
from unilingo.common.clock import Clock
from unilingo.common.metrics import GUARD_OUTAGES, meter

logger = logging.getLogger(__name__)

CIRCUIT_REASONS = {"open", "probing", "forced_open"}
# What a caller is told while Redis is away: it is woken when Redis is back.
TOLD_SECONDS = 5.0
OnTransition = Callable[[str, Transition], None]


UNCOUNTED = Decision(True, 0, "", 0, 0, False, 0, None)


class Admission:
    """One per process; safe for threads. `away_since`: seconds since the epoch, None while the store answers.

    While the store is away it is asked again every `retry_seconds`, so that an outage costs each
    process one short timeout in that time and ends without a restart.
    """

    def __init__(
        self, store: RedisStore, outage: OutagePolicy, clock: Clock, on_transition: OnTransition
    ) -> None:
        self._store = store
        self._outage = outage
        self._clock = clock
        self._on_transition = on_transition
        self._ask_again_at = 0.0
        self.away_since: float | None = None

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        """How the call was admitted. Raises RateLimited, CircuitOpen, CallTooLarge, GuardUnavailable."""
        if self._is_asked():
            try:
                decision = self._store.acquire(policy, ask)
            except StoreUnavailable:
                self._went_away()
            else:
                self._came_back()
                return self._judge(policy, ask, decision)
        if self._outage.mode == "deny":
            raise GuardUnavailable(
                retry_after=TOLD_SECONDS, scope=provider_scope(policy.name), detail=policy.name
            )
        return UNCOUNTED

    def release(
        self, policy: ProviderPolicy, decision: Decision, report: Report
    ) -> Transition | None:
        """How this moved the breaker. Never raises: a lease whose end cannot be told ends by itself."""
        if decision is UNCOUNTED:
            return None
        try:
            moved = self._store.release(policy, report)
        except StoreUnavailable:
            self._went_away()
            return None
        if moved:
            self._on_transition(policy.name, moved)
        return moved

    def renew(self, policy: ProviderPolicy, permits: list[str]) -> None:
        """Never raises: the next heartbeat renews again."""
        if self._is_asked():
            try:
                self._store.renew(policy, permits)
            except StoreUnavailable:
                self._went_away()

    def leave(self, policy: ProviderPolicy, waiter: str) -> None:
        """Never raises: the places of those who wait no longer are looked for all the time."""
        if self._is_asked():
            try:
                self._store.leave(policy, [waiter])
            except StoreUnavailable:
                self._went_away()

    def _judge(self, policy: ProviderPolicy, ask: AcquireRequest, decision: Decision) -> Decision:
        if decision.transition:
            self._on_transition(policy.name, decision.transition)
        if decision.is_admitted:
            return decision
        if decision.reason == "never":
            raise CallTooLarge(detail=f"{policy.name} {ask.costs}")
        raise _refusal(policy, decision)

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
    scope = provider_scope(policy.name)
    detail = f"{policy.name}: {decision.reason}"
    if decision.reason in CIRCUIT_REASONS:
        return CircuitOpen(retry_after=seconds, place=decision.place, scope=scope, detail=detail)
    return RateLimited(
        retry_after=seconds,
        reason="fairness" if decision.reason == "fairness" else "rate_limit",
        place=decision.place,
        scope=scope,
        detail=detail,
    )
