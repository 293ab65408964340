"""Calls on a store, by short words, on a clock moved by hand."""

from resilience.policies import BreakerPolicy, ProviderPolicy, Unit
from resilience.redis_store import RedisStore
from resilience.store import AcquireRequest, Decision, Outcome, Report, Transition
from tests.resilience.hands import START_SECONDS, HandClock

START_MS = round(START_SECONDS * 1000)
BREAKER = BreakerPolicy(
    minimum_calls=10, consecutive_failures=3, open_seconds=15, successes_to_close=2
)
POLICY = ProviderPolicy(
    name="openai",
    requests_per_minute=10,
    tokens_per_minute=1_000,
    retries_per_minute=2,
    max_concurrent=4,
    lease_seconds=90,
    breaker=BREAKER,
)
UNLIMITED = ProviderPolicy(name="free", retries_per_minute=0, breaker=BREAKER)


class Caller:
    """Acquires and releases by short calls, so that the tests read as what happens."""

    def __init__(self, store: RedisStore, clock: HandClock) -> None:
        self.store, self.clock = store, clock
        self._permits = 0

    def ask(
        self,
        policy: ProviderPolicy = POLICY,
        permit: str = "",
        user: str = "ana",
        *,
        tokens: int = 10,
        is_retry: bool = False,
        max_wait_ms: int = 600_000,
        held_up_since_ms: int = 0,
    ) -> tuple[str, Decision]:
        self._permits += 1
        permit = permit or f"call-{self._permits}"
        units = {Unit.REQUESTS: 1, Unit.TOKENS: tokens, Unit.RETRIES: int(is_retry)}
        costs = policy.costs(units)
        ask = AcquireRequest(permit, user, costs, max_wait_ms, held_up_since_ms=held_up_since_ms)
        return permit, self.store.acquire(policy, ask)

    def end(
        self,
        permit: str,
        decision: Decision,
        outcome: Outcome = Outcome.OK,
        *,
        policy: ProviderPolicy = POLICY,
        retry_after: float = 0,
        token_correction: int = 0,
        jitter: float = 0,
    ) -> Transition | None:
        report = Report(
            permit=permit,
            outcome=outcome,
            generation=decision.generation,
            at_ms=decision.at_ms,
            corrections=policy.costs({Unit.TOKENS: token_correction}),
            duration_ms=100,
            retry_after_ms=round(retry_after * 1000),
            reason="credentials",
            jitter=jitter,
        )
        return self.store.release(policy, report)

    def call(
        self, outcome: Outcome = Outcome.OK, policy: ProviderPolicy = UNLIMITED
    ) -> Transition | None:
        permit, decision = self.ask(policy)
        assert decision.is_admitted, decision
        return self.end(permit, decision, outcome, policy=policy)

    def open_breaker(self) -> None:
        for _ in range(BREAKER.consecutive_failures):
            self.call(Outcome.FAIL)
