"""Who may look at a job: its owner, and whoever holds the short-lived token that its owner was given."""

from typing import Protocol

import structlog
from django.conf import settings
from django.core import signing
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from jobs import queries
from jobs.models import Job

_SALT = "job-events"


class Caller(Protocol):
    """Who is calling (unilingo/auth.py finds out). `user_id` None: the operator's token, which is no learner's."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def is_operator(self) -> bool: ...
    @property
    def is_trusted_header(self) -> bool: ...


def caller_of(request: Request) -> Caller | None:
    """`request.user` by its right type; None when nobody is named."""
    return request.user  # type: ignore[return-value]  # stubs know Django's users only


def user_id_of(request: Request) -> str:
    """The learner who is calling. Raises NotAuthenticated, PermissionDenied: the operator's token is nobody's."""
    caller = caller_of(request)
    if caller is None:
        raise NotAuthenticated
    if caller.user_id is None:
        raise PermissionDenied
    return caller.user_id


def stream_token(job_id: str) -> str:
    """Opens the stream of this job, since a browser's EventSource sends no headers."""
    return signing.dumps(job_id, salt=_SALT)


def _is_token_for(token: str, job_id: str) -> bool:
    try:
        named: object = signing.loads(token, salt=_SALT, max_age=settings.STREAM_TOKEN_SECONDS)
    except signing.BadSignature:
        return False
    return named == job_id


def visible_job(request: Request, job_id: str) -> Job:
    """The job, for its owner; in trusted mode also for somebody who names nobody but knows the id.

    Raises JobNotFound, NotAuthenticated, PermissionDenied.
    """
    if caller_of(request) is None and settings.TRUST_USER_ID_HEADER:
        return _found(None, job_id)
    return _found(user_id_of(request), job_id)


def watchable_job(request: Request, job_id: str) -> Job:
    """The same, and for whoever brings the stream's token."""
    token = request.query_params.get("token", "")
    if token and _is_token_for(token, job_id):
        return _found(None, job_id)
    return visible_job(request, job_id)


def _found(user_id: str | None, job_id: str) -> Job:
    job = queries.job_for(user_id, job_id)
    structlog.contextvars.bind_contextvars(job_id=job.id)
    return job
