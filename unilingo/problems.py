"""Errors as answers: one builder of their body."""

import logging
import math
import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from pydantic import Field
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from typing_extensions import TypedDict

from jobs.errors import JobError, JobRefused, NotStored
from profiles.errors import ProfileError
from resilience.errors import AllowanceExhausted, BudgetExhausted, UnknownProvider
from unilingo.common.disk import is_full
from unilingo.common.metrics import STORAGE_FAILURES, meter
from unilingo.common.shapes import one_of
from unilingo.error_codes import STATUS
from unilingo.http import answer_in_json, content_coding

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5

NOT_VALID = "The request is not valid."
NOTHING_HERE = "There is nothing here."
OUR_FAULT = "Something went wrong on our side."
NO_MONEY = "Service temporarily unavailable due to budget limits"
ASK_LATER = "Please try again later or contact support"


class Problem(TypedDict):
    """The one error body (docs/errors.md lists the codes)."""

    success: Literal[False]
    error: Annotated[str, Field(description="For people.")]
    code: Annotated[str, one_of(list(STATUS)), Field(description="For programs.")]
    details: NotRequired[
        Annotated[Mapping[str, Any], Field(description="`fields`: what is wrong with each field.")]
    ]
    status: NotRequired[Annotated[str, Field(description='"not_found" beside JOB_NOT_FOUND.')]]
    message: NotRequired[
        Annotated[str, Field(description="What to do, beside BUDGET_LIMIT_EXCEEDED.")]
    ]
    available: NotRequired[Annotated[list[str], Field(description="The names that there are.")]]
    requestId: str


def problem(
    code: str,
    error: str,
    *,
    details: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
    retry_after: float | None = None,
) -> Response:
    """The error body of the contract, with the status of its code and, for 429 and 503, a Retry-After."""
    status = STATUS[code]
    asked: str = structlog.contextvars.get_contextvars().get("request_id", "")
    body: Problem = {"success": False, "error": error, "code": code, "requestId": asked}
    if details:
        body["details"] = details
    response = Response({**body, **(extra or {})}, status=status)
    if status in (429, 503):
        response["Retry-After"] = str(math.ceil(retry_after or RETRY_AFTER_SECONDS))
    return response


def rendered(code: str, error: str) -> HttpResponse:
    """The same outside of a DRF view."""
    answered = problem(code, error)
    body = JSONRenderer().render(answered.data)
    response = HttpResponse(body, status=answered.status_code, content_type="application/json")
    if "Retry-After" in answered:
        response["Retry-After"] = answered["Retry-After"]
    return response


def refused_early(code: str, error: str) -> HttpResponse:
    """For what is refused before the program sees it: with an id of its own, and the connection ends."""
    request_id = uuid.uuid4().hex
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        response = rendered(code, error)
    response["Content-Length"] = str(len(response.content))
    response["X-Request-ID"], response["Connection"] = request_id, "close"
    return response


def of_view(error: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler."""
    answer_in_json(context["request"])
    return answer(error, context)


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """Also for what nobody foresaw: the trace goes to the log and a sentence to the client."""
    if isinstance(error, JobError):
        return _of_job(error)
    if isinstance(error, ProfileError):
        fields = {"fields": {error.field: str(error)}} if error.field else None
        return problem(error.code, str(error), details=fields)
    if isinstance(error, BudgetExhausted):
        return _of_money(error)
    if isinstance(error, UnknownProvider):
        return problem(error.code, str(error), extra={"available": error.available})
    if isinstance(error, (Http404, exceptions.NotFound)):
        return problem("NOT_FOUND", NOTHING_HERE)
    if isinstance(error, (PermissionDenied, exceptions.PermissionDenied)):
        return problem("FORBIDDEN", "You may not do this.")
    if isinstance(error, SuspiciousOperation):  # found by Django: more parameters than are read
        return problem("VALIDATION_ERROR", NOT_VALID)
    if isinstance(error, exceptions.APIException):
        return _of_drf(error, context)
    return _of_what_failed(error)


def _of_what_failed(error: Exception) -> Response:
    logger.error("request failed", exc_info=error)
    if isinstance(error, (OperationalError, InterfaceError)):
        return problem("NOT_READY", "The database does not answer. Please try again soon.")
    if is_full(error):
        meter.count(STORAGE_FAILURES)
        return problem(NotStored.code, NotStored.message)
    return problem("INTERNAL_ERROR", OUR_FAULT)


def _of_job(error: JobError) -> Response:
    if not isinstance(error, JobRefused):
        return problem(error.code, str(error))
    response = problem(error.code, str(error), details=error.details, extra=error.members)
    for name, value in error.headers.items():
        response[name] = value
    return response


def _of_money(error: BudgetExhausted) -> Response:
    if isinstance(error, AllowanceExhausted):
        return problem(error.code, str(error))
    extra = {"message": ASK_LATER}
    return problem(error.code, NO_MONEY, extra=extra, retry_after=error.retry_after)


def _of_drf(error: exceptions.APIException, context: Mapping[str, Any]) -> Response:
    match error:
        case exceptions.ValidationError():
            return _of_validation(error)
        case exceptions.ParseError():
            return problem("INVALID_JSON", "The body is not valid JSON.")
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            is_wrong = isinstance(error, exceptions.AuthenticationFailed)
            reason = str(error.detail) if is_wrong else "Please sign in."
            response = problem("UNAUTHENTICATED", reason)
            response["WWW-Authenticate"] = 'Bearer realm="api"'
            return response
        case exceptions.Throttled():
            return problem(
                "RATE_LIMIT_EXCEEDED", str(error.detail), retry_after=getattr(error, "wait", None)
            )
        case exceptions.MethodNotAllowed():
            return problem("METHOD_NOT_ALLOWED", "This method is not allowed here.")
        case exceptions.UnsupportedMediaType():
            return _of_media_type(context)
        case exceptions.APIException(status_code=503):
            return problem("NOT_READY", str(error.detail))
        case _:
            logger.error("unexpected API error", extra={"error_type": type(error).__name__})
            return problem("INTERNAL_ERROR", OUR_FAULT)


def _of_media_type(context: Mapping[str, Any]) -> Response:
    if content_coding(context["request"]):
        fields = {"Content-Encoding": "Send the body as it is, without a Content-Encoding."}
        response = problem(
            "UNSUPPORTED_MEDIA_TYPE", fields["Content-Encoding"], details={"fields": fields}
        )
        response["Accept-Encoding"] = "identity"
        return response
    taken = [parser.media_type for parser in context["view"].parser_classes]
    return problem("UNSUPPORTED_MEDIA_TYPE", f"Send the body as {' or '.join(taken)}.")


def _of_validation(error: exceptions.ValidationError) -> Response:
    """`detail` maps fields to messages; a code of MISSING_FIELDS comes from serializers that name what is missing."""
    code = "MISSING_FIELDS" if getattr(error, "missing", None) else "VALIDATION_ERROR"
    detail = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
    fields = {name: _sentences(messages) for name, messages in detail.items()}
    text = getattr(error, "missing", None) or _what_is_wrong(fields)
    return problem(code, text, details={"fields": fields})


def _what_is_wrong(fields: Mapping[str, str]) -> str:
    """With the body as a whole, or with the names of its fields."""
    return fields.get("body") or "Some fields are not valid: " + ", ".join(fields)


def _sentences(messages: Any) -> str:
    """What is wrong with a field; within a list or an object, with which of its members."""
    if isinstance(messages, dict):
        inside = ((name, _sentences(inner)) for name, inner in messages.items() if inner)
        return " ".join(f"{name}: {text}" for name, text in inside)
    if isinstance(messages, list):
        numbered = ((n, m) for n, m in enumerate(messages) if m)
        parts = (
            f"{n}: {_sentences(m)}" if isinstance(m, dict) else _sentences(m) for n, m in numbered
        )
        return " ".join(parts)
    # A choice that is refused is named in its message, and may hold what no answer can: half a surrogate pair.
    return str(messages).encode(errors="replace").decode()


@csrf_exempt
def no_endpoint(request: HttpRequest) -> HttpResponse:
    """Every address below /api/ that is not one of ours, in development too, where Django would show its own page."""
    return rendered("NOT_FOUND", NOTHING_HERE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400, as for a Host that is not ours."""
    if request.path.startswith("/api/"):
        return rendered("VALIDATION_ERROR", NOT_VALID)
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, for what fails outside of a DRF view. The trace is in the log, under the request's id."""
    if request.path.startswith("/api/"):
        return rendered("INTERNAL_ERROR", OUR_FAULT)
    return defaults.server_error(request)
