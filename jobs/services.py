"""Use cases: what a person can ask of jobs."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import lifecycle, tasks
from jobs.kinds import JobKind
from jobs.models import Job


def submit_job(kind: JobKind, *, user_id: str, inputs: Mapping[str, Any]) -> Job:
    """Write the job down, and wake a worker once that is committed."""
    max_attempts = settings.JOB_POLICY.max_attempts
    job = lifecycle.new_job(kind, user_id, inputs, max_attempts=max_attempts, now=timezone.now())
    with transaction.atomic():
        lifecycle.create([job])
        transaction.on_commit(lambda: tasks.send(job))
    return job
