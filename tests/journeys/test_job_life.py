"""What happens to a job when workers, the broker or the provider fail: it ends well, once, with its attempts counted."""

import os
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

import pytest
import redis

from tests.clients import Client, Event
from tests.fakes.openai_faults import Behaviour, Exchange, answer, fails
from tests.fakes.openai_server import FakeOpenAI
from tests.journeys.test_streams import ids, path_of
from tests.journeys.writer import Writer
from tests.stack import Process, Stack, running_stack, wait_until


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(scope="module")
def house(provider: FakeOpenAI) -> Iterator[Stack]:
    """A stack of its own: short leases, a provider that does what it is told, and workers that a test starts."""
    with running_stack(
        workers=0,
        PROVIDER_TEXT="openai",
        OPENAI_API_KEY="test",
        OPENAI_BASE_URL=provider.base_url,
        JOB_LEASE_SECONDS="1",
        WORKER_SHUTDOWN_SECONDS="1",
        RETRY_BASE_SECONDS="0.1",
        OPENAI_RATE_LIMIT_RPM="0",
        OPENAI_RATE_LIMIT_TPM="0",
        PROVIDER_RETRIES_PER_MINUTE="0",
        OPENAI_MAX_CONCURRENT="0",
        # One failing provider must not keep the next test's job waiting.
        BREAKER_OPENAI_FATAL_OPEN_SECONDS="0.01",
        BREAKER_OPENAI_HALF_OPEN_PERMITS="100",
        BREAKER_OPENAI_SUCCESSES_TO_CLOSE="1",
    ) as running:
        yield running


@pytest.fixture
def worker(house: Stack) -> Process:
    """The only one that runs; a test may stop it."""
    running = [worker for worker in house.workers if worker.is_running]
    for other in running[1:]:  # of a test that came before, whichever it was
        other.stop()
    return running[0] if running else house.start_worker()


def story(stack: Stack, job_id: str) -> list[Event]:
    with stack.client("ann").stream(path_of(job_id)) as stream:
        return list(stream)


def names(events: list[Event]) -> list[str]:
    """Without what a waiting job waits for, which is told anew when that changes."""
    found = [event.name for event in events if event.name not in ("progress", "partial")]
    return [name for name, _ in groupby(found)]


def hangs(provider: FakeOpenAI) -> bool:
    """The newest call is one that gets no answer."""
    return bool(provider.served) and provider.served[-1].behaviour == "hang"


def seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def test_a_worker_that_is_killed_loses_no_job(
    house: Stack, worker: Process, provider: FakeOpenAI
) -> None:
    provider.served.clear()
    provider.script("hang")
    job_id = house.submit("ann")
    wait_until(lambda: hangs(provider), 15, "the provider is asked")
    worker.kill()
    house.start_worker()
    events = story(house, job_id)
    assert names(events) == ["waiting", "active", "waiting", "active", "completed"]
    assert ids(events) == list(range(1, len(events) + 1))
    assert house.ended("ann", job_id)["attemptsMade"] == 1


def test_a_worker_that_is_asked_to_stop_hands_its_job_to_another(
    house: Stack, worker: Process, provider: FakeOpenAI
) -> None:
    provider.served.clear()
    provider.script("hang")
    job_id = house.submit("ann")
    wait_until(lambda: hangs(provider), 15, "the provider is asked")
    house.start_worker()
    worker.terminate()
    worker.popen.wait(5)
    events = story(house, job_id)
    assert names(events) == ["waiting", "active", "waiting", "active", "completed"]
    times = {event.name: event.data["timestamp"] for event in events}
    assert seconds_between(times["waiting"], times["active"]) < 3
    assert house.ended("ann", job_id)["attemptsMade"] == 1


def takes(seconds: float) -> Behaviour:
    def answer_late(exchange: Exchange) -> None:
        exchange.wait(seconds)
        answer(exchange)

    return answer_late


def test_a_worker_that_is_asked_to_stop_ends_the_call_that_is_paid_for(
    house: Stack, worker: Process, provider: FakeOpenAI
) -> None:
    worker.stop()
    stopping = house.start_worker(WORKER_SHUTDOWN_SECONDS="20")
    provider.served.clear()
    provider.script(takes(3))
    job_id = house.submit("ann")
    status = f"/api/job-status/{job_id}"
    wait_until(
        lambda: house.client("ann").get(status).json["status"] == "active", 15, "the job runs"
    )
    stopping.terminate()
    stopping.popen.wait(20)
    house.start_worker()

    assert house.ended("ann", job_id)["status"] == "completed"
    assert stopping.popen.returncode == 0
    assert len(provider.served) == 1


def test_a_provider_that_is_busy_delays_the_job_and_it_is_woken_in_time(
    house: Stack, worker: Process, provider: FakeOpenAI
) -> None:
    provider.script(fails(429, "rate_limit_exceeded", "requests", x_ratelimit_reset_requests="5s"))
    job_id = house.submit("ann")
    events = story(house, job_id)
    assert names(events) == ["waiting", "active", "delayed", "waiting", "active", "completed"]
    delayed = next(event.data for event in events if event.name == "delayed")
    woken = [event.data for event in events if event.name == "active"][1]
    late = seconds_between(delayed["nextAttemptAt"], woken["timestamp"])
    assert (
        -1 <= late < 2
    )  # who stands in line comes a little early, and waits for the rest beside the door
    assert delayed["waitingFor"]["reason"] == "rate_limit"
    assert house.ended("ann", job_id)["attemptsMade"] == 1


def test_a_job_that_is_asked_for_while_redis_is_away_runs_when_it_is_back(
    house: Stack, worker: Process
) -> None:
    with house.valkey.away():
        job_id = house.submit("ann")
        assert house.client("ann").get(f"/api/job-status/{job_id}").json["status"] == "waiting"
    assert house.ended("ann", job_id, seconds=15)["status"] == "completed"


def test_a_worker_outlives_redis(house: Stack, worker: Process) -> None:
    with house.valkey.away():
        assert Client(worker.url).get("/health").json["reason"] == "broker unreachable"
    job_id = house.submit("ann")
    assert house.ended("ann", job_id, seconds=20)["status"] == "completed"


@pytest.mark.parametrize("way", ["full", "read-only"])
def test_a_worker_outlasts_a_broker_that_takes_no_writes(
    house: Stack, worker: Process, way: str
) -> None:
    house.ended("ann", house.submit("ann"))
    with redis.Redis.from_url(house.valkey.url) as broker:
        if way == "full":
            broker.config_set("maxmemory", 1)
        else:
            broker.replicaof("127.0.0.1", "1")
        health = Client(worker.url)
        wait_until(
            lambda: health.get("/health").json.get("reason") == f"broker {way}", 10, "it is noticed"
        )
        meanwhile = house.submit("ann")
        broker.config_set("maxmemory", 0)
        broker.replicaof("NO", "ONE")

    assert house.ended("ann", meanwhile, seconds=15)["status"] == "completed"
    assert worker.is_running


def test_a_worker_whose_broker_went_away_while_it_worked_takes_jobs_again(
    house: Stack, worker: Process, provider: FakeOpenAI
) -> None:
    """As many jobs as it has places, all of which end while nobody can be told."""
    provider.served.clear()
    provider.latency = 0.5
    job_ids = [house.submit("ann") for _ in range(3)]
    wait_until(lambda: len(provider.served) == 3, 15, "all places are taken")
    with house.valkey.away():
        for job_id in job_ids:
            assert house.ended("ann", job_id)["status"] == "completed"
    provider.latency = 0
    assert house.ended("ann", house.submit("ann"), seconds=20)["status"] == "completed"


def test_a_broker_that_answers_nothing_for_a_while_loses_no_job(
    house: Stack, worker: Process, provider: FakeOpenAI
) -> None:
    """Longer than anybody waits for it, in the middle of work; its connections stay open."""
    provider.served.clear()
    provider.latency = 1.0
    job_ids = [house.submit("ann") for _ in range(5)]
    wait_until(lambda: len(provider.served) >= 3, 15, "all places are taken")
    house.valkey.freeze()
    try:
        job_ids.append(house.submit("ann"))
        assert house.ended("ann", job_ids[0])["status"] == "completed"
        wait_until(
            lambda: Client(worker.url).get("/health").json.get("reason") == "broker unreachable",
            10,
            "the worker says so",
        )
    finally:
        house.valkey.thaw()
    ended = [house.ended("ann", job_id) for job_id in job_ids]
    provider.latency = 0
    assert [(job["status"], job["attemptsMade"]) for job in ended] == [("completed", 1)] * 6
    assert len(provider.served) == len(job_ids)


def test_of_four_processes_that_claim_a_job_one_wins(
    stack: Stack, four_writers: list[Writer]
) -> None:
    for _ in range(10):
        job_id = four_writers[0].do("waiting_job", user_id="ann")
        for writer in four_writers:
            writer.begin("claim", job_id=job_id)
        assert sum(writer.finish() for writer in four_writers) == 1


UUID_MILLISECONDS = len("0190163d-8694")


def test_ids_are_ordered_and_nobody_can_guess_the_next(stack: Stack, writer: Writer) -> None:
    job_ids = [writer.do("waiting_job", user_id="ann") for _ in range(5)]
    moments = [job_id[: len("flashcards-") + UUID_MILLISECONDS] for job_id in job_ids]
    assert moments == sorted(moments)
    assert all(len(os.path.commonprefix(pair)) < len(pair[0]) - 12 for pair in pairwise(job_ids))


def test_what_a_failing_provider_says_reaches_no_client(
    house: Stack, worker: Process, provider: FakeOpenAI
) -> None:
    provider.script("401")
    job_id = house.submit("ann")
    status: dict[str, Any] = house.ended("ann", job_id)
    assert (status["status"], status["code"]) == ("failed", "PROVIDER_UNAVAILABLE")
    assert "key" not in status["error"].lower()
