"""Use cases: what a person can ask of jobs."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import lifecycle, tasks
from jobs.intake import Intake
from jobs.kinds import JobKind
from jobs.models import Job


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that is being written down. It exists once `saved` is done, which raises NotWritten."""

    job: Job
    saved: "Future[None]"


def submit_job(kind: JobKind, *, user_id: str, inputs: Mapping[str, Any]) -> Submitted:
    """Write the job down, and wake a worker once that is committed."""
    max_attempts = settings.JOB_POLICY.max_attempts
    job = lifecycle.new_job(kind, user_id, inputs, max_attempts=max_attempts, now=timezone.now())
    return Submitted(job, intake.add(job))


def _write(jobs: Sequence[Job]) -> None:
    with transaction.atomic():
        lifecycle.create(jobs)
        transaction.on_commit(lambda: tasks.send(jobs))


intake = Intake(_write)
