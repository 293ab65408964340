"""Answers that go on after the view has returned. unilingo/asgi.py lets the view's thread go and runs them in its loop."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from django.http import HttpResponse
from rest_framework.response import Response

Frames = Callable[[], AsyncIterator[bytes]]


class EventStream(HttpResponse):
    """A stream of server-sent events; `frames` makes its bytes, and holds no thread and no database connection."""

    def __init__(self, frames: Frames) -> None:
        super().__init__(content_type="text/event-stream; charset=utf-8")
        self.frames = frames
        self["Cache-Control"] = "no-cache, no-transform"
        self["X-Accel-Buffering"] = "no"


class HeldAnswer(Response):
    """An answer that may get better while the client waits (RFC 7240, `Prefer: wait`).

    When `wait` is over, `again` runs on a thread and answers with the final status, headers and data, or None to
    send what this response holds already.
    """

    def __init__(
        self,
        data: Any,
        *,
        wait: Callable[[], Awaitable[None]],
        again: Callable[[], Response | None],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.wait = wait
        self.again = again
