"""What a provider counts is when calls arrive, so nothing slow lies between an admission and its arrival."""

import time
from typing import Any

from jobs.providers.guarded import GuardedText, classify
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from resilience.guard import Dependencies, Guard
from resilience.policies import ProviderPolicy
from resilience.store import AcquireRequest, Decision, Report
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.providers import cold_caller
from tests.jobs.providers.asked import REQUEST, RUN
from tests.resilience.hands import Purse
from tests.servers import ValkeyServer
from tests.stack import wait_until
from unilingo.common.clock import SystemClock

(WINDOW,) = ProviderPolicy("openai", requests_per_minute=1, retries_per_minute=0).windows
SPARE_SECONDS = WINDOW.spare * WINDOW.slice_ms / 1000


class Door:
    """Plays Admission: lets a call in, when the provider has its connection and has been asked nothing more."""

    def __init__(self, server: FakeOpenAI) -> None:
        self._server = server
        self._admitted = 0

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        self._admitted += 1
        wait_until(lambda: self._server.connections == self._admitted, 10, "a connection")
        assert len(self._server.served) == self._admitted - 1
        return Decision(True, 0, "", 0, 0, False, 0, None)

    def release(self, policy: ProviderPolicy, decision: Decision, report: Report) -> None:
        """The next call waits for nothing."""


def test_each_call_has_its_connection_before_it_is_admitted() -> None:
    with FakeOpenAI() as server:
        server.script("429", "answer")
        policy = ProviderPolicy("openai")
        door: Any = Door(server)
        given = Dependencies(door, Purse(), SystemClock(), classify)
        engine = OpenAITextModel(OpenAIPolicy(api_key="sk-test", base_url=server.base_url))
        GuardedText(engine, Guard(policy, given), RUN).cards(REQUEST)

    assert [served.behaviour for served in server.served] == ["429", "answer"]
    assert server.connections == 2


def test_cold_processes_never_bring_more_to_the_door_than_the_limit(
    redis_server: ValkeyServer,
) -> None:
    limit, window = 6, 3.0
    with FakeOpenAI() as server:
        given = (redis_server.url, server.base_url, limit, round(window))
        first = [cold_caller.start(*given, seconds=5) for _ in range(2)]
        while not server.served:
            time.sleep(0.05)
        # What the first have begun with leaves the window when this one comes.
        last = cold_caller.start(*given, seconds=4)
        told = "".join(process.communicate()[0] for process in [*first, last])
        arrived = sorted(served.at for served in server.served)
    admitted = sorted(map(float, told.split()))
    late = [b - a for a, b in zip(admitted, arrived, strict=True)]
    # A machine that lets threads wait longer than is spared for it takes that much of the window.
    window -= max(0, max(late) - min(late) - SPARE_SECONDS)

    assert cold_caller.most_within(window, arrived) <= limit < len(arrived)


def test_a_backlog_uses_nearly_all_of_a_limit() -> None:
    assert WINDOW.slices / (WINDOW.slices + 1 + WINDOW.spare) >= 0.98
