"""What staff see of alerts: which hold, and who was told. Written by the watch only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from unilingo.models import AlertState, Notice


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AlertState)
class AlertStateAdmin(ReadOnly):
    list_display = ("name", "is_raised", "changed_at")
    ordering = ("-is_raised", "name")


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ("created_at", "alert", "kind", "channel", "attempts", "sent_at")
    list_filter = ("channel", "alert")
    ordering = ("-created_at",)

    @admin.display
    def kind(self, notice: Notice) -> str:
        return str(notice.body.get("type", ""))
