"""What is old is forgotten, bit by bit; what lives, and what ends a stream, is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, pruning, queries, steps
from jobs.api.stream import _ends
from jobs.claims import Wait
from jobs.models import FINAL, IdempotencyKey, Job, JobEvent, JobStep, Status
from jobs.pruning import Pruned, prune
from tests.jobs.rows import NOW, active_job, events_of, job_in, stored
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def days(settings: Settings) -> None:
    settings.JOB_RETENTION_DAYS, settings.EVENT_RETENTION_DAYS = 90, 30


def days_later(days: float) -> Any:
    return NOW + timedelta(days=days)


def test_a_job_is_forgotten_with_all_that_belongs_to_it_once_its_days_are_over() -> None:
    claim = active_job()
    steps.keep(claim, "one", {}, "paid for", seconds=1, now=NOW)
    lifecycle.complete(claim, {"success": True}, now=NOW)
    assert prune(days_later(89)).jobs == 0
    assert prune(days_later(91)).jobs == 1
    assert [model.objects.count() for model in (Job, JobEvent, JobStep)] == [0, 0, 0]


@pytest.mark.parametrize("status", sorted(set(Status) - FINAL))
def test_what_has_not_ended_is_kept_however_old_it_is(status: Status) -> None:
    claim = job_in(status)
    before = events_of(claim.job_id)
    assert prune(days_later(999)) == Pruned()
    assert events_of(claim.job_id) == before


def test_of_an_old_job_only_its_end_is_kept_with_which_its_stream_ends() -> None:
    claim = job_in(Status.FAILED)
    assert prune(days_later(31)) == Pruned(events_of=1)
    assert prune(days_later(31)) == Pruned()
    assert events_of(claim.job_id) == [(3, "failed")]
    assert [_ends(event) for event in queries.events_after(claim.job_id, 0, limit=9)] == [True]


def test_a_job_that_lives_again_keeps_its_events_again() -> None:
    claim = job_in(Status.FAILED)
    prune(days_later(31))
    lifecycle.retry(claim.job_id, identity=claim.job_id, now=days_later(31))
    assert stored(claim).events_kept
    assert prune(days_later(200)) == Pruned()


def test_much_is_forgotten_in_batches_and_the_rest_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    monkeypatch.setattr(pruning, "BATCHES", 2)
    for _ in range(5):
        job_in(Status.COMPLETED)
    assert [prune(days_later(91)).jobs for _ in range(3)] == [4, 1, 0]


def test_keys_are_forgotten_when_they_answer_for_nothing_any_more() -> None:
    job = stored(job_in(Status.COMPLETED))
    for hours in (0, 20):
        made = NOW + timedelta(hours=hours)
        IdempotencyKey.objects.create(
            user_id="ann", key=f"{hours}", fingerprint="", job=job, created_at=made
        )
    assert prune(NOW + timedelta(hours=25)).keys == 1
    assert IdempotencyKey.objects.get().key == "20"


def test_a_sweep_by_hand_says_what_it_has_done(
    redis_server: ValkeyServer, capsys: pytest.CaptureFixture[str]
) -> None:
    lifecycle.delay(
        active_job(),
        Wait("retry", timezone.now(), "Again."),
        counts_attempt=True,
        now=timezone.now(),
    )
    call_command("sweep_jobs")
    assert capsys.readouterr().out.startswith("woken 1, recovered 0, resent 0, told 0; ")


QUESTIONS: dict[str, Callable[[], Any]] = {
    "job_ended": lambda: Job.objects.filter(finished_at__lt=NOW).order_by("finished_at"),
    "job_with_old_events": lambda: Job.objects.filter(
        finished_at__lt=NOW, events_kept=True
    ).order_by("finished_at"),
    "job_delayed": lambda: Job.objects.filter(status="delayed", next_attempt_at__lte=NOW).order_by(
        "next_attempt_at"
    ),
    "job_active": lambda: Job.objects.filter(status="active", lease_expires_at__lt=NOW).order_by(
        "lease_expires_at"
    ),
    "job_next_of_kind": lambda: Job.objects.filter(status="waiting", kind="flashcards").order_by(
        "turn", "enqueued_at", "id"
    ),
    "job_waiting": lambda: Job.objects.filter(
        status="waiting", queue="ai-jobs", kind__in=["flashcards"], enqueued_at__lt=NOW
    ).order_by(),
    "job_waits_for": lambda: Job.objects.filter(
        status="waiting", wait_reason="paused", kind__in=["flashcards"]
    ).order_by(),
    "job_last_of_user": lambda: Job.objects.filter(
        status="waiting", queue="ai-jobs", user_id__gt="ann"
    ),
}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics")
@pytest.mark.parametrize("index", QUESTIONS)
def test_no_question_of_the_sweep_reads_the_whole_table(index: str) -> None:
    plan = QUESTIONS[index]().values_list("id")[:200].explain()
    assert f"USING INDEX {index}" in plan or f"USING COVERING INDEX {index}" in plan
    assert "SCAN jobs_job\n" not in plan
