"""An answer as it goes out: taken apart on the thread that made it, and what it has become since."""

from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.db import Error
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from jobs.api.live import DeferredResponse, EventStream, HeldResponse, Hold
from jobs.errors import JobError
from jobs.intake import Outcome
from unilingo import problems

PIECE_BYTES = 256 * 1024


class Pieces:
    """The body of a streaming response, a bounded piece at a time. Each is made on some thread of the pool, so what
    makes it keeps nothing of a thread between two pieces (unilingo.common.pages.in_chunks).
    """

    def __init__(self, response: StreamingHttpResponse) -> None:
        self._response = response
        self._chunks: Iterator[bytes] = iter(response)

    def take(self) -> tuple[bytes, bool]:
        """The next piece, and whether there may be more."""
        piece = bytearray()
        for chunk in self._chunks:
            piece += chunk
            if len(piece) >= PIECE_BYTES:
                return bytes(piece), True
        return bytes(piece), False

    def close(self) -> None:
        self._response.close()


@dataclass(frozen=True, slots=True)
class Reply:
    """A response taken apart on the thread that made it; `live` is what remains to be run in the event loop."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    live: EventStream | HeldResponse | Pieces | None = None

    @classmethod
    def of(cls, response: HttpResponseBase) -> "Reply":
        if isinstance(response, EventStream):
            del response["Content-Length"]  # that of the empty body it begins with
        headers = _encoded(response)
        headers += [
            (b"set-cookie", morsel.OutputString().encode("latin-1"))
            for morsel in response.cookies.values()
        ]
        if isinstance(response, EventStream):
            return cls(response.status_code, headers, b"", response)
        if isinstance(response, StreamingHttpResponse):
            pieces = Pieces(response)
            first, has_more = pieces.take()
            return cls(response.status_code, headers, first, pieces if has_more else None)
        assert isinstance(response, HttpResponse)
        body = response.content
        return cls(
            response.status_code,
            headers,
            body,
            response if isinstance(response, HeldResponse) else None,
        )


def settled_reply(
    first: Reply, live: DeferredResponse, outcome: Outcome
) -> tuple[Reply, Hold | None]:
    try:
        response = live.respond(outcome)
    except (JobError, Error) as error:
        return refused(first, error), None
    hold = response.hold if isinstance(response, HeldResponse) else None
    return _changed(first, response), hold


def held(first: Reply, hold: Hold) -> Reply:
    try:
        response = hold.again()
    except JobError as error:
        return refused(first, error)
    except Error:
        return first  # which is true: the job is written down
    return first if response is None else _changed(first, response)


def no_address() -> Reply:
    """For what leads nowhere on this server: `*`, or the name of another one to be connected to."""
    return Reply.of(problems.refused_early("VALIDATION_ERROR", problems.NOT_VALID))


def refused(first: Reply, error: Exception) -> Reply:
    request_id = dict(first.headers)[b"x-request-id"].decode("latin-1")
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        return _changed(first, problems.answer(error, {}))


def _changed(first: Reply, response: Response) -> Reply:
    """What a pending answer has become. Headers of the request, such as its id, stay; those of the 202 go."""
    body = JSONRenderer().render(response.data)
    dropped = (b"retry-after", b"content-length", b"location")
    kept = {name: value for name, value in first.headers if name not in dropped}
    changed = dict(_encoded(response))
    own = {b"content-length": b"%d" % len(body), b"content-type": b"application/json"}
    headers = kept | changed | own
    return Reply(response.status_code, list(headers.items()), body)


def _encoded(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.items()
    ]
