"""A request whose body is long is looked at by its head first: who may not ask, or has too much under way, sends no body.

The program runs on the head alone, as if the body were empty, up to the view; what says no there is the answer.
Else the answer is a 100, the body is read, and the request runs as any other (unilingo/asgi.py).
"""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from unilingo import problems
from unilingo.common.caller import caller_of
from unilingo.common.client import client_network
from unilingo.common.head import ROOM

# Of one caller, in one process: the largest body twice, and a little.
BYTES_AT_ONCE = 128 << 20


class GoOn(HttpResponse):
    """The body may come."""

    status_code = 100


class Room:
    """Where a body is to be received. Its size counts for its caller until the request has been answered."""

    _taken: Counter[str] = Counter()
    _lock = threading.Lock()

    def __init__(self, size: int) -> None:
        self.size = size
        self._caller = ""
        self._is_left = False

    def take(self, caller: str) -> bool:
        with self._lock:
            taken = self._taken[caller]
            if self._is_left or taken and taken + self.size > BYTES_AT_ONCE:
                return False
            self._taken[caller] += self.size
            self._caller = caller
        return True

    def __enter__(self) -> "Room":
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_left = True
            if self._caller:
                self._taken[self._caller] -= self.size
                self._taken += Counter()  # drops who has nothing under way
                self._caller = ""


class HeadFirst:
    """Before the check for forgery, which looks for its token in the body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, function: Any, arguments: Any, named: Any
    ) -> HttpResponseBase | None:
        room = request.META.get(ROOM)
        if room is None or function is problems.no_endpoint:
            return None
        if request.method in SAFE_METHODS:
            return _unwanted()
        if not hasattr(function, "cls"):  # a page, whose long forms are all the admin's
            return (
                _received(room, f"staff:{request.user.pk}")
                if request.user.is_staff
                else _unwanted()
            )
        answer: HttpResponseBase = _view(function, room).dispatch(request, *arguments, **named)
        return answer


def _view(function: Any, room: Room) -> Any:
    """The view that the request is for, with a method that only lets the body come."""
    view = function.cls(**function.view_initkwargs)

    def go_on(request: Request, *_: Any, **__: Any) -> HttpResponse:
        has_parser = view.get_content_negotiator().select_parser(request, view.get_parsers())
        if has_parser is None:
            raise UnsupportedMediaType(request.content_type)
        caller = caller_of(request)
        if caller and caller.user_id:
            return _received(room, f"user:{caller.user_id}")
        if caller or settings.TRUST_USER_ID_HEADER:
            return _received(room, f"address:{client_network(request._request)}")
        return _unwanted()

    for method in view.allowed_methods:
        setattr(view, method.lower(), go_on)
    if settings.TRUST_USER_ID_HEADER:
        view.permission_classes = ()  # who it is may stand in the body
    return view


def _unwanted() -> HttpResponse:
    return problems.rendered("PAYLOAD_TOO_LARGE", "No long body is taken here.")


def _received(room: Room, caller: str) -> HttpResponse:
    if room.take(caller):
        return GoOn()
    text = "Too much is being sent at once. Please wait until some of it is through."
    return problems.rendered("RATE_LIMIT_EXCEEDED", text)
