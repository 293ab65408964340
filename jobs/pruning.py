"""Forgets what is old, in batches that are each one short transaction. Any number of processes may run it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from jobs.models import IdempotencyKey, Job, JobEvent
from jobs.queries import oldest_key
from jobs.webhooks import outbox

BATCH = 200
BATCHES = 10


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many jobs, jobs' events, and idempotency keys have been forgotten."""

    jobs: int = 0
    events_of: int = 0
    keys: int = 0


def prune(now: datetime) -> Pruned:
    """At most BATCHES of each; what is left is for the next time."""
    jobs = events_of = keys = 0
    for _ in range(BATCHES):
        batch = (
            _forget_jobs(now - timedelta(days=settings.JOB_RETENTION_DAYS)),
            _forget_events(now - timedelta(days=settings.EVENT_RETENTION_DAYS)),
            _forget_keys(oldest_key(now)),
        )
        jobs, events_of, keys = jobs + batch[0], events_of + batch[1], keys + batch[2]
        if max(batch) < BATCH:
            break
    return Pruned(jobs, events_of, keys)


def _forget_jobs(ended_before: datetime) -> int:
    """With all that belongs to them: events, steps, keys, and who was to be told."""
    old = Job.objects.filter(finished_at__lt=ended_before).order_by("finished_at")
    ids = list(old.values_list("id", flat=True)[:BATCH])
    with transaction.atomic():
        Job.objects.filter(pk__in=ids, finished_at__lt=ended_before).delete()
        left = Job.objects.filter(pk__in=ids).values_list("id", flat=True)
        outbox.forget(set(ids) - set(left))
    return len(ids)


def _forget_events(ended_before: datetime) -> int:
    """All but the last one, with which a stream ends."""
    old = Job.objects.filter(finished_at__lt=ended_before, events_kept=True).order_by("finished_at")
    ids = list(old.values_list("id", flat=True)[:BATCH])
    with transaction.atomic():
        ended = Job.objects.filter(pk__in=ids, finished_at__lt=ended_before)
        ended.update(events_kept=False)
        earlier = JobEvent.objects.filter(job_id__in=ids, job__finished_at__lt=ended_before)
        earlier.filter(sequence__lt=F("job__event_sequence")).delete()
    return len(ids)


def _forget_keys(made_before: datetime) -> int:
    old = IdempotencyKey.objects.filter(created_at__lt=made_before).order_by("created_at")
    ids = list(old.values_list("id", flat=True)[:BATCH])
    IdempotencyKey.objects.filter(pk__in=ids).delete()
    return len(ids)
