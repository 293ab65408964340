"""What a provider counts is when calls arrive, so nothing slow lies between an admission and its arrival."""

import time

from resilience.policies import ProviderPolicy
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.providers import cold_caller
from tests.servers import ValkeyServer

(WINDOW,) = ProviderPolicy("openai", requests_per_minute=1, retries_per_minute=0).windows
SPARE_SECONDS = WINDOW.spare * WINDOW.slice_ms / 1000


def test_the_first_calls_of_a_process_arrive_when_they_are_admitted(
    redis_server: ValkeyServer,
) -> None:
    with FakeOpenAI() as server:
        told, _ = cold_caller.start(redis_server.url, server.base_url, 60, 60, 0).communicate()
        admitted = sorted(map(float, told.split()))
        arrived = sorted(served.at for served in server.served)

    assert len(arrived) == len(admitted) == 3
    assert max(b - a for a, b in zip(admitted, arrived, strict=True)) < SPARE_SECONDS


def test_cold_processes_never_bring_more_to_the_door_than_the_limit(
    redis_server: ValkeyServer,
) -> None:
    limit, window = 6, 3
    with FakeOpenAI() as server:
        given = (redis_server.url, server.base_url, limit, window)
        first = [cold_caller.start(*given, seconds=5) for _ in range(2)]
        while not server.served:
            time.sleep(0.05)
        # What the first have begun with leaves the window when this one comes.
        last = cold_caller.start(*given, seconds=4)
        for process in [*first, last]:
            process.communicate()
        arrived = [served.at for served in server.served]

    assert cold_caller.most_within(window, arrived) <= limit < len(arrived)


def test_a_backlog_uses_nearly_all_of_a_limit() -> None:
    assert WINDOW.slices / (WINDOW.slices + 1 + WINDOW.spare) >= 0.98
