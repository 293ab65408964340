"""The only writer of Job.status. Each change is one conditional UPDATE and one event in one transaction.

docs/job-lifecycle.md draws TRANSITIONS. A function answers None (or False) when the job was no longer in a state,
or under the claim, that allows the change: somebody else was first, and nothing has happened.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from jobs import events
from jobs.ids import new_job_id
from jobs.kinds import KINDS, JobKind
from jobs.models import EventType, Job, Status, WaitReason
from resilience.meter import JOB_WAITING_SECONDS, meter

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.ACTIVE}),
    Status.DELAYED: frozenset({Status.WAITING}),
    Status.ACTIVE: frozenset({Status.WAITING, Status.DELAYED, Status.COMPLETED, Status.FAILED}),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}

IN_QUEUE = "Waiting for a free worker."
STARTED = "Job is now being processed"
WORKER_LOST = "The work was interrupted again and again and has been given up."


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job until its lease ends. `fence` goes with every write of this run.

    `lost_count`: how many runs before this one ended with a lost worker.
    """

    job_id: str
    user_id: str
    kind: JobKind
    fence: int
    attempt: int
    lost_count: int
    max_attempts: int
    input: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job has failed, for people and for programs. `is_retryable`: asking again may help."""

    code: str
    error: str
    is_retryable: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a job is put off, and until when."""

    reason: WaitReason
    until: datetime
    explanation: str


def new_job(
    kind: JobKind,
    user_id: str,
    inputs: Mapping[str, Any],
    *,
    max_attempts: int,
    now: datetime,
    identity: str = "",
) -> Job:
    """A job that waits, not saved yet. Without an identity its work is like no other."""
    job_id = new_job_id(kind, now)
    return Job(
        id=job_id,
        user_id=user_id,
        kind=kind,
        queue=KINDS[kind].queue,
        identity=identity or job_id,
        input=inputs,
        max_attempts=max_attempts,
        event_sequence=1,
        wait_reason=WaitReason.QUEUE,
        wait_explanation=IN_QUEUE,
        created_at=now,
        enqueued_at=now,
    )


def create(jobs: Sequence[Job]) -> dict[str, str]:
    """Save new jobs and their first events in one transaction, each work once.

    Answers, by id, with the job that does the work: the new one itself, or one that was there before.
    """
    identities = [job.identity for job in jobs]
    with transaction.atomic(savepoint=False):
        Job.objects.bulk_create(jobs, ignore_conflicts=True)
        found = Job.objects.filter(identity__in=identities).values_list("identity", "id")
        by_identity = dict(found)
        doing = {job.id: by_identity[job.identity] for job in jobs}
        created = [job for job in jobs if doing[job.id] == job.id]
        news = [events.build(j, EventType.WAITING, _waiting_for(j), j.created_at) for j in created]
        if news:
            events.save(news)
            transaction.on_commit(lambda: events.announce(news), robust=True)
    return doing


def forget_work(job_ids: Sequence[str], *, ended_before: datetime) -> int:
    """Let the work of these jobs be done anew if their answer is that old. Answers how many it is."""
    return Job.objects.filter(id__in=job_ids, finished_at__lt=ended_before).update(identity=None)


def claim(job_id: str, *, worker: str, lease_seconds: float, now: datetime) -> Claim | None:
    """Take a waiting job: it becomes active, and one attempt is counted."""
    job = _change(
        job_id,
        _may_become(Status.ACTIVE),
        EventType.ACTIVE,
        now,
        {"message": STARTED},
        status=Status.ACTIVE,
        attempts_made=F("attempts_made") + 1,
        fence=F("fence") + 1,
        worker=worker,
        lease_expires_at=now + timedelta(seconds=lease_seconds),
        started_at=Coalesce("started_at", now),
        progress=0,
        progress_message=STARTED,
        **_NOT_WAITING,
    )
    if job is None:
        return None
    since = job.created_at if job.started_at == now else job.enqueued_at
    meter.observe(JOB_WAITING_SECONDS, (now - since).total_seconds(), job.kind)
    return Claim(
        job_id=job.id,
        user_id=job.user_id,
        kind=JobKind(job.kind),
        fence=job.fence,
        attempt=job.attempts_made,
        lost_count=job.lost_count,
        max_attempts=job.max_attempts,
        input=job.input,
    )


def renew(claim: Claim, *, lease_seconds: float, now: datetime) -> bool:
    """Keep the claim. False: it is lost, and nothing this run writes will count."""
    lease = now + timedelta(seconds=lease_seconds)
    return Job.objects.filter(_held(claim), pk=claim.job_id).update(lease_expires_at=lease) == 1


def lock(claim: Claim) -> bool:
    """Is the claim held? If so it is until the running transaction ends: what is written with it counts."""
    held = Job.objects.select_for_update(no_key=True).filter(_held(claim), pk=claim.job_id)
    return held.values_list("fence", flat=True).first() is not None


def progress(claim: Claim, percent: int, message: str, *, now: datetime) -> bool:
    extra = {"message": message}
    fields = {"progress": percent, "progress_message": message}
    return _change(claim.job_id, _held(claim), EventType.PROGRESS, now, extra, **fields) is not None


def complete(claim: Claim, result: Mapping[str, Any], *, now: datetime) -> bool:
    ended = _ended(Status.COMPLETED, now) | {
        "progress": 100,
        "progress_message": "",
        "result": result,
    }
    return _change(claim.job_id, _held(claim), EventType.COMPLETED, now, {}, **ended) is not None


def fail(claim: Claim, failure: Failure, *, now: datetime) -> bool:
    return _fail(claim.job_id, _held(claim), failure, now)


def delay(claim: Claim, wait: Wait, *, counts_attempt: bool, now: datetime) -> bool:
    """Put the job off; the sweep wakes it. A wait that is not the job's fault gives its attempt back."""
    fields: dict[str, Any] = {
        "status": Status.DELAYED,
        "wait_reason": wait.reason,
        "wait_explanation": wait.explanation,
        "next_attempt_at": wait.until,
        **_NOT_ACTIVE,
    }
    if not counts_attempt:
        fields["attempts_made"] = F("attempts_made") - 1
    return _change(claim.job_id, _held(claim), EventType.DELAYED, now, {}, **fields) is not None


def hand_back(claim: Claim, *, now: datetime) -> bool:
    """Return the job to the queue unharmed, since this worker is stopping; no attempt is used."""
    fields = _back_in_queue(now) | {"attempts_made": F("attempts_made") - 1}
    return _change(claim.job_id, _held(claim), EventType.WAITING, now, {}, **fields) is not None


def wake(job_id: str, *, now: datetime) -> bool:
    """A delayed job whose time has come waits for a worker again."""
    due = _may_become(Status.WAITING) & Q(status=Status.DELAYED, next_attempt_at__lte=now)
    return _change(job_id, due, EventType.WAITING, now, {}, **_back_in_queue(now)) is not None


def recover(job_id: str, *, lost_at_most: int, now: datetime) -> bool:
    """Take an active job back from a worker that has gone silent, or fail it when that has happened too often."""
    lost = Q(status=Status.ACTIVE, lease_expires_at__lt=now)
    given_up = Failure("WORKER_LOST", WORKER_LOST, is_retryable=True)
    if _fail(job_id, lost & Q(lost_count__gte=lost_at_most - 1), given_up, now):
        return True
    fields = _back_in_queue(now) | {
        "attempts_made": F("attempts_made") - 1,
        "lost_count": F("lost_count") + 1,
    }
    return _change(job_id, lost, EventType.WAITING, now, {}, **fields) is not None


def requeue(job_id: str, *, since: datetime, now: datetime) -> bool:
    """Give a job that has waited since before `since` a new place in the queue, once however many ask."""
    waiting = Job.objects.filter(pk=job_id, status=Status.WAITING, enqueued_at__lt=since)
    return waiting.update(enqueued_at=now) == 1


_NOT_WAITING: dict[str, Any] = {"wait_reason": "", "wait_explanation": "", "next_attempt_at": None}
_NOT_ACTIVE: dict[str, Any] = {"worker": "", "lease_expires_at": None, "progress_message": ""}


def _held(claim: Claim) -> Q:
    return Q(status=Status.ACTIVE, fence=claim.fence)


def _may_become(target: Status) -> Q:
    return Q(status__in=[source for source, targets in TRANSITIONS.items() if target in targets])


def _ended(status: Status, now: datetime) -> dict[str, Any]:
    ended = {"status": status, "finished_at": now, **_NOT_WAITING, **_NOT_ACTIVE}
    # Only what has completed may answer for another request.
    return ended if status == Status.COMPLETED else {**ended, "identity": None}


def _back_in_queue(now: datetime) -> dict[str, Any]:
    return {
        **_NOT_WAITING,
        **_NOT_ACTIVE,
        "status": Status.WAITING,
        "wait_reason": WaitReason.QUEUE,
        "wait_explanation": IN_QUEUE,
        "enqueued_at": now,
    }


def _fail(job_id: str, which: Q, failure: Failure, now: datetime) -> bool:
    fields = _ended(Status.FAILED, now) | {
        "error": failure.error,
        "error_code": failure.code,
        "is_retryable": failure.is_retryable,
    }
    return _change(job_id, which, EventType.FAILED, now, {}, **fields) is not None


def _change(
    job_id: str,
    which: Q,
    event_type: EventType,
    now: datetime,
    extra: dict[str, Any],
    **fields: Any,
) -> Job | None:
    """Apply `fields` to the job if `which` still selects it, and append the event that says so."""
    with transaction.atomic():
        selected = Job.objects.filter(which, pk=job_id)
        if selected.update(event_sequence=F("event_sequence") + 1, **fields) != 1:
            return None
        job = Job.objects.get(pk=job_id)
        events.append(job, event_type, {**_facts(job), **extra}, now)
    return job


def _facts(job: Job) -> dict[str, Any]:
    """What an event of this state says beside the members that every event has."""
    match job.status:
        case Status.WAITING | Status.DELAYED:
            return _waiting_for(job)
        case Status.ACTIVE:
            return {"attemptsMade": job.attempts_made}
        case Status.FAILED:
            facts = {"error": job.error, "code": job.error_code, "retryable": job.is_retryable}
            return {**facts, "attemptsMade": job.attempts_made, "duration": _duration_ms(job)}
        case _:
            return {"duration": _duration_ms(job)}


def _waiting_for(job: Job) -> dict[str, Any]:
    waiting_for = {"reason": str(job.wait_reason), "explanation": job.wait_explanation}
    if job.next_attempt_at is None:
        return {"message": job.wait_explanation, "waitingFor": waiting_for}
    until = events.iso(job.next_attempt_at)
    return {
        "message": job.wait_explanation,
        "waitingFor": {**waiting_for, "until": until},
        "nextAttemptAt": until,
        "attemptsMade": job.attempts_made,
    }


def _duration_ms(job: Job) -> int:
    if job.started_at is None or job.finished_at is None:
        return 0
    return round((job.finished_at - job.started_at).total_seconds() * 1000)
