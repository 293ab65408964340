"""The page of one job in the admin: what happened to it and what it took, and doing it again in another way."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, services, steps
from jobs.claims import Claim
from jobs.identity import fingerprint
from jobs.models import Job, JobEvent, JobStep, Status
from jobs.timeline import timeline
from resilience.guard import Bill
from resilience.models import OperatorAction, UsageRecord
from resilience.runtime import runtime
from resilience.usage import Call, Consumed, Units
from tests.jobs.rows import FAILURE, INPUTS, NOW, WAIT, after, claimed, job_in, stored, waiting_job

PAID = Units(input_tokens=2_000_000, cached_tokens=1_000_000, output_tokens=500_000)


def pay(claim: Claim, step: str, *, at: float, outcome: str = "ok") -> None:
    """A call of this step that has cost something, and ended so many seconds after NOW."""
    call = Call(f"{claim.job_id}:{claim.run}:{step}:1", "ann", "flashcards", "gpt-4o-mini", PAID)
    reservation = runtime().ledger.reserve("openai", call)
    runtime().ledger.settle(reservation, Bill(outcome, 900, Consumed(PAID)))
    UsageRecord.objects.filter(reservation_id=reservation).update(created_at=after(at))


def finish(claim: Claim, step: str, *, at: float) -> None:
    value = {"value": [], "provider": "openai", "model": "gpt-4o-mini"}
    assert steps.keep(claim, step, {}, value, seconds=2.5, now=after(at))


@pytest.fixture
def twice() -> Job:
    """Its first run finished one step and failed in the next one; its second run did that and failed for good."""
    job = waiting_job()
    first = claimed(job, now=after(1))
    finish(first, "topics", at=3)
    pay(first, "topics", at=2.9)
    pay(first, "cards", at=4, outcome="transient")
    lifecycle.delay(first, WAIT, counts_attempt=True, now=after(5))
    lifecycle.wake([job.id], now=after(65))
    second = claimed(job, now=after(66))
    finish(second, "cards", at=69)
    pay(second, "cards", at=68)
    lifecycle.fail(second, FAILURE, now=after(70))
    return Job.objects.get(pk=job.id)


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]


def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("grace"))
    return client


def page(job: Job, command: str = "change") -> str:
    return f"/admin/jobs/job/{job.id}/{command}/"


def test_waits_and_runs_stand_in_order_with_their_reasons(twice: Job) -> None:
    told = [(s.event.type, s.number, s.reason, s.seconds) for s in timeline(twice).spans]

    assert [(kind, number, reason) for kind, number, reason, _ in told] == [
        ("waiting", 0, "queue"),
        ("active", 1, ""),
        ("delayed", 0, "retry"),
        ("waiting", 0, "queue"),
        ("active", 2, ""),
        ("failed", 0, FAILURE.code),
    ]
    assert [time and time.total_seconds() for *_, time in told] == [1, 4, 60, 1, 4, None]


def test_a_wait_that_is_told_anew_is_one_line(twice: Job) -> None:
    told = twice.events.get(type="delayed")
    twice.events.filter(sequence__gt=told.sequence).update(sequence=F("sequence") + 9)
    again = JobEvent(job=twice, sequence=told.sequence + 1, type=told.type, data=told.data)
    again.created_at = after(30)
    again.save()

    (line,) = [span for span in timeline(twice).spans if span.event.type == "delayed"]
    assert (line.event, line.seconds) == (told, timedelta(seconds=60))


def test_each_run_has_its_steps_with_what_their_calls_took(twice: Job) -> None:
    told = timeline(twice)
    first, second = (span for span in told.spans if span.is_run)

    topics, failing = first.steps
    assert (topics.name, topics.is_finished, topics.seconds) == ("topics", True, 2.5)
    assert (topics.input_tokens, topics.cached_tokens, topics.output_tokens) == (
        2_000_000, 1_000_000, 500_000,
    )  # fmt: skip
    assert topics.providers == ["openai (gpt-4o-mini)"]
    assert (failing.name, failing.is_finished) == ("cards", False)
    assert [call.outcome for call in failing.calls] == ["transient"]
    assert first.kept == []
    assert [step.name for step in second.steps] == ["cards"]
    assert second.kept == ["topics"]
    assert told.usd == 3 * topics.usd > 0


def test_the_story_is_read_in_three_queries_however_long_it_is(twice: Job) -> None:
    with CaptureQueriesContext(connection) as asked:
        timeline(twice)

    assert len(asked) == 3


def test_steps_are_shown_when_what_happened_is_forgotten(twice: Job) -> None:
    twice.events.exclude(type="failed").delete()

    told = timeline(twice)

    assert [step.name for step in told.unplaced] == ["topics", "cards"]
    assert len(told.calls) == 3


def test_the_page_leads_to_the_user_the_money_the_trace_and_the_log(
    twice: Job, settings: Settings
) -> None:
    settings.TRACE_LINK = "https://traces.example.org/trace/{trace}"
    settings.LOG_LINK = "https://logs.example.org/?q={job}"

    shown = staff().get(page(twice)).content.decode()

    trace = twice.id.removeprefix("flashcards-").replace("-", "")
    assert f'href="https://traces.example.org/trace/{trace}"' in shown
    assert f'href="https://logs.example.org/?q={twice.id}"' in shown
    spent = f"/admin/resilience/usagerecord/?{urlencode({'job_id': twice.id})}"
    assert f'href="{spent}"' in shown
    assert "3 calls" in staff_again().get(spent).content.decode()
    assert 'href="/admin/jobs/job/?user_id=ann"' in shown
    assert f"{page(twice, 'retry')}?step=topics" in shown


def staff_again() -> Client:
    client = Client()
    client.force_login(User.objects.get())
    return client


def retried(job: Job, **changes: Any) -> Job:
    asked = {f"input_{name}": value for name, value in job.input.items()}
    answer = staff().post(page(job, "retry"), asked | changes)
    assert answer.status_code == 302, answer.context["form"].errors
    return Job.objects.get(pk=job.id)


def test_a_job_is_tried_again_behind_what_it_has_finished(twice: Job) -> None:
    assert retried(twice, reason="the key was wrong").status == Status.WAITING

    assert JobStep.objects.count() == 2
    action = OperatorAction.objects.get()
    assert (action.actor, action.action, action.target) == ("grace", "retry_job", twice.id)
    assert action.details == {"step": "", "changed": [], "reason": "the key was wrong"}


def test_a_job_is_tried_again_from_a_step_on(twice: Job) -> None:
    retried(twice, step="cards")

    assert [step.name for step in JobStep.objects.all()] == ["topics"]


def test_what_was_asked_for_is_changed_with_a_row_that_says_who_did_it(twice: Job) -> None:
    again = retried(twice, input_content="Lungs breathe.\r\nHearts beat.")

    assert again.input == {"content": "Lungs breathe.\nHearts beat."}
    request = fingerprint("flashcards", again.input)
    assert again.identity == services._work("flashcards", "ann", again.input, request)
    action = OperatorAction.objects.get()
    assert (action.action, action.details["changed"]) == ("edit_and_retry_job", ["content"])
    assert "Lungs" not in str(action.details)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_line_ends_that_a_browser_sends_are_no_change(ends: str) -> None:
    job = waiting_job(inputs={"content": f"One.{ends}Two."})
    lifecycle.fail(claimed(job), FAILURE, now=NOW)

    again = retried(Job.objects.get(pk=job.id), input_content="One.\r\nTwo.")

    assert again.input == {"content": f"One.{ends}Two."}
    assert OperatorAction.objects.get().action == "retry_job"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content", ""),
        ("atMost", '"many"'),
        ("nativeLanguage", '{"name":"German"}'),
        ("atMost", ""),
    ],
)
def test_what_a_job_cannot_be_asked_is_refused_before_it_is_tried(name: str, value: str) -> None:
    inputs = {**INPUTS, "atMost": 40, "nativeLanguage": {"name": "German", "code": "de"}}
    job = waiting_job(inputs=inputs)
    lifecycle.fail(claimed(job), FAILURE, now=NOW)

    answer = staff().post(
        page(job, "retry"),
        {
            "input_content": "x", "input_atMost": "40",
            "input_nativeLanguage": '{"name":"German","code":"de"}', f"input_{name}": value,
        },
    )  # fmt: skip

    assert name in str(answer.context["form"].errors)
    assert Job.objects.get(pk=job.id).status == Status.FAILED


def test_a_retry_that_comes_too_late_changes_nothing() -> None:
    claim = job_in(Status.COMPLETED)
    finish_count = JobStep.objects.count()

    answer = staff().post(page(stored(claim), "retry"), {"input_content": "x"}, follow=True)

    assert "Only a failed or cancelled job can be retried." in answer.content.decode()
    assert (stored(claim).status, JobStep.objects.count()) == (Status.COMPLETED, finish_count)
    assert not OperatorAction.objects.exists()


def test_a_job_is_cancelled_from_its_page_after_a_question() -> None:
    job = waiting_job()
    client = staff()

    assert "Cancel this job?" in client.get(page(job, "cancel")).content.decode()
    assert Job.objects.get(pk=job.id).status == Status.WAITING
    client.post(page(job, "cancel"), {"reason": "asked for by mail"})
    assert Job.objects.get(pk=job.id).status == Status.CANCELLED


def test_only_what_can_be_done_is_offered() -> None:
    client = staff()
    pages = {status: client.get(page(stored(job_in(status)))).content.decode() for status in Status}

    assert {s for s, shown in pages.items() if "/cancel/" in shown} == {
        "waiting",
        "active",
        "delayed",
    }
    assert {s for s, shown in pages.items() if "/retry/" in shown} == {"failed", "cancelled"}


def test_an_error_that_trying_again_does_not_end_is_told_of() -> None:
    failed = waiting_job()
    lifecycle.fail(claimed(failed), replace(FAILURE, is_retryable=False), now=timezone.now())
    cancelled = stored(job_in(Status.CANCELLED))

    client = staff()
    for job, is_told in ((failed, True), (cancelled, False)):
        shown = client.get(page(job, "retry")).content.decode()
        assert ("Trying again does not end this error" in shown) is is_told


def test_a_failed_job_says_why_and_whether_asking_again_may_help() -> None:
    job = waiting_job()
    lifecycle.fail(claimed(job), FAILURE, now=timezone.now())

    shown = staff().get(page(job)).content.decode()

    assert f"PROVIDER_UNAVAILABLE: {FAILURE.error} Asking again may help." in shown


def test_who_may_only_look_may_do_nothing() -> None:
    job = waiting_job()
    client = Client()
    client.force_login(User.objects.create_user("clerk", is_staff=True))

    assert client.post(page(job, "cancel")).status_code == 403
    assert client.post(page(job, "retry")).status_code == 403
    assert Client().post(page(job, "cancel")).status_code == 302
    assert Job.objects.get(pk=job.id).status == Status.WAITING
