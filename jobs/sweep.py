"""Puts right what time or accidents have left behind. Any number of processes may run it at once."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error
from django.db.models import QuerySet
from django.utils import timezone

from jobs import clock, ids, lifecycle, lost_claims, pruning, queue, tasks, uploads, waking
from jobs.claims import LOST_AT_MOST
from jobs.kind import Queue, kind_of, kinds
from jobs.models import Job, Status, WaitReason
from resilience.runtime import runtime
from unilingo.common.clock import SystemClock
from unilingo.common.duty import duty

logger = logging.getLogger(__name__)

BATCH = 200
# How many batches of those whose wait is over one sweep wakes.
WAKING_ROUNDS = 16
# How long a job waits in a queue without messages before its own is thought lost.
RESEND_AFTER = timedelta(seconds=5)
# How long a job that was cancelled, or has failed by no fault of its files, may still be tried again with them.
FILES_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Swept:
    woken: int = 0
    recovered: int = 0
    resent: int = 0
    told: int = 0


_lost_claims = lost_claims.LostClaims(SystemClock())


@duty("jobs.sweep")
def sweep_now() -> None:
    now = clock.now()
    _wake(now)
    _resend_waiting(now)
    _tell_who_is_paused(now)


@duty("jobs.take_back")
def take_back() -> None:
    """Of every worker: what one had watched is gone with it, and must not have to be watched anew."""
    try:
        now = clock.now()
        _recover(_lost_claims.lost(now), now)
    except Error:
        _lost_claims.forget()
        raise


@duty("jobs.sweep_money")
def sweep_money() -> None:
    """Reservations of calls whose worker has died are booked."""
    runtime().ledger.sweep()


@duty("jobs.sweep_uploads")
def sweep_files() -> None:
    remove_unneeded_files(timezone.now())


@duty("jobs.tell_waiting")
def tell_waiting() -> None:
    waking.tell(clock.now())


@duty("jobs.prune")
def prune_now() -> None:
    pruning.prune(timezone.now())


def sweep(now: datetime) -> Swept:
    """By hand: jobs are taken from their workers as soon as their leases have run out."""
    return Swept(
        woken=_wake(now),
        recovered=_recover(lost_claims.run_out(now), now),
        resent=_resend_waiting(now),
        told=_tell_who_is_paused(now),
    )


def _wake(now: datetime) -> int:
    """A batch is a transaction: whoever submits meanwhile waits for one batch and not for all."""
    count = 0
    for _ in range(WAKING_ROUNDS):
        found = [*waking.due(now), *waking.freed()]
        count += tasks.send(lifecycle.wake(found, now=now))
        if len(found) < waking.BATCH:
            break
    return count


def _recover(job_ids: list[str], now: datetime) -> int:
    jobs = Job.objects.filter(pk__in=job_ids, status=Status.ACTIVE).only("id", "queue", "worker")
    taken = [job for job in jobs if lifecycle.recover(job.id, lost_at_most=LOST_AT_MOST, now=now)]
    for job in taken:
        logger.warning(
            "job taken from a silent worker", extra={"job_id": job.id, "worker": job.worker}
        )
    return tasks.send(taken)


def _resend_waiting(now: datetime) -> int:
    """Wake workers again for jobs that wait although the broker holds no message for their queue: it was lost.

    One message, however many wait, and none while there is one: a long queue never floods the broker.
    """
    since = now - RESEND_AFTER
    resent = 0
    for name in Queue:
        startable = [kind for kind in queue.startable() if kind_of(kind).queue == name]
        old = Job.objects.filter(status=Status.WAITING, queue=name, kind__in=startable)
        old = old.filter(enqueued_at__lt=since).order_by()
        if old.exists() and tasks.messages_waiting(name) == 0:
            resent += tasks.wake(name)
    return resent


def _tell_who_is_paused(now: datetime) -> int:
    """Jobs of a paused kind say so, and no longer when it goes on."""
    startable = queue.startable()
    paused = [kind for kind in kinds() if kind not in startable]
    waiting = Job.objects.filter(status=Status.WAITING).order_by()
    newly_paused = waiting.filter(
        wait_reason__in=[WaitReason.QUEUE, WaitReason.FAIRNESS], kind__in=paused
    )
    resumed = waiting.filter(wait_reason=WaitReason.PAUSED, kind__in=startable)
    changes = [
        *((job_id, WaitReason.PAUSED, queue.PAUSED) for job_id in _ids(newly_paused)),
        *((job_id, WaitReason.QUEUE, queue.IN_QUEUE) for job_id in _ids(resumed)),
    ]
    return sum(lifecycle.explain_wait(*change, now=now) for change in changes)


def tell_of_workers(explanation: str, now: datetime) -> int:
    """Jobs that wait for a worker say so: queue.IN_QUEUE, or why none will come at the moment, even to whose turn it is."""
    waits = [WaitReason.QUEUE]
    if explanation != queue.IN_QUEUE:
        waits.append(WaitReason.FAIRNESS)
    waiting = Job.objects.filter(status=Status.WAITING).order_by()
    told = waiting.filter(wait_reason__in=waits).exclude(wait_explanation=explanation)
    return sum(
        lifecycle.explain_wait(job_id, WaitReason.QUEUE, explanation, now=now)
        for job_id in _ids(told)
    )


def _ids(jobs: QuerySet[Job]) -> list[str]:
    return list(jobs.values_list("id", flat=True)[:BATCH])


def remove_unneeded_files(now: datetime) -> int:
    """Files whose job is over, or was never written down. Answers for how many jobs that was."""
    since = now - FILES_KEPT
    owners = uploads.owners()
    needed = set(
        Job.objects.filter(pk__in=owners)
        .exclude(status=Status.COMPLETED)
        .exclude(status=Status.FAILED, is_retryable=False)
        .exclude(finished_at__lt=since)
        .values_list("id", flat=True)
    )
    fresh = {owner for owner in owners if (made := ids.time_of(owner)) is None or made > since}
    known = set(Job.objects.filter(pk__in=fresh).values_list("id", flat=True))
    unneeded = set(owners) - needed - (fresh - known)
    for owner in unneeded:
        uploads.remove(owner)
    return len(unneeded)
