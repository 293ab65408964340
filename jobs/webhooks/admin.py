"""What was told to whom, and to tell it again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from jobs.webhooks.models import Delivery
from jobs.webhooks.services import send_again
from resilience.runtime import runtime
from unilingo.common.read_only import ReadOnlyAdmin


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = (
        *("created_at", "type", "subject", "user_id", "attempts", "delivered_at"),
        "last_failure",
    )
    list_filter = ("type", ("delivered_at", admin.EmptyFieldListFilter))
    search_fields = ("subject", "user_id")
    ordering = ("-created_at",)
    actions = ("resend",)

    @admin.action(description="Send again", permissions=["change_delivery"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        ids = list(queryset.values_list("pk", flat=True))
        sent = sum(send_again(pk, timezone.now()) for pk in ids)
        actor = request.user.get_username()
        runtime().operations.log(actor, "resend_webhooks", f"{sent} deliveries", {})
        self.message_user(request, f"{sent} sent again.", messages.SUCCESS)

    def has_change_delivery_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("webhooks.change_delivery")
