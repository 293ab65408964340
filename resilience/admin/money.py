"""What staff see of money, its limits and its switches. What was reserved and spent is read-only."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from resilience.models import (
    Budget,
    BudgetPeriod,
    KillSwitch,
    PriceVersion,
    Reservation,
    UsageRecord,
)
from resilience.queries import budget, percent_of, projected
from resilience.runtime import runtime
from resilience.scopes import FLEET, provider_scope
from unilingo.common.read_only import OneByOne, ReadOnlyAdmin
from unilingo.common.words import usd


@admin.register(Budget)
class BudgetAdmin(OneByOne):
    """Limits set by hand: `fleet`, `provider:<name>` or `user:<id>`; empty means no limit."""

    list_display = ("scope", "limit_usd")
    ordering = ("scope",)

    def save_model(self, request: HttpRequest, obj: Budget, form: Any, change: bool) -> None:
        runtime().operations.set_limit(
            obj.limit_usd, actor=request.user.get_username(), scope=obj.scope
        )

    def delete_model(self, request: HttpRequest, obj: Budget) -> None:
        runtime().operations.forget_limit(obj.scope, actor=request.user.get_username())


@admin.register(BudgetPeriod)
class BudgetPeriodAdmin(ReadOnlyAdmin):
    """What this month's money went to, above what each scope has left of its months."""

    change_list_template = "admin/resilience/budgets.html"
    list_display = (
        *("scope", "in_month", "has_spent", "holds", "may_spend", "left", "used", "told"),
        "month_end",
    )
    list_filter = ("month",)
    search_fields = ("scope",)
    ordering = ("-month", "scope")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        current = runtime()
        shown = budget(current.ledger, current.policies, 0, runtime().now())
        context = {"budget": shown, "title": "Budgets", **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description="month", ordering="month")
    def in_month(self, period: BudgetPeriod) -> str:
        return f"{period.month:%Y-%m}"

    @admin.display(description="spent", ordering="spent")
    def has_spent(self, period: BudgetPeriod) -> str:
        return usd(period.spent)

    @admin.display(description="reserved", ordering="reserved")
    def holds(self, period: BudgetPeriod) -> str:
        return usd(period.reserved)

    @admin.display(description="limit")
    def may_spend(self, period: BudgetPeriod) -> str:
        limit = _limit(period)
        return "none" if limit is None else usd(limit)

    @admin.display(description="remaining")
    def left(self, period: BudgetPeriod) -> str:
        limit = _limit(period)
        return (
            "-" if limit is None else usd(max(Decimal(0), limit - period.spent - period.reserved))
        )

    def used(self, period: BudgetPeriod) -> str:
        percent = percent_of(period.spent, _limit(period))
        bar = '<progress max="100" value="{0}" aria-label="used"></progress> {0} %'
        return "-" if percent is None else format_html(bar, percent)

    def told(self, period: BudgetPeriod) -> str:
        """The last mark that was passed, and when."""
        at = period.warned_at
        return f"{period.warned_percent} %, {at:%b %d}" if at and period.warned_percent else "-"

    @admin.display(description="projected month end")
    def month_end(self, period: BudgetPeriod) -> str:
        now = runtime().now()
        is_this_month = (period.month.year, period.month.month) == (now.year, now.month)
        return usd(projected(period.spent, now)) if is_this_month else "-"


def _limit(period: BudgetPeriod) -> Decimal | None:
    return runtime().ledger.limits([period.scope])[period.scope]


@admin.register(UsageRecord)
class UsageRecordAdmin(ReadOnlyAdmin):
    """The sums above the list are of everything the filters let through."""

    list_display = (
        *("created_at", "user_id", "kind", "provider", "model", "took", "cost", "outcome"),
        "duration",
    )
    list_filter = ("provider", "kind", "model", "outcome", "is_estimated", "created_at")
    search_fields = ("user_id", "permit", "request_id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "-id")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        changes = getattr(response, "context_data", {}).get("cl")
        if changes is not None:
            sums = changes.queryset.order_by().aggregate(
                *map(Sum, ("cost_usd", "input_tokens", "output_tokens", "audio_seconds", "images"))
            )
            counted = [sums[f"{name}__sum"] or 0 for name in ("input_tokens", "output_tokens")]
            response.context_data["title"] = (  # type: ignore[attr-defined]
                f"{changes.result_count:,} calls, {usd(sums['cost_usd__sum'] or 0)}: "
                f"{counted[0]:,} tokens in, {counted[1]:,} out, "
                f"{sums['audio_seconds__sum'] or 0:,.0f} s of audio, {sums['images__sum'] or 0:,} images"
            )
        return response

    def took(self, record: UsageRecord) -> str:
        if record.audio_seconds:
            return f"{record.audio_seconds:,.1f} s of audio"
        if record.images:
            return f"{record.images:,} images"
        cached = f" ({record.cached_tokens:,} cached)" if record.cached_tokens else ""
        return f"{record.input_tokens:,}{cached} + {record.output_tokens:,} tokens"

    @admin.display(ordering="cost_usd")
    def cost(self, record: UsageRecord) -> str:
        return f"{usd(record.cost_usd)}{' at most' if record.is_estimated else ''}"

    @admin.display(ordering="duration_ms")
    def duration(self, record: UsageRecord) -> str:
        return f"{record.duration_ms / 1000:.1f} s"


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "permit", "user_id", "provider", "amount", "state", "expires_at")
    list_filter = ("state", "provider", "kind")
    search_fields = ("permit", "user_id")
    ordering = ("-created_at", "id")


@admin.register(PriceVersion)
class PriceVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A price is added, never changed: what was billed with it stays explained."""

    list_display = (
        "provider", "model", "valid_from", "input_per_million", "cached_per_million", "output_per_million",
        "audio_per_hour", "images_per_thousand", "source",
    )  # fmt: skip
    list_filter = ("provider",)
    search_fields = ("model",)
    ordering = ("provider", "model", "-valid_from")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PriceVersion, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        runtime().operations.log(
            request.user.get_username(), "add_price", str(obj), {"source": obj.source}
        )


@admin.register(KillSwitch)
class KillSwitchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """`fleet` or `provider:<name>`."""

    list_display = ("scope", "is_active", "reason", "actor", "month", "changed_at")
    fields = ("scope", "is_active", "reason")
    ordering = ("scope",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("scope",) if obj else ()

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name == "scope":
            scopes = [FLEET, *map(provider_scope, runtime().policies)]
            return forms.ChoiceField(choices=[(scope, scope) for scope in scopes])
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: KillSwitch, form: Any, change: bool) -> None:
        provider = None if obj.scope == FLEET else obj.scope.removeprefix("provider:")
        runtime().operations.set_kill_switch(
            obj.is_active, actor=request.user.get_username(), reason=obj.reason, provider=provider
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
