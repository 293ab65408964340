"""Who may what: every kind of caller on every endpoint, as one table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import User
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings
from rest_framework.views import APIView

from jobs import creation
from jobs.models import Job
from tests.people import ASKED, Person, bearer, claiming, nobody, signed_in, token
from tests.profiles.rows import card, lesson

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict", "redis_server")]

MISSING = {
    "job": "flashcards-018f0000-0000-7000-8000-000000000000",
    "lesson": "lesson-018f0000-0000-7000-8000-000000000000",
    "card": "card-018f0000-0000-7000-8000-000000000000",
    "user": "somebody-else",
}


@dataclass(frozen=True)
class Row:
    """What owner, stranger and nobody are answered; {user} is the owner, the rest is theirs."""

    method: str
    path: str
    owner: int
    stranger: int
    nobody: int


TABLE = [
    Row("POST", "/api/ai/generate-flashcards", 202, 202, 401),
    Row("POST", "/api/ai/generate-lesson", 202, 202, 401),
    Row("POST", "/api/process-image", 415, 415, 401),
    Row("POST", "/api/process-pdf", 415, 415, 401),
    Row("POST", "/api/process-document", 415, 415, 401),
    Row("POST", "/api/pronunciation-assess", 415, 415, 401),
    Row("GET", "/api/job-status/{job}", 200, 404, 401),
    Row("GET", "/api/job-events?jobId={job}", 200, 404, 401),
    Row("GET", "/api/job-events", 200, 200, 401),
    Row("GET", "/api/jobs", 200, 200, 401),
    Row("GET", "/api/jobs/{job}/deck.apkg", 200, 404, 401),
    Row("POST", "/api/jobs/{job}/cancel", 409, 404, 401),
    Row("POST", "/api/jobs/{job}/retry", 409, 404, 401),
    Row("GET", "/api/profile/{user}", 200, 404, 401),
    Row("PATCH", "/api/profile/{user}", 200, 404, 401),
    Row("DELETE", "/api/profile/{user}", 200, 404, 401),
    Row("GET", "/api/profile/{user}/manifest", 200, 404, 401),
    Row("GET", "/api/profile/{user}/export", 200, 404, 401),
    Row("POST", "/api/profile/{user}/invalidate", 403, 403, 401),
    Row("GET", "/api/lessons", 200, 200, 401),
    Row("GET", "/api/lessons/{lesson}", 200, 404, 401),
    Row("DELETE", "/api/lessons/{lesson}", 200, 404, 401),
    Row("PUT", "/api/progress/{lesson}/unit-1", 200, 404, 401),
    Row("GET", "/api/flashcards", 200, 200, 401),
    Row("POST", "/api/flashcards", 201, 404, 401),
    Row("GET", "/api/flashcards/due", 200, 200, 401),
    Row("GET", "/api/flashcards/decks", 200, 200, 401),
    Row("GET", "/api/flashcards/deck.apkg", 200, 200, 401),
    Row("GET", "/api/flashcards/deck.csv", 200, 200, 401),
    Row("GET", "/api/flashcards/deck.txt", 200, 200, 401),
    Row("GET", "/api/flashcards/statistics", 200, 200, 401),
    Row("POST", "/api/flashcards/import", 415, 415, 401),
    Row("GET", "/api/flashcards/{card}", 200, 404, 401),
    Row("PATCH", "/api/flashcards/{card}", 200, 404, 401),
    Row("DELETE", "/api/flashcards/{card}", 200, 404, 401),
    Row("POST", "/api/flashcards/{card}/review", 200, 404, 401),
    Row("DELETE", "/api/flashcards/{card}/review", 404, 404, 401),  # never rated
    Row("GET", "/api/queue/stats", 403, 403, 401),
    Row("GET", "/api/sse/stats", 403, 403, 401),
    Row("GET", "/api/redis/health", 403, 403, 401),
    Row("GET", "/api/metrics/alerts", 403, 403, 401),
    Row("GET", "/metrics", 403, 403, 401),
    Row("GET", "/monitoring/events", 403, 403, 401),
    Row("POST", "/monitoring/retry/{job}", 403, 403, 401),
    Row("POST", "/monitoring/kinds/flashcards", 403, 403, 401),
    Row("GET", "/api/circuit-breakers/status", 403, 403, 401),
    Row("POST", "/api/circuit-breakers/reset/openai", 403, 403, 401),
    Row("POST", "/api/circuit-breakers/force-open/openai", 403, 403, 401),
    Row("GET", "/api/rate-limits/status", 403, 403, 401),
    Row("GET", "/api/admin/budget/status", 403, 403, 401),
    Row("POST", "/api/admin/budget/kill-switch", 403, 403, 401),
    Row("POST", "/api/admin/budget/set-limit", 403, 403, 401),
    Row("POST", "/api/auth/token", 400, 400, 400),
    Row("PUT", "/api/webhook", 400, 400, 401),
    Row("GET", "/api/health", 200, 200, 200),
    Row("GET", "/livez", 200, 200, 200),
    Row("GET", "/readyz", 200, 200, 200),
    Row("GET", "/health", 200, 200, 200),
    Row("GET", "/api/ai/status", 200, 200, 200),
    Row("GET", "/api/schema", 200, 200, 200),
    Row("GET", "/api/docs", 200, 200, 200),
]


@pytest.fixture
def job() -> Job:
    texts = ("front", "back", "topic", "difficulty", "example", "pronunciation")
    made = creation.new_job("flashcards", "owner", ASKED, max_attempts=3, now=timezone.now())
    made.status, made.result = "completed", {"flashcards": [dict.fromkeys(texts, "cell")]}
    made.finished_at = timezone.now()
    creation.create([made])
    return made


@pytest.fixture
def theirs(job: Job) -> dict[str, str]:
    """What the owner has, by the words in the table."""
    return {"job": job.id, "lesson": lesson().id, "card": card().id, "user": "owner"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("who", ["owner", "stranger", "nobody"])
def test_each_person_is_answered_as_the_table_says(
    row: Row, who: str, theirs: dict[str, str]
) -> None:
    person = nobody() if who == "nobody" else signed_in(who)

    answer = _call(person, row, theirs)

    assert answer.status_code == getattr(row, who)


def test_the_table_has_every_endpoint_of_the_program() -> None:
    paths = [row.path.partition("?")[0] for row in TABLE]
    named = {"/openai": "/<str:name>", "/unit-1": "/<str:unit_id>", "{user}": "<path:user_id>"}
    named["kinds/flashcards"] = "kinds/<str:kind>"
    named |= {f"{{{thing}}}": f"<str:{thing}_id>" for thing in ("job", "lesson", "card")}
    known = set()
    for path in paths:
        for word, pattern in named.items():
            path = path.replace(word, pattern)
        known.add(path)

    assert (
        set(_endpoints()) - {"/api/outline"} == known
    )  # tests/jobs/test_outside_kind.py has that one


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.stranger == 404], ids=lambda r: f"{r.method} {r.path}"
)
def test_what_is_anothers_looks_exactly_like_what_does_not_exist(
    row: Row, theirs: dict[str, str]
) -> None:
    stranger = signed_in("stranger")

    of_another, of_nobody = _call(stranger, row, theirs), _call(stranger, row, MISSING)

    assert _without_request_id(of_another) == _without_request_id(of_nobody)


OPERATING = [row for row in TABLE if row.owner == 403]
LEARNING = [row for row in TABLE if row.owner != 403 and row.nobody == 401]
MONITORING_TOKEN = "what operators' programs know"


def _staff_session() -> Person:
    staff = nobody()
    staff.django.force_login(User.objects.create_superuser("eve"))
    return staff


OPERATORS: dict[str, Callable[[], Person]] = {
    "service role": lambda: signed_in("ops", role="service_role"),
    "monitoring token": lambda: bearer(MONITORING_TOKEN),
    "staff session": _staff_session,
}
IMPOSTORS: dict[str, Callable[[], Person]] = {
    "expired": lambda: signed_in("owner", exp=1),
    "unsigned": lambda: bearer(jwt.encode({"sub": "owner", "exp": 2**40}, None, "none")),
    "signed by another": lambda: bearer(token("owner", key="another secret of the right length")),
    "nameless": lambda: signed_in(None),  # type: ignore[arg-type]  # that is the point
    "a claimed name": lambda: claiming("owner"),
    "half a monitoring token": lambda: bearer(MONITORING_TOKEN[:-1]),
}


@pytest.mark.parametrize("row", OPERATING, ids=lambda row: row.path)
@pytest.mark.parametrize("who", OPERATORS)
def test_operators_may_see_what_learners_may_not(
    row: Row, who: str, theirs: dict[str, str], settings: Settings
) -> None:
    settings.MONITORING_TOKEN = MONITORING_TOKEN

    assert _call(OPERATORS[who](), row, theirs).status_code in (200, 400, 409, 503)


@pytest.mark.parametrize("row", LEARNING, ids=lambda row: f"{row.method} {row.path}")
def test_the_monitoring_token_is_no_learner(
    row: Row, theirs: dict[str, str], settings: Settings
) -> None:
    settings.MONITORING_TOKEN = MONITORING_TOKEN

    assert _call(bearer(MONITORING_TOKEN), row, theirs).status_code == 403


@pytest.mark.parametrize("who", IMPOSTORS)
def test_an_impostor_is_nobody_everywhere(
    who: str, theirs: dict[str, str], settings: Settings
) -> None:
    settings.MONITORING_TOKEN = MONITORING_TOKEN
    impostor = IMPOSTORS[who]()

    answers = {row: _call(impostor, row, theirs).status_code for row in [*OPERATING, *LEARNING]}

    assert {row: status for row, status in answers.items() if status != 401} == {}


def _call(person: Person, row: Row, things: dict[str, str]) -> Any:
    path = row.path
    for word, thing in things.items():
        path = path.replace(f"{{{word}}}", thing)
    if row.method == "GET":
        return person.get(path)
    body = ASKED | {"completedExercises": 1, "totalExercises": 2, "rating": "good"}
    return person.send(row.method, path, body | {"jobId": things["job"]})


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
