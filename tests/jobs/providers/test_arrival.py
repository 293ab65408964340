"""What a provider counts is when calls arrive, so nothing slow lies between an admission and its arrival."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy
from jobs.providers.base import Language
from jobs.providers.guarded import GuardedText, classify
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from jobs.providers.speech import Recording
from resilience import sending
from resilience.admission import Admission
from resilience.errors import CallInterrupted, RateLimited
from resilience.guard import Dependencies, Guard
from resilience.policies import OutagePolicy, ProviderPolicy
from resilience.redis_store import RedisStore, connect
from resilience.store import AcquireRequest, Decision, Report
from resilience.usage import Units
from tests.fakes.azure_speech_server import FakeAzureSpeech
from tests.fakes.azure_vision_server import FakeAzureVision
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.providers import cold_caller
from tests.jobs.providers.asked import REQUEST, RUN
from tests.resilience.hands import HandClock, Purse
from tests.servers import ValkeyServer
from tests.stack import wait_until
from unilingo.common.clock import SystemClock

(WINDOW,) = ProviderPolicy("openai", requests_per_minute=1, retries_per_minute=0).windows
SPARE_SECONDS = WINDOW.spare * WINDOW.slice_ms / 1000


Fake = FakeOpenAI | FakeAzureVision | FakeAzureSpeech
FAKES: dict[str, Callable[[], Fake]] = {
    "openai": FakeOpenAI,
    "azure-vision": FakeAzureVision,
    "azure-speech": FakeAzureSpeech,
}


def address(server: Fake) -> str:
    return server.base_url if isinstance(server, FakeOpenAI) else server.endpoint


class Door:
    """Plays Admission: lets a call in, when the provider has its connection and has been asked nothing more."""

    def __init__(self, server: FakeOpenAI | FakeAzureVision) -> None:
        self._server = server
        self._admitted = 0

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        self._admitted += 1
        wait_until(lambda: self._server.connections == self._admitted, 10, "a connection")
        assert len(self._server.served) == self._admitted - 1
        return Decision(True, 0, "", 0, 0, False, 0, None)

    def release(self, policy: ProviderPolicy, decision: Decision, report: Report) -> None:
        """The next call waits for nothing."""


@pytest.mark.parametrize("provider", ["openai", "azure-vision"])
def test_each_call_has_its_connection_before_it_is_admitted(provider: str) -> None:
    with FAKES[provider]() as server:
        assert not isinstance(server, FakeAzureSpeech)
        server.script("429", "answer")
        door: Any = Door(server)
        given = Dependencies(door, Purse(), SystemClock(), classify)
        guard = Guard(ProviderPolicy(provider), given)
        cold_caller.ASKING[provider](address(server), guard)(RUN)

    assert len(server.served) == server.connections == 2


@pytest.mark.parametrize("provider", FAKES)
def test_cold_processes_never_bring_more_to_the_door_than_the_limit(
    redis_server: ValkeyServer, provider: str
) -> None:
    limit, window = 6, 3.0
    with FAKES[provider]() as server:
        given = (provider, redis_server.url, address(server), limit, round(window))
        first = [cold_caller.start(*given, seconds=5) for _ in range(2)]
        while not server.arrived:
            time.sleep(0.05)
        # What the first have begun with leaves the window when this one comes.
        last = cold_caller.start(*given, seconds=4)
        admitted = sorted(at for caller in [*first, last] for at in caller.admitted())
        arrived = sorted(server.arrived)
    late = [b - a for a, b in zip(admitted, arrived, strict=True)]
    # A machine that lets threads wait longer than is spared for it takes that much of the window.
    window -= max(0, max(late) - min(late) - SPARE_SECONDS)

    assert cold_caller.most_within(window, arrived) <= limit < len(arrived)


def test_a_reading_arrives_as_soon_as_it_is_admitted() -> None:
    """The SDK alone begins to connect half a second later."""
    began: list[float] = []
    with FakeAzureSpeech() as server:
        engine = AzureSpeechAssessor(AzureSpeechPolicy(key="key", endpoint=server.endpoint))
        reading = Recording(bytes(8000), "Hello.", Language("en-US", "English"))
        for _ in range(3):
            with engine.ready(), sending.told_to(lambda: began.append(time.monotonic())):
                engine.assess(reading)

    late = [b - a for a, b in zip(began, server.arrived, strict=True)]
    assert min(late) < 0.25


class HeldUp:
    """Calls of one process with as many seconds between admission and sending as are said, on a clock moved by hand."""

    limit = 3

    def __init__(self, redis_url: str, server: FakeOpenAI) -> None:
        self.clock, self.purse, self.server = HandClock(), Purse(), server
        self._store = store = RedisStore(connect(redis_url), now_ms=self.clock.ms)
        store.client.flushall()
        door = Admission(store, OutagePolicy(), self.clock, lambda provider, moved: None)
        policy = ProviderPolicy("openai", requests_per_minute=self.limit, retries_per_minute=0)
        self._policy = policy
        self._engine = OpenAITextModel(OpenAIPolicy(api_key="sk-test", base_url=server.base_url))
        self._guard = Guard(policy, Dependencies(door, self.purse, self.clock, classify))
        self._calls = 0

    def call(
        self,
        seconds: float,
        meanwhile: Callable[[], object] = bool,
        wait: Callable[[float], bool] = lambda seconds: False,
    ) -> float:
        """When it arrived at the socket."""
        self._calls += 1
        run = replace(RUN, permit=f"held-up:{self._calls}", wait=wait)

        def ask(engine: Any) -> Any:
            self.clock.advance(seconds)
            meanwhile()
            return engine.cards(REQUEST)

        served = len(self.server.served)
        GuardedText(self._engine, self._guard, run).call(Units(), ask)
        assert len(self.server.served) == served + 1
        return self.clock.now()

    def others_take_all(self) -> None:
        for number in range(self.limit):
            ask = AcquireRequest(f"other-{number}", "ben", (1,))
            assert self._store.acquire(self._policy, ask).is_admitted


@pytest.fixture
def held_up(redis_server: ValkeyServer) -> Iterator[HeldUp]:
    with FakeOpenAI() as server:
        yield HeldUp(redis_server.url, server)


def test_a_call_that_is_held_up_after_its_admission_is_counted_when_it_is_sent(
    held_up: HeldUp,
) -> None:
    arrived: list[float] = []
    for seconds in (1.5, 20, 0.3, 0, 0, 59.9, 0, 0, 0, 1.5, 0, 0):
        while True:
            try:
                arrived.append(held_up.call(seconds))
                break
            except RateLimited as refused:
                held_up.clock.advance((refused.retry_after or 0) + 0.001)

    assert cold_caller.most_within(60, arrived) <= held_up.limit


def test_what_has_left_its_window_meanwhile_is_not_sent_when_others_have_taken_it(
    held_up: HeldUp,
) -> None:
    with pytest.raises(RateLimited):
        held_up.call(200, held_up.others_take_all)
    assert not held_up.server.served
    assert held_up.purse.ended == [None]


def test_a_call_of_a_run_that_is_to_end_is_not_sent_late(held_up: HeldUp) -> None:
    with pytest.raises(CallInterrupted):
        held_up.call(5, wait=lambda seconds: True)
    assert not held_up.server.served


def test_a_backlog_uses_nearly_all_of_a_limit() -> None:
    assert WINDOW.slices / (WINDOW.slices + 1 + WINDOW.spare) >= 0.98
