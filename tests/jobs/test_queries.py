import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs import lifecycle, queries
from jobs.errors import JobNotFound
from jobs.kind import Queue
from jobs.models import Job, Status
from tests.jobs.rows import NOW, WAIT, active_job, after, claimed, job_in, waiting_job
from unilingo.common.pages import Cursor

pytestmark = pytest.mark.django_db


def test_a_strangers_job_does_not_exist() -> None:
    job = waiting_job("ann")
    assert queries.job_for("ann", job.id) == job
    for user_id, job_id in (("bob", job.id), ("ann", "flashcards-unknown")):
        with pytest.raises(JobNotFound):
            queries.job_for(user_id, job_id)


def test_jobs_come_newest_first_and_only_ones_own() -> None:
    old, new = waiting_job(now=NOW), waiting_job(now=after(1))
    waiting_job("bob")
    assert list(queries.jobs_of("ann", limit=10)) == [new, old]


def test_pages_follow_each_other_without_gap_or_overlap_even_within_a_millisecond() -> None:
    made = {waiting_job(now=NOW).id for _ in range(7)}
    seen: list[str] = []
    cursor = None
    while page := queries.jobs_of("ann", after=cursor, limit=3):
        seen += [job.id for job in page]
        cursor = Cursor(page[-1].created_at, page[-1].id)
    assert len(seen) == 7
    assert set(seen) == made


def test_events_after_a_number_come_in_order_with_their_result() -> None:
    claim = active_job()
    lifecycle.complete(claim, {"success": True}, now=NOW)
    found = queries.events_after(claim.job_id, 1, limit=10)
    assert [event.sequence for event in found] == [2, 3]
    with CaptureQueriesContext(connection) as further:
        assert found[1].job.result == {"success": True}
    assert len(further) == 0


def test_a_users_events_are_those_of_all_their_jobs_in_the_order_they_were_written() -> None:
    first, second = active_job("ann"), active_job("ann")
    active_job("bob")
    lifecycle.progress(first, 50, "Half way", now=NOW)
    found = queries.events_of_user_after("ann", 0, limit=10)
    mine = [(event.job_id, event.sequence) for event in found]
    assert mine == [
        *((first.job_id, n) for n in (1, 2)),
        *((second.job_id, n) for n in (1, 2)),
        (first.job_id, 3),
    ]
    assert queries.last_event_of_user("ann") == found[-1].id
    assert queries.last_event_of_user("nobody") == 0


def test_unfinished_jobs_are_those_that_have_not_ended() -> None:
    going = {job_in(status).job_id for status in (Status.WAITING, Status.ACTIVE, Status.DELAYED)}
    for status in (Status.COMPLETED, Status.FAILED, Status.CANCELLED):
        job_in(status)
    assert {job.id for job in queries.unfinished_jobs_of("ann", 10)} == going


def test_a_job_that_was_tried_again_is_no_older_than_that() -> None:
    job_id = job_in(Status.FAILED).job_id
    lifecycle.retry(job_id, identity="again", now=after(3600))
    again = claimed(Job.objects.get(pk=job_id), now=after(3601))
    lifecycle.delay(again, WAIT, counts_attempt=False, now=after(3602))

    assert queries.delayed_by_reason() == [("retry", 1, after(3600))]

    job_in(Status.DELAYED)
    assert queries.delayed_by_reason() == [("retry", 2, NOW)]


def test_counts_by_state_and_the_oldest_that_waits() -> None:
    for status in Status:
        job_in(status)
    waiting_job(now=after(-60))
    counts = queries.queue_counts(Queue.AI)
    assert counts.by_status == dict.fromkeys(Status.values, 1) | {"waiting": 2}
    assert sum(counts.by_kind["flashcards"].values()) == 7
    assert counts.oldest_waiting_at == after(-60)
