"""Around every request: an id, one line in the log, a limit on its body, and the content security policy."""

import logging
import re
import tempfile
import uuid
from collections.abc import Callable
from time import perf_counter

import structlog
from django.conf import settings
from django.contrib.messages.middleware import MessageMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.security import SecurityMiddleware

from jobs.errors import NotStored
from unilingo import problems
from unilingo.common import spans
from unilingo.common.head import STALLED, UNKEPT
from unilingo.common.metrics import REQUEST_SECONDS, REQUESTS, STORAGE_FAILURES, meter
from unilingo.http import body_limit
from unilingo.server.heads import GoOn

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_QUIET = ("/static/", "/api/health", "/health", "/livez", "/readyz", "/metrics")
_CSP = "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"


class Middleware:
    """Around what gives the response."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response


class RequestLog(Middleware):
    """`X-Request-ID` comes in (or is made), goes into every log line of the request, and goes out."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        began = perf_counter()
        structlog.contextvars.clear_contextvars()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self._get_response(request)
            response["X-Request-ID"] = request_id
            if not request.path.startswith(_QUIET) and not isinstance(response, GoOn):
                seconds = perf_counter() - began
                _count(request, response.status_code, seconds)
                milliseconds = round(seconds * 1000, 1)
                facts = {
                    "method": request.method,
                    "path": _nameless(request),
                    "status": response.status_code,
                }
                logger.info("request answered", extra={**facts, "milliseconds": milliseconds})
        return response


def _nameless(request: HttpRequest) -> str:
    """The path, but for a learner's id in it, in the admin too: what is erased must not live on in logs."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    user_id = str(named.get("user_id") or named.get("object_id") or "")
    return request.path.replace(user_id, "-") if user_id else request.path


def _count(request: HttpRequest, status: int, seconds: float) -> None:
    """By the address's pattern: addresses themselves are without number, and hold ids."""
    match = request.resolver_match
    route = f"/{match.route}" if match else "none"
    method = request.method if request.method in _METHODS else "other"
    meter.count(REQUESTS, method, route, str(status))
    meter.observe(REQUEST_SECONDS, seconds, method, route)
    # Only what asks for a job begins its trace; whoever looks at it afterwards has one of their own.
    is_asking = method == "POST" and status == 202 and route != "none"
    job_id = structlog.contextvars.get_contextvars().get("job_id", "") if is_asking else ""
    spans.request(f"{method} {route}", seconds, job_id=job_id, status=str(status))


class OurHosts(Middleware):
    """400 for a Host that is none of ours, in development too, where Django would show its own page."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
        except DisallowedHost as error:
            logger.warning("not our host", extra={"reason": str(error)})
            return problems.bad_request(request, error)
        return self._get_response(request)


class Security(SecurityMiddleware):
    """To HTTPS by 308, with which a client repeats its method and its body; with 301 a POST becomes a GET."""

    def process_request(self, request: HttpRequest) -> HttpResponsePermanentRedirect | None:
        redirect = super().process_request(request)
        if redirect is not None:
            redirect.status_code = 308
        return redirect


class Messages(MessageMiddleware):
    """For pages: making the store of messages is a part of what an answer of the API costs, and none has any."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith("/api/"):
            super().process_request(request)


class BodyLimit(Middleware):
    """413 for a body that is larger than any endpoint takes, before anything reads it, 408 for one that stopped coming, 503 without room for it."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if STALLED in request.META:
            text = "The body stopped coming. Please send it again."
            response = problems.rendered("REQUEST_TIMEOUT", text)
            response["Connection"] = "close"
            return response
        if UNKEPT in request.META:
            logger.error("no room for a body", extra={"folder": tempfile.gettempdir()})
            meter.count(STORAGE_FAILURES)
            return problems.rendered(NotStored.code, NotStored.message)
        declared = request.META.get("CONTENT_LENGTH", "")
        if declared.isdigit() and int(declared) > settings.REQUEST_MAX_BYTES:
            limit = body_limit(request.path, request.META.get("CONTENT_TYPE", ""))
            if int(declared) > limit:
                text = f"The body is larger than {limit} bytes."
                return problems.rendered("PAYLOAD_TOO_LARGE", text)
        return self._get_response(request)


class CommonHeaders(Middleware):
    """The content security policy: everything comes from this server, nothing is inline and nothing may frame us. And
    what jobs.api.throttles has counted of this request.
    """

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        response.setdefault("Content-Security-Policy", _CSP)
        for name, value in getattr(request, "rate_limit_headers", {}).items():
            response.setdefault(name, value)
        return response
