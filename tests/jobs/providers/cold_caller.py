"""A process that has called nobody yet: `python -m tests.jobs.providers.cold_caller <redis> <provider> <limit> <seconds>`.

Calls the provider as often as it may for so long, at least once, and prints when each call was admitted, on the
clock that all processes of a machine share.
"""

import sys
import threading
import time

import django

django.setup()

from jobs.providers.base import CardsRequest, Language  # noqa: E402
from jobs.providers.guarded import GuardedText, Run, classify  # noqa: E402
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel  # noqa: E402
from resilience.admission import Admission  # noqa: E402
from resilience.errors import CallRefused  # noqa: E402
from resilience.guard import Dependencies, Guard  # noqa: E402
from resilience.policies import OutagePolicy, ProviderPolicy  # noqa: E402
from resilience.redis_store import RedisStore, connect  # noqa: E402
from resilience.store import AcquireRequest, Decision  # noqa: E402
from tests.resilience.hands import Purse  # noqa: E402
from unilingo.common.clock import SystemClock  # noqa: E402

THREADS = 3
REQUEST = CardsRequest(
    content="A thrombus blocks a coronary artery.",
    subject="Medicine",
    topic="Heart",
    native=Language("es", "Spanish"),
    target=Language("en", "English"),
)


class TellingStore(RedisStore):
    def acquire(self, policy: ProviderPolicy, ask: AcquireRequest) -> Decision:
        decision = super().acquire(policy, ask)
        if decision.is_admitted:
            print(time.monotonic(), flush=True)  # noqa: T201
        return decision


def main(redis_url: str, base_url: str, limit: int, seconds: float) -> None:
    clock, store = SystemClock(), TellingStore(connect(redis_url))
    admission = Admission(store, OutagePolicy(), clock, lambda provider, moved: None)
    guard = Guard(
        ProviderPolicy("openai", requests_per_minute=limit),
        Dependencies(admission, Purse(), clock, classify),
    )
    engine = OpenAITextModel(OpenAIPolicy(api_key="sk-test", base_url=base_url))
    until = clock.monotonic() + seconds

    def call(thread: int) -> None:
        number = 0
        while number == 0 or clock.monotonic() < until:
            number += 1
            run = Run(f"{id(engine)}:{thread}:{number}", "ann", "flashcards", False, _sleep)
            gate = GuardedText(engine, guard, run)
            try:
                gate.cards(REQUEST)
            except CallRefused as refused:
                number -= 1
                clock.sleep(min(refused.retry_after or 1, max(0, until - clock.monotonic())))
                if clock.monotonic() >= until:
                    return

    threads = [threading.Thread(target=call, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return False


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
