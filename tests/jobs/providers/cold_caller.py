"""A process that has called nobody yet, and has not loaded what it calls with: a fork of one that has set up Django.

    caller = cold_caller.start(provider, redis, its address, limit, window, seconds)

Calls the provider (openai, azure-vision, azure-speech) as often as it may, `limit` times in any `window` seconds, for so long, each thread at least once.
Tells when each call was admitted, on the clock that all processes of a machine share.
"""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import TYPE_CHECKING, Any

import django

from resilience.policies import AT_THE_DOOR, ProviderPolicy, Unit, Window
from resilience.redis_store import RedisStore, connect
from resilience.store import AcquireRequest, Decision

if TYPE_CHECKING:
    from jobs.providers.run import Run
    from resilience.guard import Guard

    Ask = Callable[[Run], Any]

THREADS = 3

# Where a fork begins.
django.setup()
_forks = get_context("forkserver")
_forks.set_forkserver_preload([__name__])


class Narrow(ProviderPolicy):
    """As the program's own but for the length of the window; its slices are as long."""

    window_seconds = 60

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        slices = AT_THE_DOOR["slices"] * self.window_seconds // 60
        shape = AT_THE_DOOR | {"slices": slices, "seconds": self.window_seconds}
        return (Window(Unit.REQUESTS, self.requests_per_minute, **shape),)


class TellingStore(RedisStore):
    def __init__(self, redis_url: str) -> None:
        super().__init__(connect(redis_url))
        self.admitted: list[float] = []

    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        decision = super().acquire(policy, ask)
        if decision.is_admitted:
            self.admitted.append(time.monotonic())
        return decision


@dataclass
class Caller:
    process: ForkServerProcess
    line: Connection

    def admitted(self) -> list[float]:
        """Waits for its end."""
        told: list[float] = self.line.recv()
        self.process.join()
        return told


def start(
    provider: str, redis_url: str, url: str, limit: int, window_seconds: int, seconds: float
) -> Caller:
    line, told = _forks.Pipe(duplex=False)
    given = (provider, redis_url, url, limit, window_seconds, seconds, told)
    process = _forks.Process(target=main, args=given)
    process.start()
    told.close()
    return Caller(process, line)


def most_within(seconds: float, arrived: list[float]) -> int:
    """The most calls in any so many seconds."""
    return max(sum(at <= one < at + seconds for one in arrived) for at in arrived)


def main(
    provider: str,
    redis_url: str,
    url: str,
    limit: int,
    window_seconds: int,
    seconds: float,
    told: Connection,
) -> None:
    from jobs.providers.guarded import classify
    from resilience.admission import Admission
    from resilience.guard import Dependencies, Guard
    from resilience.policies import OutagePolicy
    from tests.resilience.hands import Purse
    from unilingo.common.clock import SystemClock

    clock, store = SystemClock(), TellingStore(redis_url)
    admission = Admission(store, OutagePolicy(), clock, lambda provider, moved: None)
    Narrow.window_seconds = window_seconds
    policy = Narrow(provider, requests_per_minute=limit)
    ask = ASKING[provider](url, Guard(policy, Dependencies(admission, Purse(), clock, classify)))
    until = clock.monotonic() + seconds
    arguments = [(ask, thread, until) for thread in range(THREADS)]
    threads = [threading.Thread(target=_call_until, args=given) for given in arguments]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    told.send(store.admitted)


def _text(url: str, guard: "Guard") -> "Ask":
    from jobs.providers.guarded import GuardedText
    from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
    from tests.jobs.providers.asked import REQUEST

    engine = OpenAITextModel(OpenAIPolicy(api_key="sk-test", base_url=url))
    return lambda run: GuardedText(engine, guard, run).cards(REQUEST)


def _vision(url: str, guard: "Guard") -> "Ask":
    from jobs.providers.azure_vision.reader import AzureTextReader, AzureVisionPolicy
    from jobs.providers.guarded import GuardedReader
    from tests.fakes.azure_vision_server import KEY

    engine = AzureTextReader(AzureVisionPolicy(url, KEY, timeout_seconds=30))
    return lambda run: GuardedReader(engine, guard, run).read(b"a picture")


def _speech(url: str, guard: "Guard") -> "Ask":
    from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy
    from jobs.providers.base import Language
    from jobs.providers.guarded import GuardedSpeech
    from jobs.providers.speech import Recording

    engine = AzureSpeechAssessor(AzureSpeechPolicy(key="key", endpoint=url))
    reading = Recording(bytes(8000), "Hello.", Language("en-US", "English"))
    return lambda run: GuardedSpeech(engine, guard, run).assess(reading)


ASKING: "dict[str, Callable[[str, Guard], Ask]]" = {
    "openai": _text,
    "azure-vision": _vision,
    "azure-speech": _speech,
}


def _call_until(ask: "Ask", thread: int, until: float) -> None:
    from jobs.providers.run import Run
    from resilience.errors import CallRefused

    number = 0
    while number == 0 or time.monotonic() < until:
        number += 1
        try:
            ask(Run(f"{os.getpid()}:{thread}:{number}", "ann", "flashcards", False, _sleep))
        except CallRefused as refused:
            number -= 1
            time.sleep(min(refused.retry_after or 1, max(0, until - time.monotonic())))
            if time.monotonic() >= until:
                return


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False
