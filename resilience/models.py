"""The rows of money and of operators: budgets, reservations, usage, prices, switches, breaker history, audit."""

import uuid
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


def dollars(**options: Any) -> "models.DecimalField[Any, Any]":
    """To the billionth, so that the price of one token is exact; 15 digits, which SQLite keeps exactly too."""
    return models.DecimalField(max_digits=15, decimal_places=9, **options)


class Budget(models.Model):
    """An operator's limit for a scope (`fleet`, `provider:<name>`, `user:<id>`), in place of the setting.

    `limit_usd` None: no limit.
    """

    scope = models.CharField(
        primary_key=True,
        max_length=160,
        validators=[RegexValidator("^(fleet|provider:.+|user:.+)$")],
    )
    limit_usd = dollars(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(limit_usd__isnull=True) | Q(limit_usd__gte=0),
                name="budget_limit_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.scope


class BudgetPeriod(models.Model):
    """One scope's month: a new month is a new row. `reserved` is the sum of the scope's held reservations."""

    scope = models.CharField(max_length=160)
    month = models.DateField()
    spent = dollars(default=0)
    reserved = dollars(default=0)
    # The last mark that was told (resilience/crossings.py), of which limit, and when.
    warned_percent = models.PositiveSmallIntegerField(default=0)
    warned_limit = dollars(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "month"], name="period_of_scope_once"),
            models.CheckConstraint(
                condition=Q(spent__gte=0) & Q(reserved__gte=0), name="period_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.month:%Y-%m}"


class Reservation(models.Model):
    """Money held for one call. It is ended once, and only while it is held."""

    class State(models.TextChoices):
        HELD = "held"
        SETTLED = "settled"
        RELEASED = "released"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    permit = models.CharField(max_length=128)
    user_id = models.CharField(max_length=128)
    provider = models.CharField(max_length=32)
    model = models.CharField(max_length=255)
    kind = models.CharField(max_length=32)
    price = models.ForeignKey("PriceVersion", on_delete=models.PROTECT)
    month = models.DateField()
    amount = dollars()
    units = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(state="held"), name="reservation_held"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="reservation_not_negative"),
            models.CheckConstraint(
                condition=Q(state__in=("held", "settled", "released", "expired")),
                name="reservation_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit} {self.state}"


class UsageRecord(models.Model):
    """One call that cost something, as the provider counted it. `is_estimated`: it did not say, or nothing
    that can be, so the most that is likely is booked.
    """

    reservation_id = models.UUIDField(unique=True)
    permit = models.CharField(max_length=128)
    job_id = models.CharField(max_length=64, default="", db_default="")
    user_id = models.CharField(max_length=128)
    provider = models.CharField(max_length=32)
    model = models.CharField(max_length=255)
    kind = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    input_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    reasoning_tokens = models.PositiveIntegerField(default=0)
    audio_seconds = models.FloatField(default=0)
    images = models.PositiveIntegerField(default=0)
    price = models.ForeignKey("PriceVersion", on_delete=models.PROTECT)
    cost_usd = dollars()
    is_estimated = models.BooleanField(default=False)
    raw = models.JSONField(default=dict)
    request_id = models.CharField(max_length=128, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-created_at"], name="usage_newest"),
            models.Index(fields=["user_id", "-created_at"], name="usage_of_user"),
            models.Index(fields=["job_id"], name="usage_of_job"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(cost_usd__gte=0), name="usage_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.permit} {self.cost_usd}"


class PriceVersion(models.Model):
    """What a model costs from a day on, in dollars. A price is never changed: a new one is a new row."""

    provider = models.CharField(max_length=32)
    model = models.CharField(max_length=255)
    valid_from = models.DateField()
    input_per_million = dollars(default=0)
    cached_per_million = dollars(default=0)
    output_per_million = dollars(default=0)
    audio_per_hour = dollars(default=0)
    images_per_thousand = dollars(default=0)
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "model", "valid_from"], name="price_of_day_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    input_per_million__gte=0,
                    cached_per_million__gte=0,
                    output_per_million__gte=0,
                    audio_per_hour__gte=0,
                    images_per_thousand__gte=0,
                ),
                name="price_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.model} from {self.valid_from}"


class KillSwitch(models.Model):
    """Paid work of a scope (`fleet` or `provider:<name>`) is stopped while it is active.

    `month`: set when the limit pulled it by itself; it does not outlast that month.
    """

    scope = models.CharField(primary_key=True, max_length=160)
    is_active = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=150)
    month = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "kill switches"

    def __str__(self) -> str:
        return self.scope


class BreakerTransition(models.Model):
    """One move of a provider's breaker."""

    provider = models.CharField(max_length=32)
    generation = models.PositiveBigIntegerField()
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    reason = models.CharField(max_length=300)
    open_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["provider", "-created_at"], name="transition_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "generation", "created_at"], name="transition_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.generation} {self.after}"


class OperatorAction(models.Model):
    """Who did what to the limits, the money and the breakers."""

    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=32)
    target = models.CharField(max_length=160)
    details = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="action_newest")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.target}"
