"""Answers that go on after the view has returned. unilingo/asgi.py lets the view's thread go and runs them in its loop."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from rest_framework.response import Response

from jobs.intake import Outcome
from jobs.services import Submitted

Frames = Callable[[], AsyncGenerator[bytes, None]]


class EventStream(HttpResponse):
    """A stream of server-sent events; `frames` makes its bytes, and holds no thread and no database connection.

    Before its first bytes `frames` may raise JobRefused, which is answered instead.
    """

    def __init__(self, frames: Frames) -> None:
        super().__init__(content_type="text/event-stream; charset=utf-8")
        self.frames = frames
        self["Cache-Control"] = "no-cache, no-transform"
        self["X-Accel-Buffering"] = "no"


@dataclass(frozen=True, slots=True)
class Hold:
    """What makes an answer better while the client waits (RFC 7240, `Prefer: wait`).

    When `wait` is over, `again` runs on a thread and gives the final response, or None to send the first one.
    """

    wait: Callable[[], Awaitable[None]]
    again: Callable[[], Response | None]


class HeldResponse(Response):
    """A 202 that may be held back."""

    def __init__(self, data: Any, *, hold: Hold | None, headers: Mapping[str, str]) -> None:
        super().__init__(data, status=202, headers=dict(headers))
        self.hold = hold


class DeferredResponse(HeldResponse):
    """The 202 of a job that is being written down: it is sent once `saved` is done, which raises JobRefused.

    When another job does the work, `respond` runs on a thread and gives the response for that one.
    """

    def __init__(
        self,
        data: Any,
        *,
        submitted: Submitted,
        respond: Callable[[Outcome], Response],
        hold: Hold | None,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(data, hold=hold, headers=headers)
        self.submitted = submitted
        self.respond = respond
