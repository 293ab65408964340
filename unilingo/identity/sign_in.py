"""Signing in with a password, at /login, /admin/ and /api/auth/token alike."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from resilience.policies import Unit, Window
from unilingo.common.client import client_network
from unilingo.identity import guesses

WINDOW_SECONDS = 900
# Of different names: a school shares an address.
ADDRESS_FACTOR = 10


class CountingBackend(ModelBackend):
    """Django's accounts. One attempt too many is refused unseen, and `request.sign_in_wait` says for how many seconds."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        counts = _counts(request, username) if request and username else {}
        if seconds := guesses.take(counts):
            request.sign_in_wait = seconds  # type: ignore[union-attr]  # ours
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user:
            guesses.give_back(counts)
        return user


def _counts(request: HttpRequest, username: str) -> dict[str, Window]:
    most, address = settings.SIGN_IN_LIMIT, client_network(request)
    if not most:
        return {}
    return {
        f"sign-in:name:{address}:{username.lower()}": _window(most),
        f"sign-in:address:{address}": _window(most * ADDRESS_FACTOR),
    }


def _window(most: int) -> Window:
    return Window(Unit.REQUESTS, most, WINDOW_SECONDS)
