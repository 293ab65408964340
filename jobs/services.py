"""Use cases: what a person can ask of jobs."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from jobs import lifecycle
from jobs.identity import fingerprint, identity
from jobs.intake import Draft, Outcome, intake
from jobs.kinds import JobKind
from jobs.models import Job
from jobs.providers import registry


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that is being written down, unless there is one already that does the same work.

    `saved` says which job it is once that is committed; it raises JobRefused.
    """

    job: Job
    saved: "Future[Outcome]"


def submit_job(
    kind: JobKind, *, user_id: str, inputs: Mapping[str, Any], idempotency_key: str = ""
) -> Submitted:
    """Write the job down and wake a worker, or find the job that does this work already."""
    request = fingerprint(kind, inputs)
    job = lifecycle.new_job(
        kind,
        user_id,
        inputs,
        identity=identity(user_id, request, registry.engine_version()),
        max_attempts=settings.JOB_POLICY.max_attempts,
        now=timezone.now(),
    )
    return Submitted(job, intake.add(Draft(job, request, idempotency_key)))
