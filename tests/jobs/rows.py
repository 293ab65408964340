"""Jobs in any state, for tests of the job's life."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs import creation, kind, lifecycle
from jobs.claims import Claim, Failure, Wait
from jobs.models import Job, JobEvent, Status, WaitReason

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEASE_SECONDS = 15.0
INPUTS = {"content": "The heart pumps blood."}
FAILURE = Failure("PROVIDER_UNAVAILABLE", "The service is not available.", is_retryable=True)
WAIT = Wait(WaitReason.RETRY, NOW + timedelta(seconds=5), "It will be tried again.")


def changed_kind(monkeypatch: pytest.MonkeyPatch, name: str, **changes: Any) -> None:
    """Let the kind be another one for the rest of the test."""
    monkeypatch.setitem(kind._registered, name, replace(kind.kind_of(name), **changes))


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def waiting_job(
    user_id: str = "ann",
    *,
    kind: str = "flashcards",
    inputs: Mapping[str, Any] = INPUTS,
    max_attempts: int = 3,
    now: datetime = NOW,
) -> Job:
    job = creation.new_job(kind, user_id, inputs, max_attempts=max_attempts, now=now)
    creation.create([job])
    return job


def claimed(job: Job, *, worker: str = "one", now: datetime = NOW) -> Claim:
    claim = lifecycle.claim(job.id, worker=worker, lease_seconds=LEASE_SECONDS, now=now)
    assert claim is not None
    return claim


def active_job(user_id: str = "ann") -> Claim:
    return claimed(waiting_job(user_id))


def job_in(status: Status) -> Claim:
    """A job in that state, and the claim under which its last run was made."""
    claim = active_job()
    if status == Status.DELAYED:
        lifecycle.delay(claim, WAIT, counts_attempt=True, now=NOW)
    elif status == Status.COMPLETED:
        lifecycle.complete(claim, {"success": True}, now=NOW)
    elif status == Status.FAILED:
        lifecycle.fail(claim, FAILURE, now=NOW)
    elif status == Status.WAITING:
        lifecycle.release_claim(claim, now=NOW)
    elif status == Status.CANCELLED:
        lifecycle.release_claim(claim, now=NOW)
        lifecycle.cancel(claim.job_id, now=NOW)
    return claim


def stored(claim: Claim) -> Job:
    return Job.objects.get(pk=claim.job_id)


def events_of(job_id: str) -> list[tuple[int, str]]:
    rows = JobEvent.objects.filter(job_id=job_id).order_by("sequence")
    return [(row.sequence, row.type) for row in rows]


def last_event(job_id: str) -> dict[str, Any]:
    data: dict[str, Any] = JobEvent.objects.filter(job_id=job_id).latest("sequence").data
    return data
