"""Many who want the same job at the same moment, each with a database connection of its own."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import connections, transaction

from jobs import lifecycle, queue
from jobs.claims import Claim
from jobs.kind import Queue
from tests.jobs.rows import NOW, after, claimed, events_of, stored, waiting_job
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 20


def test_of_twenty_who_claim_a_job_one_wins() -> None:
    job = waiting_job()

    def claim(number: int) -> Claim | None:
        return lifecycle.claim(job.id, worker=f"{number}", lease_seconds=15, now=NOW)

    assert len([claim for claim in at_once(claim, MANY) if claim]) == 1
    assert events_of(job.id) == [(1, "waiting"), (2, "active")]


def test_workers_that_ask_at_once_who_is_next_take_different_jobs_without_asking_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = 8
    waiting = [waiting_job(f"user {number}", now=after(number)) for number in range(many + 2)]
    asked, next_in = [], queue.next_in
    monkeypatch.setattr(queue, "next_in", lambda *given: asked.append(1) or next_in(*given))

    def claim(number: int) -> Claim | None:
        return lifecycle.claim_next(Queue.AI, worker=f"{number}", lease_seconds=15, now=after(20))

    claims = at_once(claim, many)

    assert {c.job_id for c in claims if c} == {job.id for job in waiting[:many]}
    assert len(asked) == many


def test_who_claims_a_job_holds_nobody_up_who_asks_for_the_next_one() -> None:
    first, second = waiting_job(), waiting_job(kind="lesson", now=after(1))

    def claim() -> Claim | None:
        try:
            return lifecycle.claim_next(Queue.AI, worker="two", lease_seconds=15, now=after(2))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            claimed(first)
            claiming = other.submit(claim)
            wait([claiming], timeout=0.5)  # SQLite lets it go on only when this one has ended
        found = claiming.result()

    assert found
    assert found.job_id == second.id


def test_of_twenty_sweeps_that_find_a_lost_job_one_takes_it_back() -> None:
    claim = claimed(waiting_job())
    took = at_once(lambda n: lifecycle.recover(claim.job_id, lost_at_most=3, now=after(60)), MANY)
    assert sum(took) == 1
    assert stored(claim).lost_count == 1


def test_of_twenty_that_end_a_job_one_is_heard() -> None:
    claim = claimed(waiting_job())
    heard = at_once(lambda n: lifecycle.complete(claim, {"by": n}, now=NOW), MANY)
    assert sum(heard) == 1
    assert stored(claim).result == {"by": heard.index(True)}
    assert events_of(claim.job_id)[-1] == (3, "completed")


def test_twenty_that_write_progress_at_once_leave_no_gap_in_the_sequence() -> None:
    claim = claimed(waiting_job())
    wrote = at_once(lambda n: lifecycle.progress(claim, n, "A step", now=NOW), MANY)
    assert all(wrote)
    assert [number for number, _ in events_of(claim.job_id)] == list(range(1, 3 + MANY))
