"""What staff see of breakers, with a button for each command, and of every command and who gave it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from resilience.models import BreakerTransition, OperatorAction
from resilience.queries import circuit_breakers
from resilience.runtime import runtime
from resilience.store import Command, StoreUnavailable
from unilingo.common.read_only import ReadOnlyAdmin

# What the button of each command says, what is said when it is done, and what it means, before it is.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "reset": ("Reset", "reset to closed", "It closes at once, and calls are made again."),
    "force_open": (
        "Force open",
        "forced open",
        "It is not called until its breaker is reset or automatic again. Its jobs wait, none is lost.",
    ),
    "force_closed": (
        "Force closed",
        "forced closed",
        "It is called, however many calls fail, until its breaker is reset or automatic again.",
    ),
    "auto": ("Automatic", "back to automatic", "What its calls bring opens and closes it again."),
}
NO_REDIS = "Redis does not answer."
FEW = 5


@admin.register(BreakerTransition)
class BreakerTransitionAdmin(ReadOnlyAdmin):
    """The breakers as they are now, with a button for each command, above their history. A button asks first."""

    change_list_template = "admin/resilience/breakers.html"
    list_display = ("created_at", "provider", "before", "after", "reason", "open_until")
    list_per_page = 50
    list_filter = ("provider", "after")
    ordering = ("-created_at", "-generation")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        current = runtime()
        try:
            breakers = circuit_breakers(current.store, current.policies.values())
        except StoreUnavailable:
            self.message_user(request, NO_REDIS, messages.ERROR)
            breakers = {}
        shown = {"breakers": breakers.values(), "commands": COMMANDS, "title": "Circuit breakers"}
        return super().changelist_view(request, {**(extra_context or {}), **shown})

    def get_urls(self) -> list[URLPattern]:
        command = self.admin_site.admin_view(self.command)
        address = "<str:provider>/<str:command>/"
        return [path(address, command, name="resilience_breaker_command"), *super().get_urls()]

    def command(self, request: HttpRequest, provider: str, command: Command) -> HttpResponse:
        may = request.user.has_perm("resilience.change_breakertransition")
        if not may or command not in COMMANDS or provider not in runtime().policies:
            raise PermissionDenied
        try:
            if request.method != "POST":
                return self._ask(request, provider, command)
            reason = request.POST.get("reason", "")[:300]
            runtime().operations.command_breaker(
                provider, command, actor=request.user.get_username(), reason=reason
            )
        except StoreUnavailable:
            self.message_user(request, NO_REDIS, messages.ERROR)
        else:
            self.message_user(request, f"{provider}: {COMMANDS[command][1]}")
        return redirect("admin:resilience_breakertransition_changelist")

    def _ask(self, request: HttpRequest, provider: str, command: Command) -> HttpResponse:
        current = runtime()
        breaker = circuit_breakers(current.store, [current.policies[provider]])[provider]
        button, _, meaning = COMMANDS[command]
        asked = {"breaker": breaker, "button": button, "meaning": meaning}
        title = {"title": f"{button}: the breaker of {provider}?", "opts": self.opts}
        context = {**self.admin_site.each_context(request), **title, **asked}
        return TemplateResponse(request, "admin/resilience/ask.html", context)


@admin.register(OperatorAction)
class OperatorActionAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "actor", "action", "target", "told")
    list_filter = ("action", "actor")
    ordering = ("-created_at", "-id")

    @admin.display(description="details")
    def told(self, action: OperatorAction) -> str:
        """Of many jobs how many they are; its page names them."""
        said = (f"{name}: {_words(value)}" for name, value in action.details.items())
        return "; ".join(words for words in said if not words.endswith(": "))


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) if len(value) <= FEW else str(len(value))
    return "none" if value is None else str(value)
