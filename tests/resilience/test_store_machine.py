"""Any sequence of calls, ends, waits and operators: the limits hold."""

from collections.abc import Iterator

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from resilience.policies import BreakerPolicy, ProviderPolicy, Unit
from resilience.redis_store import RedisStore, connect
from resilience.store import (
    AcquireRequest,
    BreakerState,
    Decision,
    Outcome,
    Report,
    Transition,
)
from tests.servers import valkey_server

POLICY = ProviderPolicy(
    name="machine",
    requests_per_minute=6,
    tokens_per_minute=100,
    retries_per_minute=2,
    spacing_seconds=0.05,
    max_concurrent=3,
    lease_seconds=20,
    breaker=BreakerPolicy(
        minimum_calls=6, consecutive_failures=3, open_seconds=5, open_max_seconds=30
    ),
)
USERS = ("ana", "ben", "eva")
WINDOW_MS = 60_000
COMMANDS = ("reset", "force_open", "force_closed", "auto")


class StoreMachine(RuleBasedStateMachine):
    """On a clock that only this machine moves."""

    client: "redis.Redis"

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_800_000_000_000
        self.client.flushall()
        self.store = RedisStore(self.client, now_ms=lambda: self.now)
        self.permits = 0
        self.held: dict[str, tuple[AcquireRequest, Decision]] = {}
        self.waiting: dict[str, AcquireRequest] = {}
        self.admitted: list[tuple[int, int]] = []
        self.generation = 0

    @initialize()
    def start_anywhere_in_a_slice(self) -> None:
        self.now += 123

    @rule(ms=st.sampled_from([1, 49, 50, 600, 1_999, 5_000, 7_000, 21_000, 61_000]))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @rule(
        user=st.sampled_from(USERS), tokens=st.sampled_from([1, 30, 100, 101]), retry=st.booleans()
    )
    def ask(self, user: str, tokens: int, retry: bool) -> None:
        self.permits += 1
        units = {Unit.REQUESTS: 1, Unit.TOKENS: tokens, Unit.RETRIES: int(retry)}
        self._acquire(AcquireRequest(f"call-{self.permits}", user, POLICY.costs(units)))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        self._acquire(self.waiting[data.draw(st.sampled_from(sorted(self.waiting)))])

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def ask_again_though_admitted(self, data: st.DataObject) -> None:
        ask, _ = self.held[data.draw(st.sampled_from(sorted(self.held)))]
        again = self.store.acquire(POLICY, ask)
        if again.reason != "again":  # its lease had ended
            self._note(ask, again)

    @precondition(lambda self: self.held)
    @rule(
        data=st.data(),
        outcome=st.sampled_from(list(Outcome)),
        correction=st.sampled_from([0, -20, -100]),
        retry_after=st.sampled_from([0, 3_000]),
    )
    def end(self, data: st.DataObject, outcome: Outcome, correction: int, retry_after: int) -> None:
        permit = data.draw(st.sampled_from(sorted(self.held)))
        _, decision = self.held.pop(permit)
        report = Report(
            permit=permit,
            outcome=outcome,
            generation=decision.generation,
            at_ms=decision.at_ms,
            corrections=POLICY.costs({Unit.TOKENS: correction}),
            duration_ms=700,
            retry_after_ms=retry_after,
            reason="quota",
            jitter=0.25,
        )
        self._check(self.store.release(POLICY, report))

    @precondition(lambda self: self.held)
    @rule()
    def renew(self) -> None:
        self.store.renew(POLICY, sorted(self.held))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        permit = data.draw(st.sampled_from(sorted(self.waiting)))
        del self.waiting[permit]
        self.store.leave(POLICY, [permit])

    @rule()
    def call_up(self) -> None:
        """Nobody is called twice, and with those under way never more than there are places."""
        called = self.store.call_up(POLICY, 0, 100)
        assert set(called.waiters) <= set(self.waiting)
        in_flight = self.store.status(POLICY).in_flight
        assert in_flight + len(called.waiters) + called.room <= POLICY.max_concurrent
        assert self.store.call_up(POLICY, 0, 100).waiters == []

    @rule()
    def look_at_the_line(self) -> None:
        line = self.store.line(POLICY, 100)
        assert set(line.waits_ms) <= set(self.waiting)
        assert all(wait >= 0 for wait in line.waits_ms.values())

    @rule(command=st.sampled_from(COMMANDS))
    def operate(self, command: str) -> None:
        self._check(self.store.control(POLICY, command, "by hand"))

    @invariant()
    def places_and_probes_are_bounded(self) -> None:
        status = self.store.status(POLICY)
        assert status.in_flight <= POLICY.max_concurrent
        if status.state == BreakerState.HALF_OPEN:
            assert status.probes <= POLICY.breaker.half_open_permits

    @invariant()
    def no_rolling_window_holds_more_than_the_limit(self) -> None:
        for start, _ in self.admitted:
            inside = [at for at, _ in self.admitted if start <= at < start + WINDOW_MS]
            assert len(inside) <= POLICY.requests_per_minute

    def _acquire(self, ask: AcquireRequest) -> None:
        decision = self.store.acquire(POLICY, ask)
        self._check(decision.transition)
        self.waiting.pop(ask.permit, None)
        if decision.is_admitted:
            self._note(ask, decision)
        elif decision.reason != "never":
            assert decision.wait_ms > 0
            assert decision.place > 0
            self.waiting[ask.permit] = ask

    def _note(self, ask: AcquireRequest, decision: Decision) -> None:
        if decision.is_admitted:
            self.held[ask.permit] = (ask, decision)
            self.admitted.append((decision.at_ms, ask.costs[1]))
        else:
            del self.held[ask.permit]
            self.waiting[ask.permit] = ask

    def _check(self, transition: Transition | None) -> None:
        if transition is not None and transition.generation > self.generation:
            assert transition.generation == self.generation + 1
            self.generation = transition.generation


@pytest.fixture
def client() -> "Iterator[redis.Redis]":
    with valkey_server() as server:
        client = connect(server.socket_url)
        yield client
        client.close()


def test_the_limits_hold_through_any_sequence(client: "redis.Redis") -> None:
    StoreMachine.client = client
    machine = StoreMachine.TestCase()
    machine.settings = settings(
        max_examples=60,
        stateful_step_count=60,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    machine.runTest()
