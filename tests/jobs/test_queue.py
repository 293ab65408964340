"""Who is started next: users take turns, interactive kinds go before bulk ones, paused kinds wait."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jobs import creation, lifecycle, queue, services, tasks
from jobs.api import representation
from jobs.claims import Claim
from jobs.kind import Queue, kinds
from jobs.models import Job, PausedKind, Status
from jobs.sweep import sweep
from resilience.models import OperatorAction
from tests.jobs.rows import (
    FAILURE,
    NOW,
    after,
    changed_kind,
    claimed,
    events_of,
    job_in,
    waiting_job,
)
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db


def started(count: int) -> list[str]:
    """The users whose jobs are started, in order."""
    claims = [
        lifecycle.claim_next(Queue.AI, worker="one", lease_seconds=15, now=NOW)
        for _ in range(count)
    ]
    return [claim.user_id if claim else "" for claim in claims]


def test_whoever_has_one_job_does_not_wait_for_all_of_one_who_has_many() -> None:
    for second in range(50):
        waiting_job("ann", now=after(second))
    assert started(10) == ["ann"] * 10
    waiting_job("ben", now=after(60))
    waiting_job("cy", now=after(61))
    assert started(4) == ["ann", "ben", "cy", "ann"]


def test_two_who_have_many_are_started_in_turn() -> None:
    for number, user in enumerate(("ann", "ben")):
        for second in range(3):
            waiting_job(user, now=after(second + number / 2))
    assert started(7) == ["ann", "ben"] * 3 + [""]


def test_jobs_that_come_in_together_have_their_turns_too() -> None:
    drafts = [
        creation.new_job("flashcards", user, {}, max_attempts=3, now=NOW)
        for user in ("ann", "ann", "ann", "ben")
    ]
    creation.create(drafts)
    assert sorted(started(2)) == ["ann", "ben"]


def test_a_job_that_waits_for_others_says_so() -> None:
    first, second = waiting_job("ann"), waiting_job("ann")
    waiting_job("ben")
    third = waiting_job("ann")
    assert [job.wait_reason for job in (first, second, third)] == ["queue", "queue", "fairness"]
    shown = representation.status(third)["waitingFor"]
    assert shown == {"reason": "fairness", "position": 4, "explanation": queue.IN_TURN}


def test_the_place_counts_those_whose_turn_comes_before() -> None:
    anns = [waiting_job("ann", now=after(second)) for second in range(3)]
    ben = waiting_job("ben", now=after(9))
    assert [queue.position(job) for job in (*anns, ben)] == [1, 3, 4, 2]
    started(2)
    assert [queue.position(job) for job in anns[1:]] == [1, 2]


def test_a_job_that_was_broken_off_keeps_its_turn_and_a_retried_one_gets_a_new_one() -> None:
    first, second = waiting_job("ann"), waiting_job("ann", now=after(1))
    lifecycle.release_claim(claimed(first), now=after(2))
    first.refresh_from_db()
    assert queue.position(first) == 1
    lifecycle.fail(claimed(first), FAILURE, now=after(3))
    lifecycle.retry(first.id, identity=first.id, now=after(4))
    first.refresh_from_db()
    assert (queue.position(second), queue.position(first)) == (1, 2)


def test_interactive_kinds_go_before_bulk_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one queue; here the only kind is made a bulk one once its jobs wait."""
    bulk = waiting_job("ann")
    assert queue.first_in(Queue.AI, NOW) == bulk
    changed_kind(monkeypatch, "flashcards", is_bulk=True)
    other = next((kind for kind in kinds() if kind != "flashcards"), None)
    if other is None:
        pytest.skip("there is one kind only")
    changed_kind(monkeypatch, other, queue=Queue.AI, is_bulk=False)
    quick = creation.new_job(other, "ben", {}, max_attempts=3, now=after(9))
    creation.create([quick])
    Job.objects.filter(pk=quick.pk).update(turn=99)
    assert queue.first_in(Queue.AI, NOW) == quick
    assert queue.position(bulk) == 2


def test_a_bulk_job_is_started_within_a_bounded_time_however_many_interactive_ones_come() -> None:
    """One at a time: nobody who sits and waits loses more than one place to them."""
    long_ago = NOW - queue.BULK_GIVES_WAY
    bulk = [waiting_job("ann", kind="document", now=long_ago) for _ in range(2)]
    for number in range(4):
        waiting_job(f"user {number}", now=NOW)

    def start(seconds: float) -> Claim:
        now = after(seconds)
        claim = lifecycle.claim_next(Queue.AI, worker="one", lease_seconds=15, now=now)
        assert claim
        return claim

    claims = [start(seconds) for seconds in (0, 1, 1)]
    assert [claim.kind for claim in claims] == ["flashcards", "document", "flashcards"]
    assert lifecycle.complete(claims[1], {}, now=after(2))
    assert start(2).job_id in {job.id for job in bulk} - {claims[1].job_id}


def test_a_paused_kind_is_not_started_and_says_so_until_it_is_resumed(
    redis_server: ValkeyServer,
) -> None:
    job = waiting_job()
    services.pause_kind("flashcards", actor="grace", reason="a bad prompt")
    assert started(1) == [""]
    assert sweep(after(60)).told == 1
    job.refresh_from_db()
    shown = representation.status(job)["waitingFor"]
    assert (shown["reason"], shown["explanation"]) == ("paused", queue.PAUSED)
    assert sweep(after(61)) == sweep(after(62))
    services.resume_kind("flashcards", actor="grace")
    assert tasks.messages_waiting(Queue.AI) == 1
    assert sweep(after(63)).told == 1
    assert started(1) == ["ann"]
    types = ["waiting", "waiting", "waiting", "active"]
    assert events_of(job.id) == list(enumerate(types, start=1))
    told = OperatorAction.objects.order_by("id").values_list("actor", "action", "target")
    assert list(told) == [(("grace"), f"{do}_kind", "flashcards") for do in ("pause", "resume")]


def test_kinds_are_paused_and_resumed_in_the_admin(
    admin_user: User, redis_server: ValkeyServer
) -> None:
    staff = Client()
    staff.force_login(admin_user)
    staff.post("/admin/jobs/pausedkind/add/", {"kind": "flashcards", "reason": "a bad prompt"})
    assert PausedKind.objects.get().actor == "admin"
    staff.post("/admin/jobs/pausedkind/flashcards/delete/", {"post": "yes"})
    assert not PausedKind.objects.exists()
    assert OperatorAction.objects.count() == 2


def test_what_is_delayed_has_no_place_in_the_line() -> None:
    job_in(Status.DELAYED)
    waiting_job("ben")
    assert started(2) == ["ben", ""]
