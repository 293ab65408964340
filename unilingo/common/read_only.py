"""Rows that staff see in the admin and the program alone writes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """Of a list or an inline."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic only in the stubs
    """A whole list of them."""
