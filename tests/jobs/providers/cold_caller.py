"""A process that has called nobody yet: `python -m tests.jobs.providers.cold_caller <redis> <provider> <limit> <window> <seconds>`.

Calls the provider as often as it may, `limit` times in any `window` seconds, for so long, each thread at least once. Prints
when each call was admitted, on the clock that all processes of a machine share.
"""

import subprocess
import sys
import threading
import time
from functools import cached_property
from typing import TYPE_CHECKING

from resilience.policies import AT_THE_DOOR, ProviderPolicy, Unit, Window
from resilience.redis_store import RedisStore, connect
from resilience.store import AcquireRequest, Decision

if TYPE_CHECKING:
    from jobs.providers.openai.model import OpenAITextModel
    from resilience.guard import Guard

THREADS = 3


class Narrow(ProviderPolicy):
    """As the program's own but for the length of the window; its slices are as long."""

    window_seconds = 60

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        slices = AT_THE_DOOR["slices"] * self.window_seconds // 60
        shape = AT_THE_DOOR | {"slices": slices, "seconds": self.window_seconds}
        return (Window(Unit.REQUESTS, self.requests_per_minute, **shape),)


class TellingStore(RedisStore):
    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        decision = super().acquire(policy, ask)
        if decision.is_admitted:
            # In one piece, as its threads share the line.
            sys.stdout.write(f"{time.monotonic()}\n")
        return decision


def start(
    redis_url: str, base_url: str, limit: int, window_seconds: int, seconds: float
) -> "subprocess.Popen[str]":
    given = [redis_url, base_url, limit, window_seconds, seconds]
    return subprocess.Popen(
        [sys.executable, "-m", __name__, *map(str, given)], stdout=subprocess.PIPE, text=True
    )


def most_within(seconds: float, arrived: list[float]) -> int:
    """The most calls in any so many seconds."""
    return max(sum(at <= one < at + seconds for one in arrived) for at in arrived)


def main(redis_url: str, base_url: str, limit: int, window_seconds: int, seconds: float) -> None:
    from jobs.providers.guarded import classify
    from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
    from resilience.admission import Admission
    from resilience.guard import Dependencies, Guard
    from resilience.policies import OutagePolicy
    from tests.resilience.hands import Purse
    from unilingo.common.clock import SystemClock

    clock, store = SystemClock(), TellingStore(connect(redis_url))
    admission = Admission(store, OutagePolicy(), clock, lambda provider, moved: None)
    Narrow.window_seconds = window_seconds
    policy = Narrow("openai", requests_per_minute=limit)
    guard = Guard(policy, Dependencies(admission, Purse(), clock, classify))
    engine = OpenAITextModel(OpenAIPolicy(api_key="sk-test", base_url=base_url))
    until = clock.monotonic() + seconds
    arguments = [(engine, guard, thread, until) for thread in range(THREADS)]
    threads = [threading.Thread(target=_call_until, args=given) for given in arguments]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _call_until(engine: "OpenAITextModel", guard: "Guard", thread: int, until: float) -> None:
    from jobs.providers.base import CardsRequest, Language
    from jobs.providers.guarded import GuardedText
    from jobs.providers.run import Run
    from resilience.errors import CallRefused

    request = CardsRequest(
        content="A thrombus blocks a coronary artery.",
        subject="Medicine",
        topic="Heart",
        native=Language("es", "Spanish"),
        target=Language("en", "English"),
    )
    number = 0
    while number == 0 or time.monotonic() < until:
        number += 1
        run = Run(f"{id(engine)}:{thread}:{number}", "ann", "flashcards", False, _sleep)
        try:
            GuardedText(engine, guard, run).cards(request)
        except CallRefused as refused:
            number -= 1
            time.sleep(min(refused.retry_after or 1, max(0, until - time.monotonic())))
            if time.monotonic() >= until:
                return


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


if __name__ == "__main__":
    import django

    django.setup()
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
