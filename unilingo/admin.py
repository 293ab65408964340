"""What staff see of alerts: which hold, and who was told. Written by the watch only."""

from django.contrib import admin

from unilingo.common.read_only import ReadOnlyAdmin
from unilingo.models import AlertState, Notice


@admin.register(AlertState)
class AlertStateAdmin(ReadOnlyAdmin):
    list_display = ("name", "is_raised", "changed_at")
    ordering = ("-is_raised", "name")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "alert", "kind", "channel", "attempts", "sent_at")
    list_filter = ("channel", "alert")
    ordering = ("-created_at",)

    @admin.display
    def kind(self, notice: Notice) -> str:
        return str(notice.body.get("type", ""))
