"""What a provider counts is when calls arrive, so nothing slow lies between an admission and its arrival."""

import subprocess
import sys

from resilience.policies import ProviderPolicy
from tests.fakes.openai_server import FakeOpenAI
from tests.servers import ValkeyServer

(WINDOW,) = ProviderPolicy("openai", requests_per_minute=1, retries_per_minute=0).windows
SPARE_SECONDS = WINDOW.spare * WINDOW.slice_ms / 1000


def test_the_first_calls_of_a_process_arrive_when_they_are_admitted(
    redis_server: ValkeyServer,
) -> None:
    with FakeOpenAI() as server:
        command = [sys.executable, "-m", "tests.jobs.providers.cold_caller"]
        arguments = [redis_server.url, server.base_url, "60", "0"]
        told = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True)
        admitted = sorted(map(float, told.stdout.split()))
        arrived = sorted(served.at for served in server.served)

    assert len(arrived) == len(admitted) == 3
    assert max(b - a for a, b in zip(admitted, arrived, strict=True)) < SPARE_SECONDS


def test_a_backlog_uses_nearly_all_of_a_limit() -> None:
    assert WINDOW.slices / (WINDOW.slices + 1 + WINDOW.spare) >= 0.98
