"""Where the next page of a list begins, as text that only this server can make."""

from datetime import datetime

from django.core import signing
from rest_framework.exceptions import ValidationError

from jobs.models import Job
from jobs.queries import Cursor

_SALT = "jobs-cursor"


def after(job: Job) -> str:
    return signing.dumps([job.created_at.isoformat(), job.id], salt=_SALT, compress=True)


def parse(text: str) -> Cursor | None:
    if not text:
        return None
    try:
        created_at, job_id = signing.loads(text, salt=_SALT)
    except signing.BadSignature as error:
        raise ValidationError({"cursor": ["This cursor was not made by this server."]}) from error
    return Cursor(datetime.fromisoformat(created_at), job_id)
