"""A lesson job and its lessons: one transaction, once however often it runs."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, runner
from jobs.kind import Queue, kind_of
from jobs.models import Job, JobEvent, Status
from profiles.models import Lesson, VocabularyEntry
from tests.engines import forget_engines
from tests.fakes.openai_faults import schema_of
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.rows import claimed, waiting_job

pytestmark = pytest.mark.django_db(transaction=True)

KEEP = kind_of("lesson").on_completion
TEXT = (
    "A thrombus blocks a coronary artery. The infarction damages the heart muscle. "
    "Echocardiography measures the ejection fraction."
)
CARDIOLOGY = (Path(__file__).parents[2] / "docs" / "samples" / "cardiology.txt").read_text("utf-8")
INPUTS = {
    "content": TEXT,
    "subject": "Cardiology",
    "topic": "AI Selection",
    "nativeLanguage": {"code": "es", "name": "Spanish"},
    "targetLanguage": {"code": "en", "name": "English"},
    "sourceFileName": "heart.pdf",
}


def lesson_job() -> Job:
    return waiting_job(kind="lesson", inputs=INPUTS)


def run(job: Job) -> None:
    claim = runner.claim(Queue.AI)
    assert claim
    runner.run(claim)
    job.refresh_from_db()


def a_lesson() -> dict[str, object]:
    entry = dict.fromkeys(
        ("keyword", "definition", "translation", "exampleTarget", "exampleNative"), "aorta"
    )
    languages = ("nativeLanguage", "nativeLanguageCode", "targetLanguage", "targetLanguageCode")
    texts = ("title", "subject", "topicName", "sourceFileName", *languages)
    return {**dict.fromkeys(texts, "x"), "vocabulary": [entry], "conversation": [], "exercises": []}


def test_a_completed_job_has_its_lessons_as_rows_and_in_its_result(openai: FakeOpenAI) -> None:
    job = lesson_job()
    run(job)

    assert job.status == Status.COMPLETED, job.error
    assert job.result
    lesson = Lesson.objects.get()
    assert [shown["id"] for shown in job.result["lessons"]] == [lesson.id]
    assert job.result["lessons"][0]["createdAt"].endswith("Z")
    assert lesson.title == job.result["lessons"][0]["title"]
    assert lesson.conversation == job.result["lessons"][0]["conversation"]
    assert VocabularyEntry.objects.count() == len(job.result["lessons"][0]["vocabulary"]) > 3
    told = JobEvent.objects.filter(job=job).latest("sequence")
    assert told.type == "completed"
    assert openai.billed_tokens == job.result["tokenUsage"]


def test_a_job_whose_worker_is_lost_pays_for_no_step_twice(openai: FakeOpenAI) -> None:
    job = lesson_job()
    openai.when("lesson-conversation", "500")
    run(job)
    lifecycle.wake([job.id], now=timezone.now() + timedelta(hours=1))
    calls = len(openai.served)

    run(job)

    assert job.status == Status.COMPLETED, job.error
    assert len(openai.served) == calls + 1
    assert Lesson.objects.count() == 1


def limit(settings: Settings, **limits: int) -> None:
    policies = settings.PROVIDER_POLICIES
    settings.PROVIDER_POLICIES = {**policies, "openai": replace(policies["openai"], **limits)}
    forget_engines()


def test_topics_side_by_side_share_the_places_of_the_provider(
    openai: FakeOpenAI, settings: Settings
) -> None:
    limit(settings, max_concurrent=1)
    openai.latency = 0.05
    job = waiting_job(kind="lesson", inputs={**INPUTS, "content": CARDIOLOGY})
    run(job)

    assert job.status == Status.COMPLETED, job.error
    assert Lesson.objects.count() == 2
    calls = sorted(openai.served, key=lambda served: served.at)
    assert all((one.ended_at or 0) <= other.at for one, other in pairwise(calls))


def test_a_lesson_that_has_used_up_the_minute_goes_on_behind_what_it_has(
    openai: FakeOpenAI, settings: Settings
) -> None:
    limit(settings, requests_per_minute=3)
    job = lesson_job()
    run(job)

    assert (job.status, job.wait_reason, job.attempts_made) == ("delayed", "rate_limit", 0)
    limit(settings, requests_per_minute=0)
    lifecycle.wake([job.id], now=timezone.now() + timedelta(hours=1))
    run(job)
    assert job.status == Status.COMPLETED, job.error
    assert [schema_of(served.body) for served in openai.served] == [
        *("lesson-keywords", "lesson-topics", "lesson-vocabulary", "lesson-conversation")
    ]


def test_a_worker_that_comes_back_late_keeps_nothing() -> None:
    late = claimed(lesson_job())
    lifecycle.recover(late.job_id, lost_at_most=9, now=timezone.now())

    result = {"success": True, "lessons": [a_lesson()]}
    assert not lifecycle.complete(late, result, now=timezone.now(), keep=KEEP)

    assert not Lesson.objects.exists()
    assert not VocabularyEntry.objects.exists()


def test_a_lesson_that_cannot_be_kept_leaves_the_job_as_it_was() -> None:
    claim = claimed(lesson_job())
    broken = {**a_lesson(), "vocabulary": [{"keyword": None}]}

    with pytest.raises(KeyError):
        lifecycle.complete(claim, {"lessons": [a_lesson(), broken]}, now=timezone.now(), keep=KEEP)

    assert Job.objects.get().status == Status.ACTIVE
    assert not Lesson.objects.exists()
