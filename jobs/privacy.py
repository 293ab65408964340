"""What every learner may ask of the whole: all that is kept of them, and that it goes."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from typing_extensions import TypedDict

from jobs import lifecycle, uploads
from jobs.models import FINAL, Job
from jobs.webhooks import outbox
from jobs.webhooks import services as webhooks
from profiles import services
from profiles.models import Profile
from resilience import privacy as people
from resilience.runtime import runtime
from unilingo.common.pages import in_chunks
from unilingo.common.secure_delete import secure_delete
from unilingo.common.shapes import Timestamp
from unilingo.common.timestamps import iso

ERASED_AT_ONCE = 200


class ExportedJob(TypedDict):
    id: str
    kind: str
    status: str
    input: dict[str, Any]
    result: dict[str, Any] | None
    error: str | None
    createdAt: Timestamp
    finishedAt: Timestamp | None
    events: list[dict[str, Any]]


def is_known(user_id: str) -> bool:
    """Whether anything is kept of the learner: who has only asked for jobs so far has no profile."""
    return (
        Profile.objects.filter(pk=user_id).exists()
        or _ids(user_id).exists()
        or any(True for _ in people.usage_of(user_id))
    )


def jobs_of(user_id: str) -> Iterator[ExportedJob]:
    """Every job with what was handed in, what came out, and its events."""
    rows = Job.objects.filter(user_id=user_id).prefetch_related("events")
    return map(_job, in_chunks(rows, "created_at"))


def erase(user_id: str, *, actor: str = "") -> dict[str, int]:
    """Delete everything about a learner; returns how many of what. Rows of money stay, and lead to nobody.

    `actor`: the operator who does it, which is written down; not whom it was about.

    Jobs are cancelled first, which ends their streams. One that runs ends at its next step: what its worker brings
    names a claim that is no more.
    """
    with secure_delete():
        erased = _erase(user_id)
    if actor:
        runtime().operations.log(actor, "erase_learner", "1 learner", erased)
    return erased


def _erase(user_id: str) -> dict[str, int]:
    jobs = 0
    for job_id in list(_ids(user_id).exclude(status__in=FINAL)):
        # Who asks twice at once finds that the other one has deleted it.
        with contextlib.suppress(Job.DoesNotExist):
            lifecycle.cancel(job_id, now=timezone.now(), at_once=True)
    while ids := list(_ids(user_id)[:ERASED_AT_ONCE]):
        Job.objects.filter(pk__in=ids).delete()
        outbox.forget(ids)
        for job_id in ids:
            uploads.remove(job_id)
        jobs += len(ids)
    erased = {"jobs": jobs, **services.erase(user_id)}
    webhooks.erase(user_id)
    people.anonymize(user_id)
    return erased


def _ids(user_id: str) -> Any:
    return Job.objects.filter(user_id=user_id).values_list("pk", flat=True)


def _job(job: Job) -> ExportedJob:
    events = sorted(job.events.all(), key=lambda event: event.sequence)
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status,
        "input": job.input,
        "result": job.result,
        "error": job.error or None,
        "createdAt": iso(job.created_at),
        "finishedAt": iso(job.finished_at) if job.finished_at else None,
        "events": [event.data for event in events],
    }
