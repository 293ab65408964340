"""Who may look at a job: its owner, and whoever holds the short-lived token that its owner was given."""

import structlog
from django.conf import settings
from django.core import signing
from rest_framework.request import Request

from jobs import queries
from jobs.models import Job
from unilingo.common.caller import caller_of, user_id_of

_SALT = "job-events"


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
