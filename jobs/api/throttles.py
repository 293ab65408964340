"""How often one user and one address may ask: exact sliding windows over all web processes, told in standard headers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from jobs import queries
from jobs.api.idempotency import key_of
from jobs.intake import Draft
from resilience.policies import Unit, Window
from resilience.runtime import runtime
from resilience.store import Taken, WindowState
from unilingo.common.caller import caller_of
from unilingo.common.client import client_network
from unilingo.common.head import is_body_awaited, is_costly
from unilingo.common.timestamps import iso

if TYPE_CHECKING:  # views.py reads the settings that name this module
    from rest_framework.views import APIView


class TooManyRequests(Throttled):
    """`wait`: seconds until one more is allowed."""

    def __init__(self, scope: str, strictest: "StrictestLimit") -> None:
        again = f"Try again after {strictest.reset}"
        super().__init__(detail=f"{strictest.whose} rate limit exceeded for {scope}. {again}")
        self.wait = strictest.seconds


@dataclass(frozen=True, slots=True)
class StrictestLimit:
    """The window that has least left, as every answer tells it. `reset`: the time in `seconds` from now."""

    whose: str
    window: Window
    left: int
    seconds: int
    reset: str

    @classmethod
    def of(cls, counts: dict[str, Window], taken: Taken) -> "StrictestLimit":
        """The store counts by slices, so this may be a little more than the window: whoever waits so long is let in."""
        states = zip(counts.items(), taken.windows, strict=True)
        (key, window), state = min(states, key=lambda pair: _left(pair[1]))
        seconds = math.ceil(max(state.reset_ms, taken.wait_ms) / 1000)
        return cls(
            whose=key.split(":")[1].capitalize(),
            window=window,
            left=_left(state),
            seconds=seconds,
            reset=iso(timezone.now() + timedelta(seconds=seconds)),
        )


@dataclass(frozen=True, slots=True)
class Charge:
    """One request that was counted."""

    scope: str
    counts: dict[str, Window]

    def give_back(self) -> dict[str, str]:
        """The request costs nothing after all. Returns the headers that say so."""
        taken = runtime().requests.take(self.counts, -1) if self.counts else None
        return _headers(self.scope, StrictestLimit.of(self.counts, taken)) if taken else {}


class GeneralLimit(BaseThrottle):
    """For endpoints that do not count their requests themselves."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        counted = charge(request, "general")
        if is_body_awaited(request._request):
            counted.give_back()  # to be counted when the body is there
        return True


class WorkLimit(BaseThrottle):
    """For views that make jobs: their `limit` counts a request once it is known to be valid (`charge_work`).

    A form or a long body costs something whatever is in it: until then it counts among the general requests.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        if is_body_awaited(request._request):
            charge(request, "general").give_back()
            charge(request, view.limit, is_free=lambda: _has_known_key(request)).give_back()
        elif is_costly(request._request):
            request._request.until_valid = charge(request, "general")  # type: ignore[attr-defined]  # ours
        return True


def charge_work(request: Request, limit: str, draft: Draft) -> Charge:
    """Count a valid request for work, unless that is known. Raises TooManyRequests."""
    counted = charge(request, limit, is_free=lambda: queries.is_known(draft.job, draft.key))
    if until_valid := getattr(request._request, "until_valid", None):
        until_valid.give_back()
    return counted


def _has_known_key(request: Request) -> bool:
    caller = caller_of(request)
    if caller is None or caller.user_id is None:
        return False
    return queries.is_key_known(caller.user_id, key_of(request), timezone.now())


def charge(request: Request, scope: str, *, is_free: Callable[[], bool] = lambda: False) -> Charge:
    """Count this request. Raises TooManyRequests; `is_free` is asked only when it would be one too many.

    The headers are left on the request, for unilingo.middleware.CommonHeaders.
    """
    counts = _counts(request, scope)
    taken = runtime().requests.take(counts) if counts else None
    if taken is None:
        return Charge(scope, {})
    strictest = StrictestLimit.of(counts, taken)
    request._request.rate_limit_headers = _headers(scope, strictest)  # type: ignore[attr-defined]  # ours
    if taken.wait_ms == 0:
        return Charge(scope, counts)
    if is_free():
        return Charge(scope, {})
    raise TooManyRequests(scope, strictest)


def _counts(request: Request, scope: str) -> dict[str, Window]:
    limit = settings.REQUEST_LIMITS[scope]
    caller = caller_of(request)
    named = {
        f"{scope}:user:{caller.user_id}" if caller and caller.user_id else "": limit.per_user,
        f"{scope}:address:{client_network(request._request)}": limit.per_address,
    }
    return {
        key: Window(Unit.REQUESTS, most, limit.seconds)
        for key, most in named.items()
        if key and most
    }


def _headers(scope: str, strictest: StrictestLimit) -> dict[str, str]:
    """As draft-ietf-httpapi-ratelimit-headers has them, and the original's."""
    window = strictest.window
    return {
        "RateLimit-Policy": f'"{scope}";q={window.limit};w={window.seconds}',
        "RateLimit": f'"{scope}";r={strictest.left};t={strictest.seconds}',
        "X-RateLimit-Limit": str(window.limit),
        "X-RateLimit-Remaining": str(strictest.left),
        "X-RateLimit-Reset": strictest.reset,
    }


def _left(state: WindowState) -> int:
    return max(0, state.limit - state.used)
