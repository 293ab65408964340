"""Whom a user wants told, and what is still to be told."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Endpoint(models.Model):
    """One address for all that happens to a user's jobs. Each secret signs; the one before goes after a day.

    `url` empty: the user has a secret, and names an address with each request.
    """

    user_id = models.CharField(primary_key=True, max_length=128)
    url = models.CharField(max_length=500, blank=True, default="")
    secret = models.CharField(max_length=64)
    previous_secret = models.CharField(max_length=64, blank=True, default="")
    secret_changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.user_id


class Subscription(models.Model):
    """An address that is told how this job ends. `url` empty: the user's endpoint, wherever that is by then."""

    job_id = models.CharField(max_length=64)
    url = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job_id", "url"], name="subscription_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.url or 'endpoint'}"


class Delivery(models.Model):
    """One message to one address, sent again until that has taken it or a day is over. `subject`: what it is about, told once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user_id = models.CharField(max_length=128)
    url = models.CharField(max_length=500)
    type = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    body = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    # None: nothing more is to be done.
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_failure = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-created_at"], name="delivery_of_user"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_due",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "url"], name="delivery_once"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"
