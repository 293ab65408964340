"""The only writer of Job.status. Each change is one conditional UPDATE and one event in one transaction.

A function answers None (or False) when the job was no longer in a state, or under the claim, that allows the change:
somebody else was first, and nothing has happened. states.py says which states follow each other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from jobs import events, queue, states
from jobs.changing import Sql, changed, locking
from jobs.claims import Claim, Failure, Wait
from jobs.kind import CompletionHook, Queue
from jobs.models import FINAL, EventType, Job, Status, WaitReason
from jobs.states import among, may_become
from resilience.runtime import runtime
from resilience.scopes import provider_of
from unilingo.common.metrics import JOB_WAITING_SECONDS, meter

ONE_MORE, ONE_LESS = Sql("attempts_made + 1"), Sql("attempts_made - 1")
ONE_EVENT_MORE = Sql("event_sequence + 1")
NOBODY_STOPS = Sql("cancel_requested_at IS NULL")
UNREAD = ("input", "result")
STARTED = "Job is now being processed"
STOPPING = "Stopping at the next step"
WORKER_LOST = "The work was interrupted again and again and has been given up."


def claim_next(name: Queue, *, worker: str, lease_seconds: float, now: datetime) -> Claim | None:
    """Claim the job of the queue whose turn it is, if one waits. Those that others are taking are passed over."""
    for looked_at in queue.LOOKED_AT:
        if taken := _claim(queue.next_in(name, now, looked_at), worker, lease_seconds, now):
            return taken
    return None


def claim(job_id: str, *, worker: str, lease_seconds: float, now: datetime) -> Claim | None:
    """Take a waiting job: it becomes active, and one attempt is counted. None also when somebody else is about to."""
    named = Sql("SELECT id FROM jobs_job WHERE id = %s", (job_id,)) & may_become(Status.ACTIVE)
    return _claim(named, worker, lease_seconds, now)


def _claim(waiting: Sql, worker: str, lease_seconds: float, now: datetime) -> Claim | None:
    """The first of them that is free. One statement looks and takes: threads that all ask who is next take different ones."""
    first = f"id = ({waiting.text} LIMIT 1{locking(skip_locked=True)})"
    job = _change(
        Sql(first, waiting.values) & may_become(Status.ACTIVE),
        EventType.ACTIVE,
        now,
        {"message": STARTED},
        status=Status.ACTIVE,
        attempts_made=ONE_MORE,
        fence=Sql("fence + 1"),
        worker=worker,
        lease_expires_at=now + timedelta(seconds=lease_seconds),
        started_at=Sql("coalesce(started_at, %s)", (now,)),
        progress_message=STARTED,
        **states.NOT_WAITING,
    )
    if job is None:
        return None
    meter.observe(JOB_WAITING_SECONDS, (now - job.enqueued_at).total_seconds(), job.kind)
    return Claim.of(job)


def renew(claim: Claim, *, lease_seconds: float, now: datetime) -> bool:
    """Keep the claim. False: it is lost, and nothing this run writes will count."""
    lease = {"lease_expires_at": now + timedelta(seconds=lease_seconds)}
    return bool(changed(Job, _of(claim), lease, without=UNREAD))


def may_go_on(claim: Claim) -> bool:
    """False: the claim is lost, or somebody has asked to cancel the job."""
    return _exists(_of(claim) & NOBODY_STOPS)


def lock(claim: Claim) -> bool:
    """Is the claim held? If so it is until the running transaction ends: what is written with it counts."""
    return _exists(_of(claim), locking())


def progress(claim: Claim, percent: int, message: str, *, now: datetime) -> bool:
    """It never falls, when a job begins anew behind its finished steps. False: the run must end, as `may_go_on` says."""
    extra = {"message": message}
    fields = {"progress": _at_least("progress", percent), "progress_message": message}
    wanted = _of(claim) & NOBODY_STOPS
    return _change(wanted, EventType.PROGRESS, now, extra, **fields) is not None


def partial_result(claim: Claim, news: Mapping[str, object], *, now: datetime) -> bool:
    """Tell what is finished of the result. False: the claim is lost."""
    return _change(_of(claim), EventType.PARTIAL, now, dict(news)) is not None


def complete(
    claim: Claim,
    result: Mapping[str, Any],
    *,
    now: datetime,
    keep: CompletionHook | None = None,
    answers_again: bool = True,
) -> bool:
    """`keep` writes down what outlives the job; it counts only if the claim does. `answers_again`: the same work, asked
    for again, gets this result.
    """
    with transaction.atomic():
        if keep:
            result = keep(claim.job_id, claim.user_id, result, now)
        ended = states.ended(Status.COMPLETED, now) | {"progress": 100, "result": result}
        ended |= {} if answers_again else {"identity": None}
        if _change(_of(claim), EventType.COMPLETED, now, {}, **ended) is None:
            transaction.set_rollback(True)
            return False
    return True


def fail(claim: Claim, failure: Failure, *, now: datetime) -> bool:
    return _fail(_of(claim), failure, now)


def delay(claim: Claim, wait: Wait, *, counts_attempt: bool, now: datetime) -> bool:
    """Put the job off, until it is woken. A wait that is not the job's fault gives its attempt back."""
    fields: dict[str, Any] = {
        "status": Status.DELAYED,
        "wait_reason": wait.reason,
        "wait_explanation": wait.explanation,
        "wait_place": wait.place,
        "wait_scope": wait.scope,
        "wait_cost": wait.cost,
        "next_attempt_at": wait.until,
        **states.NOT_ACTIVE,
    }
    if not counts_attempt:
        fields["attempts_made"] = ONE_LESS
    return _release(_of(claim), EventType.DELAYED, now, **fields)


def release_claim(claim: Claim, *, now: datetime) -> bool:
    """Return the job to the queue unharmed, since this worker is stopping; no attempt is used."""
    fields = states.back_in_queue(now) | {"attempts_made": ONE_LESS}
    return _release(_of(claim), EventType.WAITING, now, **fields)


def give_way(claim: Claim, *, turn: int, now: datetime) -> bool:
    """Return the job to the queue, behind those of `turn` that ought to be started soon; no attempt is used."""
    fields = states.back_in_queue(now) | {
        "attempts_made": ONE_LESS,
        "turn": _at_least("turn", turn),
        "start_by": now + queue.GIVEN_WAY,
        "wait_reason": WaitReason.FAIRNESS,
        "wait_explanation": queue.IN_TURN,
    }
    return _release(_of(claim), EventType.WAITING, now, **fields)


def wake(job_ids: Sequence[str], *, now: datetime) -> list[Job]:
    """Delayed jobs wait for a worker again, however many in one transaction. Answers with them."""
    if not job_ids:
        return []  # a transaction would take SQLite's write lock
    delayed, places = among([Status.DELAYED]), ", ".join(["%s"] * len(job_ids))
    free = Sql(f"SELECT id FROM jobs_job WHERE id IN ({places})", tuple(job_ids)) & delayed
    which = Sql(f"id IN ({free.text}{locking(skip_locked=True)})", free.values) & delayed
    fields = states.back_in_queue(now) | {"event_sequence": ONE_EVENT_MORE}
    with transaction.atomic():
        jobs = changed(Job, which, fields, without=UNREAD)
        events.write([events.build(j, EventType.WAITING, events.facts(j), now) for j in jobs])
    return jobs


def recover(job_id: str, *, lost_at_most: int, now: datetime, of: Claim | None = None) -> bool:
    """Take an active job back from a silent worker, or a run (`of`) that cannot go on; it fails when that was too often."""
    run_out = Sql("status = 'active' AND lease_expires_at < %s", (now,))
    lost = _of(of) if of else _id(job_id) & run_out
    given_up = Failure("WORKER_LOST", WORKER_LOST, is_retryable=True)
    if _fail(lost & Sql("lost_count >= %s", (lost_at_most - 1,)), given_up, now):
        return True
    back = {"attempts_made": ONE_LESS, "lost_count": Sql("lost_count + 1")}
    return _release(lost, EventType.WAITING, now, **states.back_in_queue(now) | back)


def cancel(job_id: str, *, now: datetime, at_once: bool = False) -> bool:
    """End a job that waits, and with `at_once` any; ask a run to end at its next step. False: it has ended."""
    with transaction.atomic():
        job = Job.objects.select_for_update(no_key=True).only("status").get(pk=job_id)
        if job.status == Status.ACTIVE and not at_once:
            asked = {"cancel_requested_at": now, "progress_message": STOPPING}
            running = _id(job_id) & among([Status.ACTIVE]) & NOBODY_STOPS
            _change(running, EventType.PROGRESS, now, {"message": STOPPING}, **asked)
            return True
        lives, ended = among(set(Status) - FINAL), states.cancelled(now)
        return _change(_id(job_id) & lives, EventType.CANCELLED, now, {}, **ended) is not None


def retry(
    job_id: str, *, identity: str, now: datetime, inputs: Mapping[str, Any] | None = None
) -> bool:
    """Queue a failed or cancelled job anew, with all its attempts, behind the steps it has finished.

    `inputs` take the place of what was asked for. It answers again for its work (`identity`), unless that has been asked for and given to another job since.
    """
    ended = _id(job_id) & may_become(Status.WAITING) & among(FINAL)
    job = Job.objects.only("user_id", "queue", "turn").get(pk=job_id)
    queue.assign_turns([job])
    fields = states.back_in_queue(now) | {
        "turn": job.turn,
        "attempts_made": 0,
        "lost_count": 0,
        "retried_at_sequence": Sql("event_sequence"),
        "cancel_requested_at": None,
        "progress": 0,
        "started_at": None,
        "finished_at": None,
        "events_kept": True,
        "error": "",
        "error_code": "",
        "is_retryable": False,
        "wait_scope": "",
        **({} if inputs is None else {"input": inputs}),
    }
    for answers_for in (identity, None):
        try:
            waits = fields | {"identity": answers_for}
            with transaction.atomic():
                return _change(ended, EventType.WAITING, now, {}, **waits) is not None
        except IntegrityError:
            continue
    return False


def explain_wait(job_id: str, reason: WaitReason, explanation: str, *, now: datetime) -> bool:
    """Say anew what a waiting job waits for."""
    fields = {"wait_reason": reason, "wait_explanation": explanation}
    said = Sql("NOT (wait_reason = %s AND wait_explanation = %s)", (reason, explanation))
    otherwise = _id(job_id) & among([Status.WAITING]) & said
    return _change(otherwise, EventType.WAITING, now, {}, **fields) is not None


def _release(which: Sql, event_type: EventType, now: datetime, **fields: Any) -> bool:
    """An active job goes back, but one that somebody has asked to cancel ends."""
    if _change(which & NOBODY_STOPS, event_type, now, {}, **fields) is not None:
        return True
    unwanted, ended = which & Sql("cancel_requested_at IS NOT NULL"), states.cancelled(now)
    return _change(unwanted, EventType.CANCELLED, now, {}, **ended) is not None


def _fail(which: Sql, failure: Failure, now: datetime) -> bool:
    fields = states.ended(Status.FAILED, now) | {
        "error": failure.error,
        "error_code": failure.code,
        "is_retryable": failure.is_retryable,
    }
    return _change(which, EventType.FAILED, now, {}, **fields) is not None


def _change(
    which: Sql, event_type: EventType, now: datetime, extra: dict[str, Any], **fields: Any
) -> Job | None:
    """Apply `fields` to the one job that `which` selects, if it still does, and append the event that says so."""
    with transaction.atomic(savepoint=False):
        fields["event_sequence"] = ONE_EVENT_MORE
        unread = ("result",) if event_type == EventType.ACTIVE else UNREAD
        rows = changed(Job, which, fields, without=unread)
        if not rows:
            return None
        (job,) = rows
        if "result" in fields:
            job.result = fields["result"]
        if job.is_final:
            transaction.on_commit(lambda: _leave_line(job), robust=True)
        events.write([events.build(job, event_type, {**events.facts(job), **extra}, now)])
    return job


def _leave_line(job: Job) -> None:
    """A place in a provider's line belongs to a job that waits."""
    policy = runtime().policies.get(provider_of(job.wait_scope) or "")
    if policy:
        runtime().admission.leave(policy, job.id)


def _id(job_id: str) -> Sql:
    return Sql("id = %s", (job_id,))


def _of(claim: Claim) -> Sql:
    """The claim's job, while the claim is held."""
    return _id(claim.job_id) & Sql("status = 'active' AND fence = %s", (claim.fence,))


def _at_least(column: str, value: int) -> Sql:
    return Sql(f"CASE WHEN {column} > %s THEN {column} ELSE %s END", (value, value))


def _exists(which: Sql, end: str = "") -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM jobs_job WHERE {which.text}{end}", which.values)
        return cursor.fetchone() is not None
