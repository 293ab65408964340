"""Use cases: what a person can ask of jobs."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from jobs import lifecycle, queries
from jobs.errors import IdempotencyKeyReused
from jobs.identity import fingerprint, identity
from jobs.intake import Draft, intake
from jobs.kinds import JobKind
from jobs.models import Job
from jobs.providers import registry


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a request.

    `job` may be one that was there before (`is_new` False; `is_replay`: the same Idempotency-Key was answered with it).
    A new job exists once `saved` is done; its value is the id of the job that does the work, which is another one's if
    the same was asked elsewhere at the same moment. It raises JobRefused.
    """

    job: Job
    saved: "Future[str]"
    is_new: bool = True
    is_replay: bool = False


def submit_job(
    kind: JobKind, *, user_id: str, inputs: Mapping[str, Any], idempotency_key: str = ""
) -> Submitted:
    """Find the job that does this work already, or write a new one down and wake a worker once it is committed.

    Raises IdempotencyKeyReused.
    """
    now = timezone.now()
    since = now - timedelta(hours=settings.RESULT_CACHE_HOURS)
    request = fingerprint(kind, inputs)
    known = queries.idempotency_key(user_id, idempotency_key, since) if idempotency_key else None
    if known is not None:
        if known.fingerprint != request:
            raise IdempotencyKeyReused
        return _existing(known.job, is_replay=True)
    work = identity(user_id, request, registry.engine_version())
    same = queries.same_work(work, since)
    if same is not None and not idempotency_key:
        return _existing(same, is_replay=False)
    job = lifecycle.new_job(
        kind, user_id, inputs, identity=work, max_attempts=settings.JOB_POLICY.max_attempts, now=now
    )
    return Submitted(job, intake.add(Draft(job, request, idempotency_key)))


def _existing(job: Job, *, is_replay: bool) -> Submitted:
    saved: Future[str] = Future()
    saved.set_result(job.id)
    return Submitted(job, saved, is_new=False, is_replay=is_replay)
