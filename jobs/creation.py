"""New jobs: drafted, and written down with their first events, each work once. All that follows is in lifecycle.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from jobs import events, queue
from jobs.ids import new_job_id
from jobs.inserts import insert
from jobs.kind import kind_of
from jobs.models import EventType, Job, WaitReason


def new_job(
    kind: str,
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
        queue=kind_of(kind).queue,
        identity=identity or job_id,
        input=inputs,
        max_attempts=max_attempts,
        event_sequence=1,
        wait_reason=WaitReason.QUEUE,
        wait_explanation=queue.IN_QUEUE,
        created_at=now,
        enqueued_at=now,
        start_by=now + queue.start_within(kind, inputs),
    )


def create(jobs: Sequence[Job]) -> dict[str, str]:
    """Save new jobs and their first events in one transaction, each work once.

    Answers, by id, with the job that does the work: the new one itself, or one that was there before.
    """
    doing = {job.id: job.id for job in jobs}
    with transaction.atomic(savepoint=False):
        queue.assign_turns(jobs)
        unwritten = list(jobs)
        while insert(unwritten, skip_known=True) < len(unwritten):
            found = Job.objects.filter(identity__in=[job.identity for job in unwritten])
            by_identity = dict(found.values_list("identity", "id"))
            known = [job for job in unwritten if job.identity in by_identity]
            doing |= {job.id: by_identity[job.identity] for job in known}
            # Whose work was being done until a moment ago, by a job that has failed since, does it anew.
            unwritten = [job for job in unwritten if job.identity not in by_identity]
        created = [job for job in jobs if doing[job.id] == job.id]
        news = [events.build(j, EventType.WAITING, events.facts(j), j.created_at) for j in created]
        if news:
            events.save(news)
            transaction.on_commit(lambda: events.announce(news), robust=True)
    return doing


def forget_work(job_ids: Sequence[str], *, ended_before: datetime) -> int:
    """Let the work of these jobs be done anew if their answer is that old. Answers how many it is."""
    return Job.objects.filter(id__in=job_ids, finished_at__lt=ended_before).update(identity=None)
