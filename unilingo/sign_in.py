"""Signing in with a password, at /login, /admin/ and /api/auth/token alike: how often somebody may be wrong.

An attempt is counted before the password is looked at and given back if it was right, so that many at once guess no
more often than one after the other. While Redis is away nothing is counted.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from resilience.policies import Unit, Window
from resilience.runtime import runtime
from unilingo.common.client import client_network

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
        taken = runtime().requests.take(counts) if counts else None
        if request and taken and taken.wait_ms:
            request.sign_in_wait = taken.wait_ms / 1000  # type: ignore[attr-defined]  # ours
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user and taken:
            runtime().requests.take(counts, -1)
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
