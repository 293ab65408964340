"""What staff see of alerts: which hold, and who was told; and what they may do for a learner who asks in writing."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jobs import privacy
from jobs.api.privacy import download
from profiles.admin import ProfileAdmin
from profiles.models import Profile
from unilingo.common.read_only import OneByOne, ReadOnlyAdmin
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


admin.site.unregister(Profile)


@admin.register(Profile)
class LearnerAdmin(OneByOne, ProfileAdmin):
    """Deleting a learner is erasing all that the program keeps of that person."""

    actions = ("export",)  # type: ignore[assignment]  # None in the class above

    @admin.action(description="Download everything about the learner", permissions=["view"])
    def export(self, request: HttpRequest, found: QuerySet[Profile]) -> HttpResponseBase | None:
        if len(found) == 1:
            return download(found[0])
        self.message_user(request, "Select one learner.", messages.WARNING)
        return None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("profiles.delete_profile"))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        named = [f"Everything that is kept of {profile.pk}" for profile in objs]
        return named, {"learners": len(named)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Profile) -> None:
        privacy.erase(obj.pk, actor=request.user.get_username())

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        """Not in Django's own log, which would keep their names."""
        return []
