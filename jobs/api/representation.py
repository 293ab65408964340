"""How a job looks to a client: the bodies of the contract, in its order of members."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from jobs import language_pairs, queries, queue
from jobs.api import access
from jobs.api.shapes import Accepted, JobStatus, JobSummary, ListedJob, WaitingFor
from jobs.costs import Estimate
from jobs.kind import kind_of
from jobs.models import Job, Status
from unilingo.common.timestamps import iso, milliseconds

TITLE_CHARACTERS = 100


def accepted(job: Job, *, is_new: bool, priced: Estimate | None = None) -> Accepted:
    """The 202: where to look, and for how long. The same work asked again gets its real status."""
    kind = kind_of(job.kind)
    body: Accepted = {
        "success": True,
        "message": f"{kind.title} job queued successfully"
        if is_new
        else f"{kind.title} job is already running",
        "jobId": job.id,
        "status": "queued" if is_new else job.status,
        "statusUrl": status_url(job),
        "eventsUrl": events_url(job),
        "estimatedTime": kind.estimated_time,
        "fromCache": False,
    }
    if priced:
        body["estimatedCost"] = priced.as_body()
    if missing := language_pairs.missing(job.input):
        body["warnings"] = [missing]
    return body


def replayed(job: Job, file_names: Sequence[str] = ()) -> dict[str, Any]:
    """The 200 for work that has been done before, on files that may have come under other names."""
    assert job.finished_at is not None
    return {
        "success": True,
        "message": f"{kind_of(job.kind).title} was done before",
        "jobId": job.id,
        "status": job.status,
        "statusUrl": status_url(job),
        "fromCache": True,
        "result": _renamed(job, file_names),
        "cachedAt": iso(job.finished_at),
    }


def ended(job: Job, file_names: Sequence[str] = ()) -> dict[str, Any]:
    """The answer to a client that waited: the result's members beside the job's."""
    result = _renamed(job, file_names)
    also = {"result": result} if kind_of(job.kind).has_result_member else {}
    return {**result, **also, "success": True, "jobId": job.id, "status": job.status}


def _renamed(job: Job, file_names: Sequence[str]) -> Mapping[str, Any]:
    """Its result with the names of this request's files in place of those that the same files had before."""
    renamed = kind_of(job.kind).renamed
    result: Mapping[str, Any] = job.result or {}
    return renamed(result, job.input, file_names) if renamed and file_names else result


def events_url(job: Job) -> str:
    """The stream, for who cannot set headers. Its token lasts STREAM_TOKEN_SECONDS, so it is made anew each time."""
    query = urlencode({"jobId": job.id, "token": access.stream_token(job.id)})
    return f"/api/job-events?{query}"


def status_url(job: Job) -> str:
    return f"/api/job-status/{job.id}"


def summary(job: Job) -> JobSummary:
    """What lists show, without input and result."""
    body: JobSummary = {
        "status": job.status,
        "jobId": job.id,
        "kind": job.kind,
        "queue": job.queue,
        "timestamp": milliseconds(job.enqueued_at),
        "progress": job.progress,
        "progressMessage": job.progress_message,
        "attemptsMade": job.attempts_made,
        "createdAt": iso(job.created_at),
        "eventsUrl": events_url(job),
    }
    if job.started_at:
        body["startedAt"] = iso(job.started_at)
    if job.finished_at:
        ended_at = milliseconds(job.finished_at)
        if job.status == Status.COMPLETED:
            body["completedAt"] = ended_at
        elif job.status == Status.CANCELLED:
            body["cancelledAt"] = ended_at
        else:
            body["failedAt"] = ended_at
    if job.status == Status.FAILED:
        body |= {"error": job.error, "code": job.error_code, "retryable": job.is_retryable}
    return body


def listed(job: Any) -> ListedJob:
    """A summary of a job that was read with its title."""
    return {**summary(job), "title": job.title[:TITLE_CHARACTERS]}


def status(job: Job) -> JobStatus:
    body = cast(JobStatus, {"success": True, **summary(job)})
    if job.status == Status.COMPLETED:
        body["result"] = job.result
    elif job.started_at and not job.is_final and (partial := queries.partial_of(job)):
        body["partial"] = partial
    if job.status in (Status.WAITING, Status.DELAYED):
        body["waitingFor"] = waiting_for(job)
    if job.status == Status.DELAYED and job.next_attempt_at:
        body["nextAttemptAt"] = iso(job.next_attempt_at)
    return body


def waiting_for(job: Job) -> WaitingFor:
    body: dict[str, Any] = {"reason": job.wait_reason}
    if job.next_attempt_at:
        body["until"] = iso(job.next_attempt_at)
    place = queue.position(job) if job.status == Status.WAITING else job.wait_place
    if place is not None:
        body["position"] = place
    body["explanation"] = job.explanation
    return cast(WaitingFor, body)


def connected(job: Job, now: datetime) -> dict[str, Any]:
    """The first event of a job's stream: its present state, with the result if it has ended."""
    state = {
        name: value for name, value in status(job).items() if name not in ("success", "timestamp")
    }
    return {**state, "message": "Connected to job updates", "timestamp": iso(now)}


def connected_to_all(jobs: list[Job], now: datetime) -> dict[str, Any]:
    """The first event of a user's stream: the jobs that have not ended."""
    return {
        "jobId": None,
        "status": "connected",
        "progress": None,
        "jobs": [summary(job) for job in jobs],
        "message": "Connected to job updates",
        "timestamp": iso(now),
    }
