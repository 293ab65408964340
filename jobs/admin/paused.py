"""The kinds that staff have paused."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from jobs import services
from jobs.kind import kinds
from jobs.models import PausedKind
from unilingo.common.read_only import OneByOne


@admin.register(PausedKind)
class PausedKindAdmin(OneByOne):
    """Adding a row pauses a kind, deleting it resumes it."""

    list_display = ("kind", "reason", "actor", "paused_at")
    fields = ("kind", "reason")
    ordering = ("kind",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "kind":
            return forms.ChoiceField(choices=[(name, name) for name in kinds()])
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: PausedKind, form: Any, change: bool) -> None:
        actor = request.user.get_username()
        services.pause_kind(obj.kind, actor=actor, reason=obj.reason)

    def delete_model(self, request: HttpRequest, obj: PausedKind) -> None:
        services.resume_kind(obj.kind, actor=request.user.get_username())
