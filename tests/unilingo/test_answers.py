"""What every answer has, whatever went wrong: one error body, an id, headers for safety, CORS by setting."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from pytest_django import Settings
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import errors
from tests.people import ASKED, GENERATE, Person, claiming, nobody, signed_in
from tests.servers import ValkeyServer
from unilingo import problems, urls
from unilingo.error_codes import STATUS

SECRET = "/srv/secret/path prompt=study text"
ORIGIN = "https://app.example.org"


class Raises(APIView):
    """Raises what the test puts into `error`."""

    permission_classes = (AllowAny,)
    error: Exception

    def get(self, request: Request) -> Response:
        raise self.error


def plain(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


urlpatterns = [
    path("api/raises", Raises.as_view()),
    path("api/plain", plain),
    path("page", plain),
    *urls.urlpatterns,
]
handler400 = problems.bad_request
handler500 = problems.server_error


@pytest.fixture
def faulty(settings: Settings) -> Person:
    settings.ROOT_URLCONF = __name__
    person = nobody()
    person.django.raise_request_exception = False
    return person


def _problem(answer: Any) -> Any:
    """The body, once it is known to have the one shape of all errors."""
    body = answer.json()
    assert list(body)[:3] == ["success", "error", "code"]
    assert body["success"] is False
    assert body["requestId"] == answer["X-Request-ID"] != ""
    assert STATUS[body["code"]] == answer.status_code
    assert answer["Content-Type"] == "application/json"
    assert answer.content == json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    assert ("Retry-After" in answer) == (answer.status_code in (429, 503))
    assert SECRET not in answer.content.decode()
    return body


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (RuntimeError(SECRET), "INTERNAL_ERROR"),
        (KeyError(SECRET), "INTERNAL_ERROR"),
        (OperationalError(SECRET), "NOT_READY"),
        (Http404(SECRET), "NOT_FOUND"),
        (PermissionDenied(SECRET), "FORBIDDEN"),
        (exceptions.NotFound(SECRET), "NOT_FOUND"),
        (exceptions.PermissionDenied(SECRET), "FORBIDDEN"),
        (exceptions.APIException(SECRET), "INTERNAL_ERROR"),
        (exceptions.ParseError(SECRET), "INVALID_JSON"),
        (exceptions.NotAcceptable(SECRET), "INTERNAL_ERROR"),
        (errors.JobNotFound(), "JOB_NOT_FOUND"),
        (errors.UserMismatch(), "USER_MISMATCH"),
        (errors.TooManyStreams(), "NOT_READY"),
        (
            errors.JobFailed("a", "PROVIDER_THROTTLED", "Busy.", is_retryable=True),
            "PROVIDER_THROTTLED",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_whatever_a_view_raises_is_answered_with_a_code(
    faulty: Person, settings: Settings, debug: bool, error: Exception, code: str
) -> None:
    settings.DEBUG = debug
    Raises.error = error

    assert _problem(faulty.get("/api/raises"))["code"] == code


def test_what_fails_outside_of_our_views_is_answered_with_a_code_too(faulty: Person) -> None:
    assert _problem(faulty.get("/api/plain"))["code"] == "INTERNAL_ERROR"


def test_a_page_that_fails_is_a_page(faulty: Person) -> None:
    answer = faulty.get("/page")

    assert answer.status_code == 500
    assert answer["Content-Type"].startswith("text/html")
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", ["/api/none", "/api", "/api/", "/api/jobs/", "/api/health/x", "/api//jobs"]
)
def test_an_address_that_is_none_is_not_found(
    settings: Settings, debug: bool, method: str, path: str
) -> None:
    settings.DEBUG = debug

    assert _problem(nobody().call(method, path))["code"] == "NOT_FOUND"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_admin_is_found_without_its_slash(settings: Settings, method: str) -> None:
    settings.DEBUG = True

    answer = nobody().call(method, "/admin")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", GENERATE, "POST, OPTIONS"),
        ("DELETE", GENERATE, "POST, OPTIONS"),
        ("POST", "/api/job-status/x", "GET, HEAD, OPTIONS"),
        ("POST", "/api/job-events", "GET, HEAD, OPTIONS"),
        ("PUT", "/api/jobs", "GET, HEAD, OPTIONS"),
        ("POST", "/api/queue/stats", "GET, HEAD, OPTIONS"),
        ("POST", "/api/health", "GET, HEAD, OPTIONS"),
        ("GET", "/api/auth/token", "POST, OPTIONS"),
        ("BREW", "/api/jobs", "GET, HEAD, OPTIONS"),
        ("POST", "/api/schema", "GET, HEAD, OPTIONS"),
        ("POST", "/api/docs", "GET, HEAD, OPTIONS"),
    ],
)
@pytest.mark.usefixtures("strict")
def test_a_method_that_is_none_is_told_which_there_are(
    method: str, path: str, allowed: str
) -> None:
    answer = nobody().call(method, path)

    assert _problem(answer)["code"] == "METHOD_NOT_ALLOWED"
    assert answer["Allow"] == allowed


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/jobs", "/api/docs", "/api/schema"])
def test_options_tells_the_methods_and_nothing_of_the_code(path: str) -> None:
    answer = claiming("ann").call("OPTIONS", path)

    assert answer.json() == {"success": True, "methods": ["GET", "HEAD", "OPTIONS"]}


@pytest.mark.django_db
@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("host", ["evil.test", "a b", "", "[::1", "caf\xe9.test"])
def test_a_host_that_is_not_ours_is_refused(settings: Settings, debug: bool, host: str) -> None:
    settings.DEBUG = debug
    settings.ALLOWED_HOSTS = ["api.example.org"]

    assert _problem(nobody().get("/api/jobs", Host=host))["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("given", ["abc", "A.b_c:1-2", "x" * 128])
def test_a_request_id_that_is_given_comes_back(given: str) -> None:
    assert nobody().get("/api/none", X_Request_ID=given).json()["requestId"] == given


@pytest.mark.parametrize("given", ["", " ", "x" * 129, "a b", 'a"b', "a<b>", "é", "a;b=c"])
def test_a_request_id_that_makes_no_sense_is_replaced(given: str) -> None:
    answer = nobody().get("/api/none", X_Request_ID=given)

    assert answer["X-Request-ID"] not in (given, "")
    assert _problem(answer)


def test_each_request_has_an_id_of_its_own() -> None:
    assert len({nobody().get("/api/health")["X-Request-ID"] for _ in range(10)}) == 10


@pytest.mark.django_db
def test_every_answer_has_the_headers_for_safety(settings: Settings) -> None:
    settings.REQUEST_MAX_BYTES = 200
    answers = {
        "accepted": claiming("ann").post(GENERATE, ASKED),
        "refused": claiming("ann").post(GENERATE, {}),
        "too large": claiming("ann").post(GENERATE, "x" * 300),
        "not found": nobody().get("/api/none"),
        "health": nobody().get("/api/health"),
        "page": nobody().get("/none"),
    }
    for name, answer in answers.items():
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert "default-src 'self'" in answer["Content-Security-Policy"], name
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], name
        assert "unsafe" not in answer["Content-Security-Policy"], name


@pytest.mark.django_db
def test_https_is_required_except_where_probes_look(settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60

    for probe in ("/api/health", "/health", "/livez", "/readyz"):
        assert nobody().get(probe).status_code != 308, probe
    for path_ in ("/api/jobs", "/api/health/x", "/", "/readyz/x"):
        assert nobody().get(path_).status_code == 308, path_
        assert nobody().post(path_, {}).status_code == 308, path_
    by_https = nobody().django.get("/api/health", secure=True)
    assert by_https["Strict-Transport-Security"].startswith("max-age=60")


@pytest.mark.django_db
def test_another_site_may_call_where_the_setting_says_so(settings: Settings) -> None:
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    settings.REQUEST_MAX_BYTES = 500
    person = Person(user_id="ann", Origin=ORIGIN)
    job = person.post(GENERATE, ASKED)

    answers = {
        "accepted": job,
        "stream": person.get(job.json()["eventsUrl"]),
        "refused": person.post(GENERATE, {}),
        "too large": person.post(GENERATE, "x" * 600),
        "not found": person.get("/api/none"),
        "nobody": Person(Origin=ORIGIN).get("/api/jobs"),
    }
    for name, answer in answers.items():
        assert answer["Access-Control-Allow-Origin"] == ORIGIN, name
        exposed = answer["Access-Control-Expose-Headers"]
        assert "x-request-id" in exposed, name
        assert "content-disposition" in exposed, name
        assert "content-location" in exposed, name
        assert "Access-Control-Allow-Credentials" not in answer, name


def test_a_site_the_setting_does_not_name_may_not(settings: Settings) -> None:
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]

    for origin in ("https://evil.test", f"{ORIGIN}.evil.test", "null"):
        assert "Access-Control-Allow-Origin" not in nobody().get("/api/health", Origin=origin)


def test_a_browser_is_told_which_headers_it_may_send(settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]
    wanted = (
        "authorization,content-type,idempotency-key,prefer,last-event-id,user-id,x-request-id"
        ",cache-control,x-requested-with,pragma,traceparent,tracestate,baggage,sentry-trace,b3,newrelic"
        ",x-datadog-origin,x-datadog-parent-id,x-datadog-sampling-priority,x-datadog-trace-id"
    )
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": wanted}

    answer = nobody().django.options(GENERATE, headers={"Origin": ORIGIN, **asks})

    allowed = {name.strip() for name in answer["Access-Control-Allow-Headers"].split(",")}
    assert answer.status_code == 200
    assert set(wanted.split(",")) <= allowed
    assert "*" in allowed
    assert "POST" in answer["Access-Control-Allow-Methods"]


def test_clients_of_the_original_find_it_alive_where_they_look(settings: Settings) -> None:
    settings.CORS_ALLOW_ALL_ORIGINS = False
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]

    answer = nobody().get("/health", Origin=ORIGIN)

    assert (answer.status_code, answer.json()["status"]) == (200, "healthy")
    assert answer["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.django_db
def test_a_mark_of_the_byte_order_before_json_is_no_fault() -> None:
    sent = b"\xef\xbb\xbf" + json.dumps(ASKED).encode()

    assert Person(user_id="ann").send("POST", GENERATE, sent).status_code == 202


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/jobs", "/api/flashcards", "/api/schema", "/readyz"])
def test_more_parameters_than_are_read_are_the_callers_mistake(
    path: str, redis_server: ValkeyServer
) -> None:
    answer = signed_in("ann").get(f"{path}?{'a&' * 1500}")

    assert answer.status_code == 400
    assert _problem(answer)["code"] == "VALIDATION_ERROR"
