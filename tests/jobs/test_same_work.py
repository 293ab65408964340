"""The same work is done once, and answers for a day."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs import creation, lifecycle
from jobs.errors import IdempotencyKeyReused, NotWritten
from jobs.inserts import insert
from jobs.intake import Draft, Intake, Outcome, _save, intake
from jobs.models import IdempotencyKey, Job, JobEvent, Status
from jobs.pruning import prune
from jobs.services import draft_job, submit_job
from tests.jobs.rows import FAILURE, claimed
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db

ENGLISH = {"code": "en", "name": "English"}
INPUTS = {
    "content": "The heart pumps blood. " * 100,
    "subject": "Medicine",
    "topic": "The heart",
    "nativeLanguage": ENGLISH,
    "targetLanguage": ENGLISH,
}


def ask(user_id: str = "ann", key: str = "", **changed: Any) -> Outcome:
    inputs = INPUTS | changed
    kind = "flashcards"
    draft = draft_job(kind, user_id=user_id, inputs=inputs, idempotency_key=key)
    return submit_job(draft).saved.result()


def asked(user_id: str = "ann", key: str = "", **changed: Any) -> str:
    return ask(user_id, key, **changed).job_id


def complete(job_id: str) -> None:
    now = timezone.now()
    lifecycle.complete(claimed(Job.objects.get(pk=job_id), now=now), {"success": True}, now=now)


def test_the_same_request_is_answered_with_the_same_job() -> None:
    assert asked() == asked()
    assert Job.objects.count() == JobEvent.objects.count() == 1


def test_work_that_has_been_done_takes_nobodys_turn_to_write() -> None:
    done = asked()
    complete(done)
    with CaptureQueriesContext(connection) as asking:
        assert asked() == done
    assert [query["sql"].split()[0] for query in asking] == ["SELECT"]


@pytest.mark.parametrize(
    "changed",
    [
        {"content": INPUTS["content"] + "And oxygen with it."},
        {"topic": "Blood"},
        {"subject": "Biology"},
        {"nativeLanguage": {"code": "es", "name": "Spanish"}},
        {"targetLanguage": {"code": "fr", "name": "French"}},
    ],
)
def test_a_request_that_differs_anywhere_is_other_work(changed: dict[str, Any]) -> None:
    assert asked() != asked(**changed)


def test_work_of_another_user_is_other_work() -> None:
    assert asked("ann") != asked("bob")


def test_completed_work_answers_again() -> None:
    complete(job_id := asked())

    assert ask() == Outcome(job_id)


def test_completed_work_is_done_anew_after_a_day(settings: Any) -> None:
    complete(job_id := asked())
    Job.objects.update(
        finished_at=timezone.now() - timedelta(hours=settings.RESULT_CACHE_HOURS, seconds=1)
    )

    assert asked() != job_id
    assert Job.objects.count() == 2


def test_failed_work_answers_for_nothing() -> None:
    job_id = asked()
    lifecycle.fail(claimed(Job.objects.get(pk=job_id)), FAILURE, now=timezone.now())

    assert asked() != job_id


def test_a_key_gives_the_first_answer_again_even_when_that_job_has_failed() -> None:
    job_id = asked(key="k")
    lifecycle.fail(claimed(Job.objects.get(pk=job_id)), FAILURE, now=timezone.now())

    assert ask(key="k") == Outcome(job_id, is_replay=True)


def test_a_key_that_comes_with_another_request_is_refused_and_leaves_nothing() -> None:
    asked(key="k")

    with pytest.raises(IdempotencyKeyReused):
        ask(key="k", topic="Blood")
    assert Job.objects.count() == 1


def test_keys_belong_to_their_users() -> None:
    assert asked("ann", key="k") != asked("bob", key="k")


@pytest.mark.parametrize("hours", [0, 1, 24, 240])
def test_a_key_lives_a_day_however_long_results_are_kept(settings: Any, hours: int) -> None:
    settings.RESULT_CACHE_HOURS = hours
    complete(job_id := asked(key="k"))
    almost = timezone.now() - timedelta(hours=24) + timedelta(seconds=9)
    IdempotencyKey.objects.update(created_at=almost)
    prune(timezone.now())

    assert ask(key="k") == Outcome(job_id, is_replay=True)
    with pytest.raises(IdempotencyKeyReused):
        ask(key="k", topic="Blood")


def test_a_key_is_forgotten_after_a_day() -> None:
    complete(asked(key="k"))
    long_ago = timezone.now() - timedelta(hours=24, seconds=1)
    IdempotencyKey.objects.update(created_at=long_ago)

    assert asked(key="k", topic="Blood")
    assert Job.objects.count() == 2


def test_a_new_key_for_known_work_is_tied_to_the_job_that_does_it() -> None:
    job_id = asked()

    assert asked(key="k") == job_id
    assert IdempotencyKey.objects.get().job_id == job_id
    assert Job.objects.count() == 1


def test_a_batch_keeps_one_of_equal_requests_and_refuses_a_key_used_twice() -> None:
    first, second, third = (
        _draft(topic=topic, key=key) for topic, key in (("A", "k"), ("A", ""), ("B", "k"))
    )
    batch: list[tuple[Draft, Future[Outcome]]] = [
        (draft, Future()) for draft in (first, second, third)
    ]

    _save(batch)

    assert batch[0][1].result() == batch[1][1].result() == Outcome(first.job.id)
    assert isinstance(batch[2][1].exception(), IdempotencyKeyReused)
    assert Job.objects.filter(user_id="ann").count() == 1


def test_a_key_that_comes_twice_at_once_for_known_work_leads_to_the_job_that_does_it() -> None:
    known = intake.add(_draft("A", "")).result().job_id
    batch: list[tuple[Draft, Future[Outcome]]] = [(_draft("A", "k"), Future()) for _ in range(2)]

    _save(batch)

    answers = [saved.result() for _, saved in batch]
    assert answers == [Outcome(known), Outcome(known, is_replay=True)]


def test_work_whose_job_fails_while_it_is_asked_for_again_is_done_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL, whose statements each see what has been committed by then."""
    first = claimed(Job.objects.get(pk=intake.add(_draft("A", "")).result().job_id))
    batch: list[tuple[Draft, Future[Outcome]]] = [
        (draft, Future()) for draft in (_draft("A", "k"), _draft("A", ""), _draft("B", ""))
    ]

    def and_then_it_fails(rows: Sequence[Model], *, skip_known: bool = False) -> int:
        written = insert(rows, skip_known=skip_known)
        lifecycle.fail(first, FAILURE, now=timezone.now())
        return written

    monkeypatch.setattr(creation, "insert", and_then_it_fails)
    _save(batch)

    anew, same, other = (saved.result().job_id for _, saved in batch)
    assert (anew, same, other) == (batch[0][0].job.id, anew, batch[2][0].job.id)
    assert Job.objects.filter(status=Status.WAITING).count() == 2


def _draft(topic: str, key: str) -> Draft:
    now = timezone.now()
    job = creation.new_job(
        "flashcards",
        "ann",
        INPUTS | {"topic": topic},
        identity=topic,
        max_attempts=3,
        now=now,
    )
    return Draft(job, fingerprint=topic, key=key)


def test_without_gathering_a_draft_is_written_at_once() -> None:
    assert intake.add(_draft("A", "")).done()


@pytest.mark.django_db(transaction=True)
def test_the_answer_waits_for_the_commit_and_not_for_redis(redis_server: ValkeyServer) -> None:
    draft, saved = _draft("A", ""), Future[Outcome]()
    saving = threading.Thread(target=_save, args=([(draft, saved)],))
    redis_server.freeze()
    try:
        saving.start()
        outcome = saved.result(timeout=1.9)  # a call to Redis gives up after 2 s
    finally:
        redis_server.thaw()
        saving.join()

    assert Job.objects.get().id == outcome.job_id


@pytest.mark.django_db(transaction=True)
def test_a_client_that_leaves_takes_nothing_back(redis_server: ValkeyServer) -> None:
    gathering = Intake()
    gathering.gather()
    first, second = gathering.add(_draft("A", "")), gathering.add(_draft("B", ""))

    assert not first.cancel()

    assert first.result(5) != second.result(5)
    assert Job.objects.count() == 2


@pytest.mark.usefixtures("redis_server")
@pytest.mark.django_db(transaction=True)
def test_a_fault_that_ends_the_thread_of_the_intake_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gathering = Intake()
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    gathering.gather()
    without_a_job: Any = None

    first, second = gathering.add(without_a_job), gathering.add(without_a_job)

    assert isinstance(first.exception(5), NotWritten)
    assert isinstance(second.exception(5), NotWritten)
