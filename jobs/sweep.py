"""Puts right what time or accidents have left behind. Any number of processes may run it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import shared_task
from django.db import close_old_connections
from django.db.models import Max, QuerySet
from django.utils import timezone

from jobs import ids, lifecycle, tasks, uploads
from jobs.models import Job, Status
from resilience.runtime import runtime

BATCH = 200
LOST_AT_MOST = 3
# How long a job waits, or is overtaken by, before its message is thought lost.
RESEND_AFTER = timedelta(seconds=5)
# How long a job that was cancelled, or has failed by no fault of its files, may still be tried again with them.
FILES_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Swept:
    woken: int = 0
    recovered: int = 0
    resent: int = 0


@shared_task(name="jobs.sweep")
def sweep_now() -> None:
    """What beat runs every second, in its own process."""
    close_old_connections()
    sweep(timezone.now())


@shared_task(name="jobs.sweep_money")
def sweep_money() -> None:
    """What beat runs every half minute: reservations of calls whose worker has died are booked."""
    close_old_connections()
    runtime().ledger.sweep()


@shared_task(name="jobs.sweep_uploads")
def sweep_files() -> None:
    """What beat runs every minute."""
    close_old_connections()
    remove_unneeded_files(timezone.now())


def sweep(now: datetime) -> Swept:
    return Swept(woken=_wake_due(now), recovered=_recover_lost(now), resent=_resend_waiting(now))


def _wake_due(now: datetime) -> int:
    due = Job.objects.filter(status=Status.DELAYED, next_attempt_at__lte=now).order_by(
        "next_attempt_at"
    )
    return tasks.send(
        [job for job in due.only("id", "queue")[:BATCH] if lifecycle.wake(job.id, now=now)]
    )


def _recover_lost(now: datetime) -> int:
    lost = Job.objects.filter(status=Status.ACTIVE, lease_expires_at__lt=now).order_by(
        "lease_expires_at"
    )
    jobs = lost.only("id", "queue")[:BATCH]
    return tasks.send(
        [job for job in jobs if lifecycle.recover(job.id, lost_at_most=LOST_AT_MOST, now=now)]
    )


def _resend_waiting(now: datetime) -> int:
    """Send again what has waited although its queue is empty, or others have overtaken it: its message was lost."""
    since = now - RESEND_AFTER
    old = Job.objects.filter(status=Status.WAITING, enqueued_at__lt=since)
    resent = 0
    for queue in old.order_by().values_list("queue", flat=True).distinct():
        lost = old.filter(queue=queue) & _without_message(queue)
        jobs = lost.order_by("enqueued_at").only("id", "queue")[:BATCH]
        resent += tasks.send([j for j in jobs if lifecycle.requeue(j.id, since=since, now=now)])
    return resent


def _without_message(queue: str) -> QuerySet[Job]:
    messages = tasks.messages_waiting(queue)
    if messages == 0:
        return Job.objects.all()
    running = Job.objects.filter(status=Status.ACTIVE, queue=queue)
    newest = running.aggregate(at=Max("enqueued_at"))["at"]
    if messages is None or newest is None:
        return Job.objects.none()
    return Job.objects.filter(enqueued_at__lt=newest - RESEND_AFTER)


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
