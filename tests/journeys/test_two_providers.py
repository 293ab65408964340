"""Two providers of one capability: the second answers while the first is away, and each is booked for its own."""

import time
from collections.abc import Iterator

import pytest

from tests.fakes.openai_server import FakeOpenAI
from tests.stack import Stack, running_stack

OPEN_SECONDS = 60
CALLS_AT_ONCE = 5  # OPENAI_MAX_CONCURRENT


@pytest.fixture(scope="module")
def second() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as running:
        yield running


@pytest.fixture(scope="module")
def first() -> FakeOpenAI:
    return FakeOpenAI().start()


@pytest.fixture(scope="module")
def house(first: FakeOpenAI, second: FakeOpenAI) -> Iterator[Stack]:
    with running_stack(
        workers=2,
        PROVIDER_TEXT="openai,compatible",
        OPENAI_API_KEY="test",
        OPENAI_BASE_URL=first.base_url,
        OPENAI_RATE_LIMIT_RPM="0",
        COMPATIBLE_BASE_URL=second.base_url,
        COMPATIBLE_MODEL="llama",
        COMPATIBLE_PRICE="0.10,0.10,0.20",
        COMPATIBLE_RATE_LIMIT_RPM="0",
        COMPATIBLE_RATE_LIMIT_TPM="0",
        BREAKER_OPENAI_OPEN_SECONDS=str(OPEN_SECONDS),
    ) as running:
        yield running


def test_when_the_first_dies_under_load_no_job_fails_or_waits(
    house: Stack, first: FakeOpenAI, second: FakeOpenAI
) -> None:
    first.latency = 0.2
    jobs = [(user := f"user-{number}", house.submit(user)) for number in range(24)]
    house.ended(*jobs[0])
    first.stop()
    began = time.monotonic()

    ended = [house.ended(user, job_id) for user, job_id in jobs]

    assert time.monotonic() - began < OPEN_SECONDS / 2
    assert [job["status"] for job in ended] == ["completed"] * len(jobs)
    assert {job["attemptsMade"] for job in ended} == {1}
    makers = [job["result"]["provider"] for job in ended]
    assert set(makers) == {"openai", "compatible"}
    booked = house.client().get("/api/admin/budget/status").json["budget"]["byProvider"]
    billed = {
        name: sum(served.is_billed for served in server.served)
        for name, server in (("openai", first), ("compatible", second))
    }
    assert billed["compatible"] == makers.count("compatible")
    assert booked["compatible"]["calls"] == billed["compatible"]
    assert booked["compatible"]["spent"] > 0
    # A call that the dying server cut off may be on its bill, whether it has noted it or not.
    under_way = CALLS_AT_ONCE
    assert makers.count("openai") <= booked["openai"]["calls"] <= len(first.served) + under_way
