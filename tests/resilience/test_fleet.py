"""Many processes at one Redis: what holds for each of them holds for all together.

Time runs SPEED times as fast as outside, for the store and for the callers alike, so that a minute
passes in a few seconds.
"""

import multiprocessing
import os
import random
import signal
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import pytest

from resilience.admission import Admission
from resilience.errors import CallRefused
from resilience.guard import Dependencies, Guard
from resilience.policies import BreakerPolicy, OutagePolicy, ProviderPolicy, Unit
from resilience.redis_store import RedisStore, connect
from resilience.retry import Failure, FailureKind
from resilience.store import AcquireRequest, BreakerState, Decision, Outcome, Report, Transition
from resilience.usage import Call, Consumed, Units
from tests.resilience.hands import Purse
from tests.servers import valkey_server

SPEED = 20
MINUTE_MS = 60_000
FORK = multiprocessing.get_context("fork")
pytestmark = pytest.mark.usefixtures("inherits_no_garbage")


class FastClock:
    def now(self) -> float:
        return time.time() * SPEED

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / SPEED)

    def ms(self) -> int:
        return int(time.time() * 1000 * SPEED)


CLOCK = FastClock()


@dataclass(frozen=True)
class Passed:
    """A call that was admitted: when by the store's clock, from when to when it was under way, and the tokens it took."""

    at_ms: int
    began_ms: int
    ended_ms: int
    tokens: int


class RecordingStore(RedisStore):
    """Remembers the calls it admitted, and from when to when the user who is alone stood in line."""

    def __init__(self, url: str) -> None:
        super().__init__(connect(url), now_ms=CLOCK.ms)
        self.passed: list[Passed] = []
        self.waits: list[tuple[int, int]] = []
        self._refused_at: dict[str, int] = {}
        self._asked: dict[str, tuple[int, int]] = {}

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        decision = super().acquire(policy, ask)
        if decision.is_admitted:
            tokens = ask.costs[policy.units.index(Unit.TOKENS)]
            self._asked[ask.permit] = CLOCK.ms(), tokens
            if ask.permit in self._refused_at:
                self.waits.append((self._refused_at[ask.permit], decision.at_ms))
        elif ask.user == "alone":
            self._refused_at.setdefault(ask.permit, decision.at_ms)
        return decision

    def release(self, policy: ProviderPolicy, report: Report) -> Transition | None:
        began_ms, tokens = self._asked.pop(report.permit)
        tokens += sum(report.corrections)
        self.passed.append(Passed(report.at_ms, began_ms, CLOCK.ms(), tokens))
        return super().release(policy, report)


@pytest.fixture
def url() -> Iterator[str]:
    with valkey_server() as server:
        yield server.socket_url


def _in_processes(count: int, work: Callable[..., Any], *arguments: object) -> list[Any]:
    """What `work(number, *arguments)` returned in each of `count` processes."""
    results = FORK.SimpleQueue()

    def run(number: int) -> None:
        results.put(work(number, *arguments))

    processes = [FORK.Process(target=run, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    answers = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return answers


def _most_in_a_minute(passed: list[Passed], units: Callable[[Passed], int]) -> int:
    """The most units of any rolling minute."""
    passed = sorted(passed, key=lambda one: one.at_ms)
    times = [one.at_ms for one in passed]
    sums = [0, *accumulate(map(units, passed))]
    return max(
        sums[index + 1] - sums[bisect_right(times, at - MINUTE_MS)]
        for index, at in enumerate(times)
    )


def _most_at_once(passed: list[Passed]) -> int:
    moves = sorted(
        (at, step) for one in passed for at, step in ((one.began_ms, 1), (one.ended_ms, -1))
    )
    return max(accumulate(step for _, step in moves))


BY_REQUESTS = ProviderPolicy(
    name="openai", requests_per_minute=60, tokens_per_minute=60_000, max_concurrent=6
)
BY_TOKENS = replace(BY_REQUESTS, requests_per_minute=500)
MINUTES = 3


def _work_off_a_backlog(
    number: int, url: str, policy: ProviderPolicy, callers: int, until: float
) -> tuple[list[Passed], list[tuple[int, int]]]:
    """Each caller calls as often as it may. The first of all is a user alone, the rest is bulk."""
    store = RecordingStore(url)
    admission = Admission(store, OutagePolicy("deny"), CLOCK, lambda provider, moved: None)
    dependencies = Dependencies(
        admission, Purse(), CLOCK, lambda error: Failure(FailureKind.PERMANENT)
    )
    guard = Guard(policy, dependencies)

    def thread(name: str) -> None:
        chance = random.Random(name)
        call_number = 0
        while CLOCK.now() < until:
            tokens = chance.randint(100, 1_500)
            took = Consumed(Units(input_tokens=tokens * chance.randint(20, 90) // 100))
            user = "alone" if name == "0-0" else "bulk"
            permit = f"{name}:{call_number}"
            call = Call(permit, user, "flashcards", "gpt", Units(input_tokens=tokens))
            call_number += 1
            try:
                guard.call(call, lambda took=took: _take_a_second(took), lambda answer: answer)
            except CallRefused as refused:
                CLOCK.sleep(refused.retry_after or 0)
                call_number -= 1

    threads = [threading.Thread(target=thread, args=(f"{number}-{n}",)) for n in range(callers)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return store.passed, store.waits


def _take_a_second(took: Consumed) -> Consumed:
    CLOCK.sleep(1)
    return took


def _fleet_with_a_backlog(
    url: str, policy: ProviderPolicy, callers: int
) -> tuple[list[Passed], list[int]]:
    """What 8 processes were admitted after the first minute's rush, and how many passed the user who is alone each time
    that it stood in line; no limit was passed at any time."""
    began = CLOCK.ms()
    until = CLOCK.now() + 60 * MINUTES
    results = _in_processes(8, _work_off_a_backlog, url, policy, callers, until)

    passed = [one for some, _ in results for one in some]
    assert _most_in_a_minute(passed, lambda one: 1) <= policy.requests_per_minute
    assert _most_in_a_minute(passed, lambda one: one.tokens) <= policy.tokens_per_minute
    assert _most_at_once(passed) <= policy.max_concurrent
    ends = began + MINUTES * MINUTE_MS
    settled = [one for one in passed if began + MINUTE_MS <= one.at_ms < ends]
    waits = [wait for _, some in results for wait in some]
    return settled, [sum(since < one.at_ms < until for one in passed) for since, until in waits]


def test_a_fleet_with_a_backlog_uses_the_requests_it_has_and_never_more(url: str) -> None:
    settled, passed_by = _fleet_with_a_backlog(url, BY_REQUESTS, callers=3)

    assert len(settled) >= 0.97 * BY_REQUESTS.requests_per_minute * (MINUTES - 1)
    assert max(passed_by) <= 3, "one caller waits for a turn of the bulk, not for its 23 callers"


def test_a_fleet_with_a_backlog_uses_the_tokens_it_has_and_never_more(url: str) -> None:
    settled, _ = _fleet_with_a_backlog(url, BY_TOKENS, callers=1)

    used = sum(one.tokens for one in settled)
    assert used >= 0.97 * BY_TOKENS.tokens_per_minute * (MINUTES - 1)


def _hold(number: int, url: str, ready: Any) -> None:
    store = RedisStore(connect(url), now_ms=CLOCK.ms)
    decision = store.acquire(HELD, AcquireRequest(f"dead-{number}", "ana", ()))
    ready.put(decision.at_ms if decision.is_admitted else None)
    time.sleep(60)


HELD = ProviderPolicy(name="held", retries_per_minute=0, max_concurrent=3, lease_seconds=60)


def test_the_places_of_killed_workers_come_free_after_the_lease(url: str) -> None:
    ready = FORK.SimpleQueue()
    workers = [FORK.Process(target=_hold, args=(number, url, ready)) for number in range(3)]
    for worker in workers:
        worker.start()
    held = [ready.get() for _ in workers]
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()

    store = RedisStore(connect(url), now_ms=CLOCK.ms)
    refused = alive = store.acquire(HELD, AcquireRequest("alive", "ana", ()))
    while not alive.is_admitted:
        time.sleep(0.01)
        alive = store.acquire(HELD, AcquireRequest("alive", "ana", ()))

    assert refused.reason == "concurrency"
    assert 60_000 <= alive.at_ms - min(held) <= 70_000


FRAGILE = ProviderPolicy(
    name="fragile",
    retries_per_minute=0,
    breaker=BreakerPolicy(
        consecutive_failures=1, open_seconds=1, open_jitter=0, half_open_permits=2
    ),
)


def _probe(number: int, url: str, start: Any) -> tuple[bool, str]:
    store = RedisStore(connect(url), now_ms=CLOCK.ms)
    start.wait()
    ask = AcquireRequest(f"probe-{number}", "ana", ())
    decision = store.acquire(FRAGILE, ask)
    start.wait()
    if not decision.is_admitted:
        return False, ""
    report = Report(ask.permit, Outcome.OK, decision.generation, decision.at_ms, ())
    moved = store.release(FRAGILE, report)
    return True, moved.after if moved else ""


def test_of_32_processes_at_a_half_open_breaker_two_probe_and_one_closes(url: str) -> None:
    store = RedisStore(connect(url), now_ms=CLOCK.ms)
    decision = store.acquire(FRAGILE, AcquireRequest("first", "ana", ()))
    store.release(FRAGILE, Report("first", Outcome.FAIL, decision.generation, decision.at_ms, ()))
    CLOCK.sleep(2)

    results = _in_processes(32, _probe, url, FORK.Barrier(32))

    assert sum(admitted for admitted, _ in results) == FRAGILE.breaker.half_open_permits
    assert [after for _, after in results if after] == [BreakerState.CLOSED]
