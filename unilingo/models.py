"""Rows of the watch over the fleet: which alerts hold, who is still to be told of a change, and that rows can be written."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class AlertState(models.Model):
    """One alert, fleet-wide. Whoever changes `is_raised` by a conditional UPDATE tells of it, and nobody else.

    `calm_since`: it is raised and has not held since then.
    """

    name = models.CharField(primary_key=True, max_length=32)
    is_raised = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    calm_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Notice(models.Model):
    """One message about one change to one place. It is sent again until that place has taken it."""

    class Channel(models.TextChoices):
        WEBHOOK = "webhook"
        EMAIL = "email"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    alert = models.CharField(max_length=32)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    body = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    # None: nothing more is to be done.
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="notice_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert} {self.channel}"


class Probe(models.Model):
    """One row, written to see whether the database takes writes (unilingo/probes.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"written at {self.at}"
