"""What a client sees when it asks for the same work again."""

from typing import Any

import pytest
from django.utils import timezone

from jobs import lifecycle
from jobs.models import Job
from tests.jobs.rows import FAILURE, claimed
from tests.people import ASKED, GENERATE, claiming
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db

RESULT = {
    "success": True,
    "flashcards": [],
    "tokenUsage": 3,
    "topics": [],
    "provider": "p",
    "model": "m",
}


def ask(**headers: str) -> Any:
    return claiming("ann").post(GENERATE, ASKED, **headers)


def complete(job_id: str) -> None:
    now = timezone.now()
    lifecycle.complete(claimed(Job.objects.get(pk=job_id), now=now), RESULT, now=now)


def test_while_it_runs_the_answer_is_202_with_the_first_job_and_its_real_status() -> None:
    job_id = ask().json()["jobId"]
    claimed(Job.objects.get(pk=job_id))

    again = ask()

    assert again.status_code == 202
    assert (again.json()["jobId"], again.json()["status"]) == (job_id, "active")


def test_once_completed_the_answer_is_200_with_the_result() -> None:
    complete(job_id := ask().json()["jobId"])

    again = ask()

    assert again.status_code == 200
    assert again.json() | {"cachedAt": ""} == {
        "success": True,
        "message": "Flashcard generation was done before",
        "jobId": job_id,
        "status": "completed",
        "statusUrl": f"/api/job-status/{job_id}",
        "fromCache": True,
        "result": RESULT,
        "cachedAt": "",
    }


def test_a_client_that_would_wait_gets_the_members_of_the_result_too() -> None:
    complete(ask().json()["jobId"])

    again = ask(Prefer="wait=5")

    assert again.headers["Preference-Applied"] == "wait=5"
    assert (again.json()["tokenUsage"], again.json()["fromCache"]) == (3, True)


def test_a_repeated_key_says_so() -> None:
    first = ask(Idempotency_Key='"a key"')
    again = ask(Idempotency_Key="a key")

    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json()["jobId"] == first.json()["jobId"]


@pytest.mark.parametrize("prefer", ["", "wait=5"])
@pytest.mark.parametrize(
    ("end", "code", "is_retryable"),
    [("failed", "PROVIDER_UNAVAILABLE", True), ("cancelled", "JOB_CANCELLED", True)],
)
def test_a_repeated_key_of_a_job_that_has_failed_is_told_of_that(
    redis_server: ValkeyServer, end: str, code: str, is_retryable: bool, prefer: str
) -> None:
    job_id = ask(Idempotency_Key="k").json()["jobId"]
    job = Job.objects.get(pk=job_id)
    if end == "failed":
        lifecycle.fail(claimed(job), FAILURE, now=timezone.now())
    else:
        lifecycle.cancel(job_id, now=timezone.now())
    error = Job.objects.get(pk=job_id).error

    again = ask(Idempotency_Key="k", Prefer=prefer)

    about = {"jobId": job_id, "retryable": is_retryable}
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (409, "true")
    assert "Retry-After" not in again.headers
    assert again.json() | {"requestId": ""} == {
        "success": False,
        "error": error,
        "code": "IDEMPOTENT_JOB_ENDED",
        "details": {"code": code, "error": error, **about},
        **about,
        "requestId": "",
    }
    assert ask(Idempotency_Key="another").json()["jobId"] != job_id
    claiming("ann").post(f"/api/jobs/{job_id}/retry", {})
    assert ask(Idempotency_Key="k").json()["status"] == "waiting"


@pytest.mark.parametrize("key", ["", '""', "k" * 256, "schl\u00fcssel"])
def test_a_key_that_is_none_is_a_400(key: str) -> None:
    refused = ask(Idempotency_Key=key)

    assert (refused.status_code, refused.json()["code"]) == (400, "IDEMPOTENCY_KEY_INVALID")


def test_a_key_used_for_another_request_is_a_422() -> None:
    ask(Idempotency_Key="k")

    refused = claiming("ann").post(GENERATE, ASKED | {"topic": "Other"}, Idempotency_Key="k")

    assert (refused.status_code, refused.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
