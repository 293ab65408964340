"""How many calls arrive at a provider's own door: a backlog at a limit a minute, and processes that start cold meanwhile."""

import time
from statistics import median

from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.providers import cold_caller
from tests.programs.bench.report import Table
from tests.servers import valkey_server

LIMIT = 40
MINUTE = 60
MINUTES = 5
COLD_EVERY_SECONDS = 45


def main() -> None:
    began = time.monotonic()
    ends = began + MINUTES * MINUTE
    with valkey_server() as server, FakeOpenAI() as provider:
        callers = []
        while time.monotonic() < ends - COLD_EVERY_SECONDS:
            left = ends - time.monotonic()
            given = ("openai", server.url, provider.base_url, LIMIT, MINUTE)
            callers.append(cold_caller.start(*given, seconds=left))
            time.sleep(COLD_EVERY_SECONDS)
        admitted = sorted(at for caller in callers for at in caller.admitted())
        arrived = sorted(served.at for served in provider.served)
    # One call makes room for the one that is LIMIT calls later.
    laps = [later - one for one, later in zip(arrived, arrived[LIMIT:], strict=False)]
    table = Table(f"A backlog at {LIMIT} calls a minute, {len(callers)} cold starts", ("",))
    table.row("calls that arrived", f"{len(arrived)}")
    table.row("most in any 60 s, limit", f"{cold_caller.most_within(MINUTE, arrived)}, {LIMIT}")
    table.row("used of the limit", f"{MINUTE / median(laps):.3f}")
    late = max(b - a for a, b in zip(admitted, arrived, strict=True))
    table.row("from admission to arrival, longest, ms", f"{late * 1000:.0f}")
    table.print()
