"""Who may look at a job: its owner, and whoever holds the short-lived token that its owner was given."""

from django.conf import settings
from django.core import signing
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from jobs import queries
from jobs.models import Job

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

    Raises JobNotFound, NotAuthenticated.
    """
    if request.user is not None and request.user.user_id is not None:
        return queries.job_for(request.user.user_id, job_id)
    if settings.TRUST_USER_ID_HEADER:
        return queries.job_for(None, job_id)
    raise NotAuthenticated


def watchable_job(request: Request, job_id: str) -> Job:
    """The same, and for whoever brings the stream's token."""
    token = request.query_params.get("token", "")
    if token and _is_token_for(token, job_id):
        return queries.job_for(None, job_id)
    return visible_job(request, job_id)
