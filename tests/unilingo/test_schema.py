"""The OpenAPI document: valid, complete, and true of the answers that are really given."""

import re
import time
from time import monotonic
from typing import Any

import jsonschema
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from pytest_django import Settings

from jobs import lifecycle
from jobs.kind import kind_of
from jobs.models import Job, Status
from jobs.run_context import RunContext
from tests.jobs import rows
from tests.people import ASKED, GENERATE, Person, nobody, signed_in
from tests.speech import as_file, speak
from tests.together import MANY, at_once
from unilingo.common.threads import made_once
from unilingo.error_codes import STATUS
from unilingo.openapi import api_docs, schema_view

LESSON = "/api/ai/generate-lesson"
PRONUNCIATION = "/api/pronunciation-assess"
HEART = "The heart pumps blood. An artery carries blood away from the heart. A vein brings it."
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture(scope="module")
def document() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)


def operations(document: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_the_document_is_made_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null")


def test_it_is_served_as_the_page_of_the_documentation_reads_it(document: Any) -> None:
    served = nobody().get("/api/schema")
    page = nobody().get("/api/docs").content.decode()

    assert served.status_code == 200
    assert b"openapi: 3.1.0" in served.content
    assert "//cdn" not in page
    for as_json in (
        nobody().get("/api/schema?format=json"),
        nobody().get("/api/schema", Accept="application/json"),
    ):
        assert as_json.json()["openapi"] == "3.1.0"
        assert as_json.json()["paths"].keys() == document["paths"].keys()
    again = nobody().get("/api/schema", If_None_Match=served["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert not re.findall(r"(?:src|href)=\"https?://", page)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("application/yaml, application/json;q=0.5", "application/yaml"),
        ("application/yaml;q=0.5, application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/vnd.oai.openapi"),
        ("*/*", "application/vnd.oai.openapi"),
        ("image/png", "application/vnd.oai.openapi"),
    ],
)
def test_the_document_comes_as_what_is_asked_for(accept: str, media_type: str) -> None:
    by_header = nobody().get("/api/schema", Accept=accept)
    by_query = nobody().get("/api/schema?format=yaml", Accept=accept)

    assert by_header["Content-Type"] == media_type
    assert by_header.content.startswith(b"{" if "json" in media_type else b"openapi:")
    assert by_query.content.startswith(b"openapi:")


def test_one_makes_what_all_ask_for_while_it_is_not_there() -> None:
    """The generator is no good for two at once, and twenty who all write the document hold each other up for seconds."""
    made = list[str]()

    @made_once
    def make(what: str) -> str:
        time.sleep(0.05)
        made.append(what)
        return what.upper()

    assert at_once(lambda _: make("yaml")) == ["YAML"] * MANY
    assert made == ["yaml"]
    costly = (schema_view.document, schema_view._document, api_docs._text)
    assert {one.__code__ for one in costly} == {make.__code__}


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_server")
def test_a_body_is_required_wherever_nothing_can_be_done_without_one(document: Any) -> None:
    ops = signed_in("ops", role="service_role")
    in_path = dict.fromkeys(("name", "card_id", "lesson_id", "unit_id", "user_id"), "openai")
    for path, method, operation in operations(document):
        body = operation.get("requestBody")
        if body and method == "patch":
            assert body["required"], path
        elif body:
            answer = ops.call(method.upper(), path.format(**in_path))
            assert body["required"] == (answer.status_code == 400), (path, answer.content)


def test_what_is_text_is_not_called_binary(document: Any) -> None:
    for path, method, operation in operations(document):
        for response in operation["responses"].values():
            for media_type, content in response.get("content", {}).items():
                if media_type.startswith("text/"):
                    assert "format" not in content["schema"], (path, method)


def test_every_body_that_is_answered_has_a_shape(document: Any) -> None:
    for path, method, operation in operations(document):
        for code, response in operation["responses"].items():
            body = response.get("content", {}).get("application/json")
            assert body is None or "$ref" in body["schema"], (path, method, code)


def test_no_shape_is_named_for_what_it_lacks(document: Any) -> None:
    assert not {"NullEnum", "BlankEnum"} & document["components"]["schemas"].keys()


def test_every_operation_says_what_it_is_for(document: Any) -> None:
    for path, method, operation in operations(document):
        assert operation["summary"], (path, method)
        assert operation["description"], (path, method)
        assert operation["tags"][0] in [tag["name"] for tag in document["tags"]], (path, method)
        assert re.fullmatch(r"[a-z_]+", operation["operationId"]), (path, method)
        for code, response in operation["responses"].items():
            assert response["description"] or code == "200", (path, method, code)


def test_what_a_request_for_work_may_cost_is_said(document: Any) -> None:
    for path, method, operation in operations(document):
        responses = operation["responses"]
        if "202" in responses and "422" in responses:
            assert "402" in responses, (path, method)
            for code in ("202", "429"):
                assert {"RateLimit", "X-RateLimit-Remaining"} <= responses[code]["headers"].keys()


def test_every_error_is_the_one_problem_with_the_headers_it_has(document: Any) -> None:
    shapes = document["components"]["schemas"]
    for path, method, operation in operations(document):
        for code, response in operation["responses"].items():
            assert "X-Request-ID" in response["headers"], (path, method, code)
            if code >= "400":
                name = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
                assert shapes[name]["properties"].keys() >= shapes["Problem"]["properties"].keys()
            if code in ("429", "503"):
                assert "Retry-After" in response["headers"], (path, method, code)
            if code == "401":
                assert "WWW-Authenticate" in response["headers"], (path, method)


def test_every_code_that_we_answer_with_is_listed(document: Any) -> None:
    problem = document["components"]["schemas"]["Problem"]["properties"]["code"]
    name = re.search(r"\w+Enum", str(problem))

    assert name is not None
    assert set(document["components"]["schemas"][name[0]]["enum"]) == set(STATUS)


@pytest.mark.django_db
def test_real_answers_are_what_the_document_says(document: Any, settings: Settings) -> None:
    settings.TRUST_USER_ID_HEADER = False
    User.objects.create_user("ann", password="correct horse")
    ann, ops = signed_in("ann"), signed_in("ops", role="service_role")
    status, asked = "/api/job-status/{job_id}", {"username": "ann", "password": "correct horse"}
    done = _a_real_job()
    etag = {"If_None_Match": ann.get(f"/api/job-status/{done}")["ETag"]}

    seen = [
        (GENERATE, ann.post(GENERATE, ASKED)),
        (GENERATE, ann.post(GENERATE, {})),
        (GENERATE, ann.post(GENERATE, ASKED | {"topic": 7})),
        (GENERATE, ann.post(GENERATE, ASKED | {"userId": "ben"})),
        (GENERATE, nobody().post(GENERATE, ASKED)),
        (LESSON, ann.post(LESSON, ASKED)),
        (PRONUNCIATION, ann.django.post(PRONUNCIATION, _a_reading())),
        (PRONUNCIATION, ann.django.post(PRONUNCIATION, {"referenceText": "Cells."})),
        *((status, ann.get(f"/api/job-status/{rows.job_in(s).job_id}")) for s in _STATES),
        (status, ann.get(f"/api/job-status/{done}")),
        (status, ann.get(f"/api/job-status/{done}", **etag)),
        (status, ann.get("/api/job-status/none")),
        ("/api/jobs", ann.get("/api/jobs?limit=1")),
        ("/api/jobs", ann.get("/api/jobs?status=failed")),
        ("/api/jobs", ann.get("/api/jobs?limit=none")),
        ("/api/jobs", nobody().get("/api/jobs")),
        ("/api/job-events", ann.get("/api/job-events?jobId=none")),
        ("/api/jobs/{job_id}/deck.apkg", ann.get("/api/jobs/none/deck.apkg")),
        *((f"/api/jobs/{{job_id}}/{do}", _asked_to(ann, do, s)) for do, s in _CHANGES),
        ("/api/auth/token", nobody().post("/api/auth/token", asked)),
        ("/api/webhook", ann.send("PUT", "/api/webhook", {"url": None})),
        ("/api/auth/token", nobody().post("/api/auth/token", asked | {"password": "x"})),
        ("/api/auth/token", nobody().django.post("/api/auth/token", "x", "text/plain")),
        *((path, ops.get(path)) for path in _OPERATING),
        *((path, ann.get(path)) for path in _OPERATING),
        *((path, nobody().get(path)) for path in ("/api/health", "/health", "/livez", "/readyz")),
        ("/readyz", nobody().get("/readyz?verbose")),
    ]

    for path, answer in seen:
        conforms(document, path, answer)
    told = {(p, str(a.status_code)) for p, a in seen}
    good = {(p, c) for p, _, o in operations(document) for c in o["responses"] if c < "300"}
    assert good - told <= {
        (GENERATE, "200"),  # tests/unilingo/test_web_process.py waits for the end
        (LESSON, "200"),
        (PRONUNCIATION, "200"),  # tests/jobs/api/test_pronunciation.py
        ("/api/redis/health", "200"),  # tests/unilingo/test_monitoring.py has a Redis
        ("/metrics", "200"),  # tests/unilingo/monitoring/test_prometheus.py reads it
        # tests/jobs/api/test_documents.py sends files
        *(
            (f"/api/process-{what}", code)
            for what in ("image", "pdf", "document")
            for code in ("200", "202")
        ),
        *(("/api/outline", code) for code in ("200", "202")),  # tests/jobs/test_outside_kind.py
        ("/api/job-events", "200"),
        ("/api/job-events", "204"),
        ("/api/jobs/{job_id}/deck.apkg", "200"),
        *((path, "200") for _, path, _ in _LIMITS_AND_MONEY),  # below
        *((p, c) for p, c in good if p.startswith(LEARNERS)),  # tests/profiles/api/test_schema.py
    }


@pytest.mark.django_db
def test_a_request_for_work_that_makes_no_job_is_answered_by_a_shape_of_the_document(
    document: Any,
) -> None:
    _a_real_job()
    ann, again = signed_in("ann"), ASKED | {"content": HEART}

    answers = [
        ann.post(GENERATE, again),
        ann.post(GENERATE, again, Prefer="wait=1"),
        ann.post(GENERATE, again | {"dryRun": True}),
    ]

    schema = document["components"]["schemas"]["FlashcardsDone"]
    for answer in answers:
        assert answer.status_code == 200
        _is_described(document, schema, answer.json())


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_server")
def test_limits_and_money_are_told_as_the_document_says(document: Any) -> None:
    ops = signed_in("ops", role="service_role")
    for method, path, body in _LIMITS_AND_MONEY:
        called = path.format(name="openai")
        answer = ops.get(called) if method == "GET" else ops.post(called, body)
        assert answer.status_code == 200, (path, answer.content)
        conforms(document, path, answer)


LEARNERS = ("/api/profile", "/api/lessons", "/api/progress", "/api/flashcards")
_STATES = (Status.WAITING, Status.ACTIVE, Status.DELAYED, Status.FAILED)
_LIMITS_AND_MONEY: tuple[tuple[str, str, Any], ...] = (
    ("GET", "/api/circuit-breakers/status", None),
    ("GET", "/api/rate-limits/status", None),
    ("GET", "/api/admin/budget/status", None),
    ("GET", "/api/ai/status", None),
    ("POST", "/api/circuit-breakers/force-open/{name}", {}),
    ("POST", "/api/circuit-breakers/reset/{name}", {}),
    ("POST", "/api/admin/budget/kill-switch", {"enabled": False}),
    ("POST", "/api/admin/budget/set-limit", {"limit": 5}),
)
_OPERATING = (
    *("/api/queue/stats", "/api/sse/stats", "/api/redis/health"),
    "/api/metrics/alerts",
)


_CHANGES = (
    *(("cancel", s) for s in (Status.WAITING, Status.ACTIVE, Status.FAILED)),
    *(("retry", s) for s in (Status.FAILED, Status.COMPLETED)),
)


def _asked_to(person: Person, do: str, status: Status) -> Any:
    return person.post(f"/api/jobs/{rows.job_in(status).job_id}/{do}", {})


def _a_reading() -> dict[str, Any]:
    audio = SimpleUploadedFile("reading.wav", as_file(speak("Cells.")))
    return {"audio": audio, "referenceText": "Cells."}


def _a_real_job() -> str:
    """The id of a job that the local engine has done for ann."""
    posted = signed_in("ann").post(GENERATE, ASKED | {"content": HEART})
    job_id: str = posted.json()["jobId"]
    now = timezone.now()
    claim = rows.claimed(Job.objects.get(pk=job_id), now=now)
    context = RunContext(claim, monotonic() + 60)
    lifecycle.complete(claim, kind_of(claim.kind).handler(claim.input, context), now=now)
    return job_id


def conforms(document: Any, path: str, answer: Any) -> None:
    method = answer.request["REQUEST_METHOD"].lower()
    where = (path, method, answer.status_code)
    responses = document["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, where
    response = responses[str(answer.status_code)]
    missing = [name for name in response.get("headers", {}) if name not in answer]
    here_off = {name for name in missing if "RateLimit" in name}  # tests/limits.py
    assert set(missing) - here_off <= {"Retry-After", "Idempotent-Replayed"}, where
    if "content" in response:
        schema = response["content"]["application/json"]["schema"]
        _is_described(document, schema, answer.json())


def _is_described(document: Any, schema: Any, body: Any) -> None:
    """By the document as it is, and by one in which all members are listed."""
    for components in (document["components"], _closed(document["components"])):
        jsonschema.validate(body, {**schema, "components": components})


def _closed(node: Any) -> Any:
    """The same schemas, in which a member that is not listed is an error."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {name: _closed(item) for name, item in node.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed["additionalProperties"] = False
    return closed
