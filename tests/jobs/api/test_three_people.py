"""Owner, stranger and nobody on every endpoint, as one table."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.views import APIView

from jobs import lifecycle
from jobs.kinds import JobKind
from jobs.models import Job
from tests.people import ASKED, Person, nobody, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict")]

MISSING = "flashcards-018f0000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Row:
    """What owner, stranger and nobody are answered; {job} is the owner's completed job."""

    method: str
    path: str
    owner: int
    stranger: int
    nobody: int


TABLE = [
    Row("POST", "/api/ai/generate-flashcards", 202, 202, 401),
    Row("POST", "/api/ai/generate-lesson", 202, 202, 401),
    Row("GET", "/api/job-status/{job}", 200, 404, 401),
    Row("GET", "/api/job-events?jobId={job}", 200, 404, 401),
    Row("GET", "/api/job-events", 200, 200, 401),
    Row("GET", "/api/jobs", 200, 200, 401),
    Row("GET", "/api/jobs/{job}/deck.apkg", 200, 404, 401),
    Row("POST", "/api/jobs/{job}/cancel", 409, 404, 401),
    Row("POST", "/api/jobs/{job}/retry", 409, 404, 401),
    Row("GET", "/api/queue/stats", 403, 403, 401),
    Row("GET", "/api/sse/stats", 403, 403, 401),
    Row("GET", "/api/redis/health", 403, 403, 401),
    Row("GET", "/api/circuit-breakers/status", 403, 403, 401),
    Row("POST", "/api/circuit-breakers/reset/openai", 403, 403, 401),
    Row("POST", "/api/circuit-breakers/force-open/openai", 403, 403, 401),
    Row("GET", "/api/rate-limits/status", 403, 403, 401),
    Row("GET", "/api/admin/budget/status", 403, 403, 401),
    Row("POST", "/api/admin/budget/kill-switch", 403, 403, 401),
    Row("POST", "/api/admin/budget/set-limit", 403, 403, 401),
    Row("POST", "/api/auth/token", 400, 400, 400),
    Row("GET", "/api/health", 200, 200, 200),
    Row("GET", "/livez", 200, 200, 200),
    Row("GET", "/readyz", 200, 200, 200),
    Row("GET", "/api/schema", 200, 200, 200),
    Row("GET", "/api/docs", 200, 200, 200),
]


@pytest.fixture
def job() -> Job:
    texts = ("front", "back", "topic", "difficulty", "example", "pronunciation")
    made = lifecycle.new_job(JobKind.FLASHCARDS, "owner", ASKED, max_attempts=3, now=timezone.now())
    made.status, made.result = "completed", {"flashcards": [dict.fromkeys(texts, "cell")]}
    made.finished_at = timezone.now()
    lifecycle.create([made])
    return made


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("who", ["owner", "stranger", "nobody"])
def test_each_person_is_answered_as_the_table_says(row: Row, who: str, job: Job) -> None:
    person = nobody() if who == "nobody" else signed_in(who)

    answer = _call(person, row, job.id)

    assert answer.status_code == getattr(row, who)


def test_the_table_has_every_endpoint_of_the_program() -> None:
    paths = [row.path.partition("?")[0].replace("{job}", "<str:job_id>") for row in TABLE]
    known = {path.replace("/openai", "/<str:name>") for path in paths}

    assert set(_endpoints()) == known


@pytest.mark.parametrize("row", [row for row in TABLE if row.stranger == 404], ids=lambda r: r.path)
def test_the_job_of_another_looks_exactly_like_one_that_does_not_exist(row: Row, job: Job) -> None:
    stranger = signed_in("stranger")

    of_another, of_nobody = _call(stranger, row, job.id), _call(stranger, row, MISSING)

    assert _without_request_id(of_another) == _without_request_id(of_nobody)


@pytest.mark.parametrize("row", [row for row in TABLE if row.owner == 403], ids=lambda r: r.path)
def test_operators_may_see_what_learners_may_not(row: Row, job: Job) -> None:
    operator = signed_in("ops", role="service_role")

    assert _call(operator, row, job.id).status_code in (200, 400, 503)


def _call(person: Person, row: Row, job_id: str) -> Any:
    path = row.path.replace("{job}", job_id)
    if row.method == "POST":
        return person.post(path, ASKED)
    return person.get(path)


def _without_request_id(answer: Any) -> Any:
    body = answer.json()
    assert body.pop("requestId") == answer["X-Request-ID"]
    return answer.status_code, body


def _endpoints() -> list[str]:
    """The path of every API view; pages and the admin have no JSON answers."""
    found: list[str] = []

    def walk(resolver: URLResolver, prefix: str) -> None:
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                walk(entry, path)
            elif isinstance(entry, URLPattern) and _is_api(entry):
                found.append(path)

    walk(get_resolver(), "/")
    return found


def _is_api(entry: URLPattern) -> bool:
    view = getattr(entry.callback, "cls", None)
    return view is not None and issubclass(view, APIView)
