"""A job, its events and its finished steps. The row is the truth; messages and pushed events are only news of it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from jobs.kind import Queue


class Status(models.TextChoices):
    """docs/job-lifecycle.md draws the transitions; jobs/lifecycle.py is the only writer."""

    WAITING = "waiting"
    ACTIVE = "active"
    DELAYED = "delayed"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})


class WaitReason(models.TextChoices):
    QUEUE = "queue"
    RATE_LIMIT = "rate_limit"
    CIRCUIT_OPEN = "circuit_open"
    RETRY = "retry"
    BUDGET = "budget"
    PAUSED = "paused"
    FAIRNESS = "fairness"


class Job(models.Model):
    """`fence` counts the claims: every write of a run names the one it was made under, so a late one changes nothing."""

    id = models.CharField(primary_key=True, max_length=64)
    user_id = models.CharField(max_length=128)
    kind = models.CharField(max_length=32)
    queue = models.CharField(max_length=32, choices=[(q.value, q.value) for q in Queue])
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.WAITING)
    # What makes it the same work as another request (jobs/identity.py); none once it answers for no other.
    identity = models.CharField(max_length=64, null=True, blank=True, unique=True)
    input = models.JSONField()
    result = models.JSONField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True, default="")
    error_code = models.CharField(max_length=64, blank=True, default="")
    is_retryable = models.BooleanField(default=False)

    progress = models.PositiveSmallIntegerField(default=0)
    progress_message = models.CharField(max_length=200, blank=True, default="")
    attempts_made = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    event_sequence = models.PositiveIntegerField(default=0)

    fence = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=128, blank=True, default="")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    lost_count = models.PositiveSmallIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    # What came before belongs to a life that has ended: new streams begin behind it.
    retried_at_sequence = models.PositiveIntegerField(default=0)

    wait_reason = models.CharField(
        max_length=16, choices=WaitReason.choices, blank=True, default=""
    )
    wait_explanation = models.CharField(max_length=300, blank=True, default="")
    # For whose room it waits, or has waited last (resilience/scopes.py), and the dollars that its call needs.
    wait_scope = models.CharField(max_length=160, blank=True, default="", db_default="")
    wait_cost = models.DecimalField(max_digits=15, decimal_places=9, null=True, blank=True)
    # A delayed job's number in the guard's line, counted from 1, when it was last told.
    wait_place = models.PositiveIntegerField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    # Whose turn it is among the jobs that wait (jobs/queue.py).
    turn = models.PositiveBigIntegerField(default=0)

    created_at = models.DateTimeField()
    enqueued_at = models.DateTimeField()
    # Orders those who have the same turn: the less there is to do, the sooner (jobs/queue.py).
    start_by = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    # What its owner wants to pay for it at most, in dollars.
    max_cost_usd = models.DecimalField(max_digits=15, decimal_places=9, null=True, blank=True)
    # Somebody is to be told how it ends (jobs/webhooks).
    notifies = models.BooleanField(default=False, db_default=False)
    # Until what happened before its end has been forgotten (jobs/pruning.py).
    events_kept = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-created_at", "-id"], name="job_of_user"),
            # For operators: the newest of all, and counts by state.
            models.Index(fields=["-created_at", "-id"], name="job_newest"),
            models.Index(fields=["status", "queue", "kind"], name="job_by_state"),
            models.Index(
                fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_ended"
            ),
            models.Index(
                fields=["finished_at"],
                condition=Q(finished_at__isnull=False, events_kept=True),
                name="job_with_old_events",
            ),
            models.Index(
                fields=["queue", "enqueued_at"], condition=Q(status="waiting"), name="job_waiting"
            ),
            models.Index(
                fields=["kind", "turn", "start_by"],
                condition=Q(status="waiting"),
                name="job_next_of_kind",
            ),
            models.Index(
                fields=["queue", "user_id", "turn"],
                condition=Q(status="waiting"),
                name="job_last_of_user",
            ),
            models.Index(
                fields=["wait_reason", "kind"], condition=Q(status="waiting"), name="job_waits_for"
            ),
            # The status leads, since SQLite would rather sort all that `job_by_state` finds than read a range.
            models.Index(
                fields=["status", "next_attempt_at"],
                condition=Q(status="delayed"),
                name="job_delayed",
            ),
            models.Index(
                fields=["status", "wait_scope", "wait_reason"],
                condition=Q(status="delayed"),
                name="job_delayed_for",
            ),
            models.Index(
                fields=["status", "lease_expires_at"],
                condition=Q(status="active"),
                name="job_active",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="job_status_known"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_percent"),
            models.CheckConstraint(
                condition=Q(attempts_made__lte=F("max_attempts")), name="job_attempts_bounded"
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(lease_expires_at__isnull=False),
                name="job_active_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(status="delayed") | Q(next_attempt_at__isnull=False),
                name="job_delayed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def explanation(self) -> str:
        """What it waits for, in words, with its number in line."""
        if self.status == Status.DELAYED and self.wait_place:
            return f"{self.wait_explanation} Number {self.wait_place} in line."
        return self.wait_explanation


class EventType(models.TextChoices):
    WAITING = "waiting"
    ACTIVE = "active"
    PROGRESS = "progress"
    PARTIAL = "partial"
    DELAYED = "delayed"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


# What is told on the way, and changes no state.
ON_THE_WAY = frozenset({EventType.PROGRESS, EventType.PARTIAL})


class JobEvent(models.Model):
    """One thing that happened to a job, written in the transaction of the change. `data` is what a stream carries."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    # The job's owner, once more: the stream of all jobs of a user reads by it, in the order of the ids.
    user_id = models.CharField(max_length=128)
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=16, choices=EventType.choices)
    data = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user_id", "id"], name="event_of_user")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "sequence"], name="event_sequence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.sequence} {self.type}"


class JobStep(models.Model):
    """The answer of a finished step, kept so that it is not paid for again. `fence`: the claim it was made under."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=64)
    input_hash = models.CharField(max_length=64)
    value = models.JSONField(null=True)
    # What it took; None of one that was finished before anybody looked.
    seconds = models.FloatField(null=True)
    fence = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "name"], name="step_of_job_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.name}"


class PausedKind(models.Model):
    """No job of this kind is started while the row is there. `reason` is for operators."""

    kind = models.CharField(max_length=32, primary_key=True)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=150)
    paused_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.kind


class IdempotencyKey(models.Model):
    """A key that a client has sent with a request, and the job it was answered with. `fingerprint` is the request's."""

    user_id = models.CharField(max_length=128)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="idempotency_keys")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
