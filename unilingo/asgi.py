"""The web process: every request runs through Django on a fixed pool of threads; what goes on after that, here.

Django's own ASGI handler takes a fresh thread and a fresh database connection for each request, at twice the CPU
(docs/decisions/0002). So this small application reads the body (bounded), lets Django answer on a thread that keeps
its connection, and runs the answers of jobs/api/live.py in the event loop, where they hold neither.
"""

import asyncio
import gc
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import django
import structlog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unilingo.settings")  # noqa: TID251  where Django looks for its settings
django.setup()

from django.conf import settings  # noqa: E402
from django.core import signals  # noqa: E402
from django.core.handlers.base import BaseHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIRequest  # noqa: E402
from django.db import DatabaseError  # noqa: E402
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse  # noqa: E402
from django.urls import resolve, set_script_prefix  # noqa: E402
from rest_framework.renderers import JSONRenderer  # noqa: E402
from rest_framework.response import Response  # noqa: E402

from jobs import services  # noqa: E402
from jobs.api.live import EventStream, HeldAnswer, Hold, PendingAnswer  # noqa: E402
from jobs.api.views import hub  # noqa: E402
from jobs.errors import JobError  # noqa: E402
from jobs.intake import Outcome, intake  # noqa: E402
from unilingo import problems, workers  # noqa: E402
from unilingo.http import body_limit  # noqa: E402
from unilingo.monitoring import series  # noqa: E402

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PIECE_BYTES = 256 * 1024

DRAINED_BYTES = 64 << 20
DRAINED_SECONDS = 10.0


class ClientGone(Exception):
    """The client left before its request was read."""


class BodyTooLarge(Exception):
    """More bytes than unilingo.http.body_limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.is_read = False


class Pieces:
    """The body of a streaming response, a bounded piece at a time. Each is made on some thread of the pool, so what
    makes it keeps nothing of a thread between two pieces (profiles.queries.in_chunks).
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
    live: EventStream | HeldAnswer | Pieces | None = None

    @classmethod
    def of(cls, response: HttpResponseBase) -> "Reply":
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in response.items()
        ]
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
            response if isinstance(response, HeldAnswer) else None,
        )


class Application(BaseHandler):
    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()
        self.requests = 0  # being answered at the moment
        self._threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            intake.gather()
            await asyncio.to_thread(_warm_up)
            speaker = asyncio.create_task(_say_alive())
            await _lifespan(receive, send)
            speaker.cancel()
            await asyncio.to_thread(series.tell)
        elif scope["type"] == "http":
            self.requests += 1
            try:
                await self._serve(scope, receive, send)
            except ClientGone:
                return
            finally:
                self.requests -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        with SpooledTemporaryFile(settings.REQUEST_MAX_BYTES) as body:
            try:
                size = await _read_body(scope, receive, body)
            except BodyTooLarge as error:
                if not error.is_read:
                    await _drain(scope, receive)
                # unilingo.middleware.BodyLimit answers, with the headers that every answer has.
                size = error.limit + 1
            environ = _environ(scope, body, size)
            reply = await loop.run_in_executor(self._threads, self._answer, environ)
        if isinstance(reply.live, HeldAnswer):
            reply = await self._settle(reply, reply.live, receive)
        if isinstance(reply.live, EventStream):
            await _until(_stream(send, reply, reply.live), receive)
        elif isinstance(reply.live, Pieces):
            await _until(self._send_pieces(send, reply, reply.live), receive)
        else:
            await _send_reply(send, reply)

    async def _settle(self, first: Reply, live: HeldAnswer, receive: Receive) -> Reply:
        loop = asyncio.get_running_loop()
        hold = live.hold
        if isinstance(live, PendingAnswer):
            try:
                outcome = await asyncio.wrap_future(live.submitted.saved)
            except JobError as error:
                return await loop.run_in_executor(self._threads, _refused, first, error)
            if outcome.job_id != live.submitted.job.id:
                settled = await loop.run_in_executor(self._threads, _instead, first, live, outcome)
                first, hold = settled
        if hold is None:
            return first
        await _until(hold.wait(), receive)
        return await loop.run_in_executor(self._threads, _held, first, hold)

    def _answer(self, environ: dict[str, Any]) -> Reply:
        set_script_prefix("/")
        signals.request_started.send(sender=type(self), environ=environ)
        response = self.get_response(WSGIRequest(environ))
        reply = None
        try:
            reply = Reply.of(response)
            return reply
        finally:
            if reply is None or not isinstance(reply.live, Pieces):
                response.close()  # sends request_finished, on which Django looks after its connections

    async def _send_pieces(self, send: Send, reply: Reply, pieces: Pieces) -> None:
        loop = asyncio.get_running_loop()
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        )
        piece, has_more = reply.body, True
        try:
            while has_more:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece, has_more = await loop.run_in_executor(self._threads, pieces.take)
            await send({"type": "http.response.body", "body": piece})
        finally:
            await loop.run_in_executor(self._threads, pieces.close)


def _warm_up() -> None:
    """What the first requests would wait for is made now, and is no longer looked through for garbage."""
    resolve("/livez")
    services.warm_up()
    gc.collect()
    gc.freeze()


async def _say_alive() -> None:
    name = f"{socket.gethostname()}:{os.getpid()}"
    while True:
        await asyncio.to_thread(workers.say_alive, "web", name, hub.open_streams())
        await asyncio.to_thread(series.tell)
        await asyncio.sleep(workers.BEAT_SECONDS)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _read_body(scope: Scope, receive: Receive, body: IO[bytes]) -> int:
    """Fill `body`, which keeps what is long on disk. Returns how many bytes it holds."""
    declared = _header(scope, b"content-length")
    size, more = 0, True
    limit = _limit(scope, int(declared) if declared.isdigit() else 0)
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        more = message.get("more_body", False)
        try:
            limit = _limit(scope, size, limit)
        except BodyTooLarge as error:
            error.is_read = not more
            raise
        body.write(chunk)
    body.seek(0)
    return size


async def _drain(scope: Scope, receive: Receive) -> None:
    """Let go by what a client still sends, within bounds: one that is cut off while it sends never sees the answer."""
    if _header(scope, b"expect"):
        return  # it waits to be told whether to send
    left = DRAINED_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAINED_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _header(scope: Scope, wanted: bytes) -> str:
    found = (value for name, value in scope["headers"] if name == wanted)
    return next(found, b"").decode("latin-1")


def _limit(scope: Scope, size: int, known: int = 0) -> int:
    """How many bytes may come; which view it is, is looked up for a long body only. Raises BodyTooLarge."""
    limit = max(known, settings.REQUEST_MAX_BYTES)
    if size > limit:
        limit = body_limit(scope["path"], _header(scope, b"content-type"))
    if size > limit:
        raise BodyTooLarge(limit)
    return limit


def _environ(scope: Scope, body: IO[bytes], size: int) -> dict[str, Any]:
    """The request as WSGI (PEP 3333) describes it, which Django's faster request class reads."""
    host, port = scope.get("server") or ("localhost", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # user_id would pass for user-id, past a gateway that sets only that
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        joint = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    environ["CONTENT_LENGTH"] = str(size)
    return environ


def _instead(first: Reply, live: PendingAnswer, outcome: Outcome) -> tuple[Reply, Hold | None]:
    response = live.instead(outcome)
    hold = response.hold if isinstance(response, HeldAnswer) else None
    return _changed(first, response), hold


def _held(first: Reply, hold: Hold) -> Reply:
    try:
        response = hold.again()
    except JobError as error:
        return _refused(first, error)
    except DatabaseError:
        return first  # which is true: the job is written down
    return first if response is None else _changed(first, response)


def _refused(first: Reply, error: JobError) -> Reply:
    request_id = dict(first.headers)[b"x-request-id"].decode("latin-1")
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        return _changed(first, problems.answer(error, {}))


def _changed(first: Reply, response: Response) -> Reply:
    """What a pending answer has become. Headers of the request, such as its id, stay; those of the 202 go."""
    body = JSONRenderer().render(response.data)
    dropped = (b"retry-after", b"content-length", b"location")
    kept = {name: value for name, value in first.headers if name not in dropped}
    changed = {
        name.lower().encode("latin-1"): value.encode("latin-1") for name, value in response.items()
    }
    own = {b"content-length": b"%d" % len(body), b"content-type": b"application/json"}
    headers = kept | changed | own
    return Reply(response.status_code, list(headers.items()), body)


async def _until(work: Awaitable[None], receive: Receive) -> None:
    """Run `work` until it is done or the client has gone."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise ClientGone
        doing.result()
    finally:
        for task in (doing, leaving):
            task.cancel()
        await asyncio.gather(doing, leaving, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stream(send: Send, reply: Reply, live: EventStream) -> None:
    async with aclosing(live.frames()) as frames:
        try:
            first = await anext(frames)
        except JobError as error:
            await _send_reply(send, _refused(reply, error))
            return
        headers = [(name, value) for name, value in reply.headers if name != b"content-length"]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for chunk in frames:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_reply(send: Send, reply: Reply) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    await send({"type": "http.response.body", "body": reply.body})


application = Application()
