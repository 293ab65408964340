"""Reads. Every function that a client's request reaches takes the owner; a stranger's job does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce

from jobs.errors import JobNotFound
from jobs.kind import Queue, kinds
from jobs.models import FINAL, EventType, IdempotencyKey, Job, JobEvent, PausedKind, Status
from unilingo.common import lookups
from unilingo.common.pages import Cursor, older_than

# So that the look at the newest stays short; a kind that is rarer than this is not judged.
ENDED_LOOKED_AT = 1000
KEY_HOURS = 24


def title() -> Coalesce:
    """What people know a job by: the member of its input that its kind names, or the name of its first file."""
    members = dict.fromkeys(kind.titled_by for kind in kinds().values() if kind.titled_by)
    return Coalesce(
        *(KeyTextTransform(name, "input") for name in members),
        KeyTextTransform("name", KeyTransform(0, KeyTransform("files", "input"))),
        Value(""),
        output_field=TextField(),
    )


def job_for(user_id: str | None, job_id: str, *, with_input: bool = False) -> Job:
    """The caller's job. `user_id` None is for callers who may see every job. Raises JobNotFound."""
    if "\x00" in job_id:
        raise JobNotFound  # PostgreSQL would refuse the question
    owned = {} if user_id is None else {"user_id": user_id}
    job = lookups.row(Job, without=() if with_input else ("input",), id=job_id, **owned)
    if job is None:
        raise JobNotFound
    return job


def exists(job_id: str) -> bool:
    return Job.objects.filter(pk=job_id).exists()


def oldest_answer(now: datetime) -> datetime:
    """What has ended before answers for nobody any more."""
    return now - timedelta(hours=settings.RESULT_CACHE_HOURS)


def oldest_key(now: datetime) -> datetime:
    """An Idempotency-Key that came before is new again, however long answers are kept."""
    return now - timedelta(hours=KEY_HOURS)


def is_known(job: Job, idempotency_key: str) -> bool:
    """Is there a job that does the work of this new one, or did its key come before?"""
    is_answer = Q(finished_at__gte=oldest_answer(job.created_at))
    answers = Q(finished_at__isnull=True) | is_answer
    if Job.objects.filter(answers, identity=job.identity).exists():
        return True
    return is_key_known(job.user_id, idempotency_key, job.created_at)


def is_key_known(user_id: str, key: str, now: datetime) -> bool:
    """Has this learner asked with this Idempotency-Key before?"""
    since = oldest_key(now)
    keys = IdempotencyKey.objects.filter(user_id=user_id, created_at__gte=since)
    return bool(key) and keys.filter(key=key).exists()


def done_before(job: Job) -> Job | None:
    """The job that has done this work and still answers for it."""
    unread = ("input",)
    asked = f"SELECT {lookups.columns(Job, unread)} FROM jobs_job WHERE identity = %s AND finished_at >= %s"
    values = [job.identity, oldest_answer(job.created_at)]
    return next(iter(lookups.rows(Job, asked, values, unread)), None)


def jobs_of(
    user_id: str, *, status: str = "", kind: str = "", after: Cursor | None = None, limit: int
) -> list[Job]:
    """Newest first, without what was handed in and what came out; each with the `title` that its input gives it."""
    wanted = Q(user_id=user_id)
    if status:
        wanted &= Q(status=status)
    if kind:
        wanted &= Q(kind=kind)
    rows = Job.objects.filter(wanted & older_than(after, "created_at")).annotate(title=title())
    rows = rows.defer("input", "result")
    return list(rows.order_by("-created_at", "-id")[:limit])


def events_after(job_id: str, sequence: int, limit: int) -> list[JobEvent]:
    rows = JobEvent.objects.filter(job_id=job_id, sequence__gt=sequence)
    return list(rows.select_related("job").defer("job__input").order_by("sequence")[:limit])


def partial_of(job: Job) -> dict[str, Any]:
    """What was told so far of the result of a job that has not ended, put together; empty without any."""
    told = JobEvent.objects.filter(
        job_id=job.id, type=EventType.PARTIAL, sequence__gt=job.retried_at_sequence
    )
    whole: dict[str, Any] = {}
    for news in told.order_by("sequence").values_list("data", flat=True):
        for name, items in news.items():
            if isinstance(items, list):
                whole[name] = [*whole.get(name, [])[: news["from"]], *items]
    return {**whole, "from": 0} if whole else {}


def newest_sequences(job_ids: Sequence[str]) -> dict[str, int]:
    return dict(Job.objects.filter(pk__in=job_ids).values_list("id", "event_sequence"))


def events_of_user_after(user_id: str, row_id: int, limit: int) -> list[JobEvent]:
    rows = JobEvent.objects.filter(user_id=user_id, id__gt=row_id)
    return list(rows.select_related("job").defer("job__input").order_by("id")[:limit])


def last_event_of_user(user_id: str) -> int:
    row = (
        JobEvent.objects.filter(user_id=user_id)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
    )
    return row or 0


def unfinished_jobs_of(user_id: str, limit: int) -> list[Job]:
    unfinished = Job.objects.filter(user_id=user_id).exclude(status__in=FINAL)
    return list(unfinished.defer("input", "result").order_by("-created_at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class QueueCounts:
    by_status: dict[str, int]
    by_kind: dict[str, dict[str, int]]
    oldest_waiting_at: datetime | None


def queue_counts(queue: Queue | None = None) -> QueueCounts:
    """Of one queue, or of all."""
    jobs = Job.objects.filter(queue=queue) if queue else Job.objects.all()
    by_status = dict.fromkeys(Status.values, 0)
    by_kind: dict[str, dict[str, int]] = {}
    rows = jobs.values_list("kind", "status").annotate(n=Count("id")).order_by("kind")
    for kind, status, count in rows:
        by_status[status] += count
        by_kind.setdefault(kind, {})[status] = count
    oldest = jobs.filter(status=Status.WAITING).aggregate(at=Min("enqueued_at"))["at"]
    return QueueCounts(by_status, by_kind, oldest)


def asked_at() -> Case:
    """When a job was asked for; one that was tried again, when that was."""
    retry = JobEvent.objects.filter(
        job_id=OuterRef("pk"), sequence=OuterRef("retried_at_sequence") + 1
    )
    since_then = Coalesce(Subquery(retry.values("created_at")), F("created_at"))
    return Case(When(retried_at_sequence=0, then=F("created_at")), default=since_then)


def delayed_by_reason() -> list[tuple[str, int, datetime]]:
    """What delayed jobs wait for, how many for the same, and when the first of them was asked for."""
    delayed = Job.objects.filter(status=Status.DELAYED).values_list("wait_reason")
    found = delayed.annotate(n=Count("id"), oldest=Min(asked_at()))
    return list(found.order_by("-n", "wait_reason"))


class Ended(NamedTuple):
    """A job that has ended. `started_at` None: it was cancelled before."""

    kind: str
    user_id: str
    status: str
    error_code: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime


def ended_since(since: datetime, limit: int) -> list[Ended]:
    """Newest first, and so many at most."""
    rows = Job.objects.filter(finished_at__gte=since).order_by("-finished_at")
    rows = rows.annotate(asked_at=asked_at())
    return [Ended(*row) for row in rows.values_list(*Ended._fields)[:limit]]


def failing_kinds(last: int, since: datetime) -> list[str]:
    """Kinds of which the last so many jobs that ended have all failed, of the newest that ended since then."""
    ended = Job.objects.filter(
        finished_at__gte=since, status__in=(Status.COMPLETED, Status.FAILED)
    ).order_by("-finished_at")
    newest: dict[str, list[str]] = {}
    for kind, status in ended.values_list("kind", "status")[:ENDED_LOOKED_AT]:
        newest.setdefault(kind, []).append(status)
    return sorted(
        kind
        for kind, states in newest.items()
        if len(states) >= last and Status.COMPLETED not in states[:last]
    )


def paused_kinds() -> dict[str, str]:
    """Why, by kind."""
    return dict(PausedKind.objects.values_list("kind", "reason"))


def silent_jobs(lease_ends_before: datetime) -> int:
    """How many jobs are being worked on by somebody who has not renewed the lease."""
    silent = Job.objects.filter(status=Status.ACTIVE, lease_expires_at__lt=lease_ends_before)
    return silent.count()


def newest_failures(limit: int) -> list[Job]:
    """Each with `has_files`."""
    failed = Job.objects.filter(status=Status.FAILED).defer("input", "result")
    failed = failed.annotate(has_files=Q(input__files__0__isnull=False))
    return list(failed.order_by("-created_at", "-id")[:limit])
