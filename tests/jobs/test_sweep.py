import pytest

from jobs import lifecycle, queue, tasks
from jobs.claims import Wait
from jobs.kind import Queue
from jobs.models import Job, Status
from jobs.sweep import RESEND_AFTER, Swept, sweep, tell_of_workers
from tests.jobs.rows import (
    LEASE_SECONDS,
    NOW,
    WAIT,
    active_job,
    after,
    events_of,
    job_in,
    stored,
    waiting_job,
)
from tests.servers import ValkeyServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("redis_server")]

LONG_AGO = NOW - RESEND_AFTER


def messages() -> int:
    found = tasks.messages_waiting(Queue.AI)
    assert found is not None
    return found


def test_a_delayed_job_is_woken_when_its_time_has_come_and_not_before() -> None:
    claim = job_in(Status.DELAYED)
    assert sweep(after(4.9)) == Swept()
    assert sweep(after(5)) == Swept(woken=1)
    assert (stored(claim).status, messages()) == ("waiting", 1)


@pytest.mark.parametrize("why", [queue.NO_WORKER, queue.NOT_WOKEN])
def test_jobs_say_why_no_worker_comes_and_no_longer_when_one_does(why: str) -> None:
    job = waiting_job()
    assert tell_of_workers(why, after(1)) == 1
    job.refresh_from_db()
    assert (job.wait_reason, job.wait_explanation) == ("queue", why)
    assert tell_of_workers(why, after(2)) == 0

    assert tell_of_workers(queue.IN_QUEUE, after(3)) == 1
    job.refresh_from_db()
    assert job.wait_explanation == queue.IN_QUEUE


def test_those_whose_time_came_first_are_woken_first() -> None:
    claims = [active_job() for _ in range(3)]
    for seconds, claim in zip((30, 10, 20), claims, strict=True):
        wait = Wait(WAIT.reason, after(seconds), WAIT.explanation)
        lifecycle.delay(claim, wait, counts_attempt=True, now=NOW)
    assert sweep(after(20)) == Swept(woken=2)
    assert [stored(claim).status for claim in claims] == ["delayed", "waiting", "waiting"]


def test_a_job_whose_worker_is_silent_goes_back_to_the_queue(
    caplog: pytest.LogCaptureFixture,
) -> None:
    claim = active_job()
    assert sweep(after(LEASE_SECONDS)) == Swept()
    assert sweep(after(LEASE_SECONDS + 1)) == Swept(recovered=1)
    job = stored(claim)
    assert (job.status, job.attempts_made, job.lost_count, messages()) == ("waiting", 0, 1, 1)
    assert events_of(claim.job_id)[-1] == (3, "waiting")
    assert caplog.messages == ["job taken from a silent worker"]


def test_a_job_that_is_lost_again_and_again_is_given_up() -> None:
    claim = active_job()
    Job.objects.filter(pk=claim.job_id).update(lost_count=2)
    sweep(after(LEASE_SECONDS + 1))
    assert stored(claim).error_code == "WORKER_LOST"


def test_a_job_whose_message_was_lost_is_sent_again() -> None:
    waiting_job(now=LONG_AGO)
    assert sweep(NOW) == Swept()
    assert sweep(after(1)) == Swept(resent=1)
    assert messages() == 1


def test_a_job_that_only_queues_is_not_sent_twice() -> None:
    tasks.send([waiting_job(now=LONG_AGO)])
    assert sweep(after(60)) == Swept()
    assert messages() == 1


def test_however_many_messages_were_lost_one_wakes_for_all() -> None:
    for number in range(3):
        waiting_job(f"user {number}", now=LONG_AGO)
    assert sweep(after(1)) == Swept(resent=1)
    assert sweep(after(2)) == Swept()
    assert messages() == 1


def test_without_redis_nothing_is_lost(redis_server: ValkeyServer) -> None:
    claim = job_in(Status.DELAYED)
    redis_server.stop()
    try:
        sweep(after(5))
        assert stored(claim).status == Status.WAITING
    finally:
        redis_server.start()
    assert sweep(after(60)) == Swept(resent=1)
    assert messages() == 1
