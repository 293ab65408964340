"""A provider, the money or Redis fails under load: jobs wait, nobody calls in vain, and nothing is lost."""

import sqlite3
import time
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.fakes.openai_faults import fails
from tests.fakes.openai_server import FakeOpenAI
from tests.journeys.test_job_life import story
from tests.stack import FLASHCARDS, Stack, running_stack, wait_until

OPEN_SECONDS = 1.5
BREAKERS = "/api/circuit-breakers/status"
SET_LIMIT = "/api/admin/budget/set-limit"


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
def provider(server: FakeOpenAI, house: Stack) -> FakeOpenAI:
    """Well, and forgotten what the test before did to it."""
    server.served.clear()
    server.fault_rate = server.latency = 0.0
    house.client().post("/api/circuit-breakers/reset/openai", {})
    return server


@pytest.fixture(scope="module")
def house(server: FakeOpenAI) -> Iterator[Stack]:
    """Two workers, one call at a time, and a breaker that opens early and shortly."""
    with running_stack(
        workers=2,
        PROVIDER_TEXT="openai",
        OPENAI_API_KEY="test",
        OPENAI_BASE_URL=server.base_url,
        OPENAI_RATE_LIMIT_RPM="0",
        OPENAI_RATE_LIMIT_TPM="0",
        OPENAI_MAX_CONCURRENT="1",
        PROVIDER_RETRIES_PER_MINUTE="0",
        RETRY_BASE_SECONDS="0.1",
        BREAKER_OPENAI_CONSECUTIVE_FAILURES="3",
        BREAKER_OPENAI_OPEN_SECONDS=str(OPEN_SECONDS),
        BREAKER_OPENAI_OPEN_MAX_SECONDS=str(OPEN_SECONDS),
    ) as running:
        yield running


def state_of_breaker(stack: Stack) -> str:
    state: str = stack.client().get(BREAKERS).json["circuitBreakers"]["openai"]["state"]
    return state


def reasons(stack: Stack, job_ids: list[str]) -> set[str]:
    """Why these jobs of ann have been delayed."""
    events = [event for job_id in job_ids for event in story(stack, job_id)]
    return {event.data["waitingFor"]["reason"] for event in events if event.name == "delayed"}


def test_while_a_provider_is_down_only_probes_reach_it_and_no_job_fails(
    house: Stack, provider: FakeOpenAI
) -> None:
    provider.faults, provider.fault_rate = ("500",), 1.0
    users = {house.submit(user): user for user in ("ann", "ben", "eva") for _ in range(3)}
    wait_until(lambda: state_of_breaker(house) == "OPEN", 20, "the breaker opens")
    users[house.submit("ann")] = "ann"
    wait_until(lambda: len(provider.served) >= 3 + 4, 30, "four probes fail")
    provider.fault_rate = 0.0

    ended = [house.ended(user, job_id) for job_id, user in users.items()]
    assert {job["status"] for job in ended} == {"completed"}
    failed = [served.at for served in provider.served if served.behaviour == "500"]
    probes = failed[3:]
    assert all(after - before >= OPEN_SECONDS for before, after in pairwise([failed[2], *probes]))
    assert len(provider.served) == len(users) + len(failed)
    # Each of the calls that opened the breaker was an attempt; no probe was, and no wait.
    assert sum(job["attemptsMade"] for job in ended) == len(users) + 3
    assert "circuit_open" in reasons(house, [job for job, user in users.items() if user == "ann"])


def test_nobody_in_the_fleet_calls_before_retry_after(house: Stack, provider: FakeOpenAI) -> None:
    throttled = fails(429, "rate_limit_exceeded", "requests", Retry_After="3")
    provider.script(throttled, "answer", throttled)
    users = {house.submit(f"user-{number}"): f"user-{number}" for number in range(4)}
    ended = [house.ended(user, job_id) for job_id, user in users.items()]

    assert {job["status"] for job in ended} == {"completed"}
    refused = [served for served in provider.served if not served.is_billed]
    assert len(refused) == 2
    for one in refused:
        assert one.ended_at
        later = [served.at for served in provider.served if served.at > one.at]
        assert min(later) - one.ended_at >= 3


def test_redis_may_be_away_for_ten_seconds_under_load(house: Stack, provider: FakeOpenAI) -> None:
    provider.latency = 0.3
    late = [house.submit("ben") for _ in range(4)]
    with house.valkey.away():
        late += [house.submit("ben") for _ in range(2)]
        time.sleep(10)
        late += [house.submit("ben") for _ in range(2)]
    assert {house.ended("ben", job_id)["status"] for job_id in late} == {"completed"}


def test_fifty_jobs_spend_what_ten_cost_and_not_a_cent_more(
    house: Stack, provider: FakeOpenAI
) -> None:
    before = Decimal(str(budget(house)["spent"]))
    first = house.submit("ann")
    assert house.ended("ann", first)["status"] == "completed"
    with sqlite3.connect(house.data_dir / "db.sqlite3") as database:
        [[amount]] = database.execute(
            "SELECT amount FROM resilience_reservation ORDER BY created_at DESC LIMIT 1"
        )
    limit = before + Decimal("9.5") * cost_of(provider) + Decimal(str(amount))
    house.client().post(SET_LIMIT, {"limit": round(float(limit), 6)})

    # Accepted while there is money.
    job_ids = [job_id for number in range(49) if (job_id := try_to_submit(house, number))]
    wait_until(lambda: budget(house)["killSwitchActive"], 30, "the limit pulls the switch")
    wait_until(lambda: states(house, job_ids) <= {"completed", "delayed"}, 30, "all others wait")
    assert len(provider.served) == 10
    assert Decimal(str(budget(house)["spent"])) == before + cost_of(provider) <= limit
    assert budget(house)["reserved"] == 0

    assert try_to_submit(house, 99) is None
    house.client().post(SET_LIMIT, {"limit": None})
    last = try_to_submit(house, 99)
    assert last
    assert house.ended("ann", last)["status"] == "completed"

    # Those that wait look again within minutes: none of them shall call in the middle of another test.
    for job_id in job_ids:
        house.client("ann").post(f"/api/jobs/{job_id}/cancel", {})
    done = {"completed", "cancelled"}
    wait_until(lambda: states(house, job_ids) == done, 30, "those that had been woken end as well")


def try_to_submit(stack: Stack, number: int) -> str | None:
    body = FLASHCARDS | {"subject": f"Subject {number}"}
    answer = stack.client("ann").post("/api/ai/generate-flashcards", body)
    assert answer.status in (202, 429)
    return answer.json.get("jobId")


def budget(stack: Stack) -> dict[str, object]:
    found: dict[str, object] = stack.client().get("/api/admin/budget/status").json["budget"]
    return found


def states(stack: Stack, job_ids: list[str]) -> set[str]:
    listed = stack.client("ann").get("/api/jobs?limit=100").json["jobs"]
    found = {job["jobId"]: job["status"] for job in listed}
    return {found[job_id] for job_id in job_ids}


def cost_of(provider: FakeOpenAI) -> Decimal:
    """Of all that the provider has counted, at the price of gpt-4o-mini."""
    read = sum(served.input_tokens for served in provider.served if served.is_billed)
    written = sum(served.output_tokens for served in provider.served if served.is_billed)
    return Decimal(read) * Decimal("0.15e-6") + Decimal(written) * Decimal("0.60e-6")
