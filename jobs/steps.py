"""Checkpoints: the answer of a finished step is kept with the job, and whoever runs the job again goes on behind it.

A step is known by its name, and its answer counts for the same inputs only. It is written under the fence: what a
stalled worker brings late is discarded. Steps of one run may end at the same moment in several threads.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from jobs import lifecycle
from jobs.claims import Claim
from jobs.models import JobStep
from unilingo.common.digest import digest


def stored(job_id: str, name: str, inputs: object) -> JobStep | None:
    """The step as it was finished before with the same inputs."""
    return JobStep.objects.filter(job_id=job_id, name=name, input_hash=digest(inputs)).first()


def keep(
    claim: Claim, name: str, inputs: object, value: Any, *, seconds: float, now: datetime
) -> bool:
    """Store what a step has brought. False: the claim is lost, and nothing is stored."""
    step = JobStep(
        job_id=claim.job_id,
        name=name,
        input_hash=digest(inputs),
        value=value,
        seconds=round(seconds, 3),
        fence=claim.fence,
        created_at=now,
    )
    with transaction.atomic():
        if not lifecycle.lock(claim):
            return False
        JobStep.objects.bulk_create(
            [step],
            update_conflicts=True,
            unique_fields=["job", "name"],
            update_fields=["input_hash", "value", "seconds", "fence", "created_at"],
        )
    return True


def forget_from(job_id: str, name: str) -> None:
    """The step and all that were finished after it are done anew."""
    steps = JobStep.objects.filter(job_id=job_id)
    since = steps.filter(name=name).values_list("created_at", flat=True).first()
    if since is not None:
        steps.filter(created_at__gte=since).delete()
