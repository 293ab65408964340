"""The web process: every request runs through Django on a fixed pool of threads; what goes on after that, here.

Django's own ASGI handler takes a fresh thread and a fresh database connection for each request, at twice the CPU
(docs/decisions/0002). So this small application reads the body (bounded), lets Django answer on a thread that keeps
its connection, and runs the answers of jobs/api/live.py in the event loop, where they hold neither.
"""

import asyncio
import gc
import logging
import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core import signals  # noqa: E402
from django.core.handlers.base import BaseHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIRequest  # noqa: E402
from django.urls import resolve, set_script_prefix  # noqa: E402
from gunicorn.arbiter import Arbiter  # noqa: E402

from jobs import services  # noqa: E402
from jobs.api.live import DeferredResponse, EventStream, HeldResponse  # noqa: E402
from jobs.api.views import hub  # noqa: E402
from jobs.errors import JobError  # noqa: E402
from jobs.intake import intake  # noqa: E402
from unilingo.common.head import LONG_BYTES, ROOM, STALLED, UNKEPT  # noqa: E402
from unilingo.monitoring import fleet_metrics  # noqa: E402
from unilingo.processes import housekeeping, workers  # noqa: E402
from unilingo.processes.one_folder import OneFolder  # noqa: E402
from unilingo.server.heads import GoOn, Room  # noqa: E402
from unilingo.server.receiving import (  # noqa: E402
    BodyStalled,
    BodyTooLarge,
    BodyUnkept,
    ClientGone,
    Receive,
    Scope,
    addressed,
    drain,
    expected_bytes,
    kept_body,
    limit_of,
    read_body,
    wsgi_environ,
)
from unilingo.server.replies import Pieces, Reply, held, no_address, refused, settled_reply  # noqa: E402

logger = logging.getLogger(__name__)

# Answered in the event loop: they touch nothing, and tell that this process lives when every thread of it is stuck.
LIVENESS = frozenset({"/livez", "/health", "/api/health"})

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


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
            housekeeping.start("web", _name())
            speaker = asyncio.create_task(_say_alive())
            await _lifespan(receive, send)
            speaker.cancel()
            await asyncio.to_thread(fleet_metrics.flush)
        elif scope["type"] == "http":
            self.requests += 1
            try:
                await self._serve(addressed(scope), receive, send)
            except ClientGone:
                return
            finally:
                self.requests -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith("/"):
            await _send_reply(send, no_address())
            return
        if scope["path"] in LIVENESS:
            await _send_reply(send, self._answer(wsgi_environ(scope)))
            return
        with Room(expected_bytes(scope)) as room:
            refusal = await self._refusal_on_head(scope, room)
            if refusal is not None:
                await _send_reply(send, refusal)
                await drain(scope, receive)
                return
            reply = await self._received(scope, receive)
        if isinstance(reply.live, HeldResponse):
            reply = await self._settle(reply, reply.live, receive)
        if isinstance(reply.live, EventStream) and scope["method"] != "HEAD":
            await _until(_stream(send, reply, reply.live), receive)
        elif isinstance(reply.live, Pieces):
            await _until(self._send_pieces(send, reply, reply.live), receive)
        else:
            await _send_reply(send, reply)

    async def _refusal_on_head(self, scope: Scope, room: Room) -> Reply | None:
        if room.size < LONG_BYTES:
            return None
        limit = limit_of(scope)
        if room.size > limit:
            # unilingo.middleware.BodyLimit answers, with the headers that every answer has.
            return await self._on_thread(wsgi_environ(scope, size=limit + 1))
        answer = await self._on_thread(wsgi_environ(scope) | {ROOM: room})
        return None if answer.status == GoOn.status_code else answer

    async def _received(self, scope: Scope, receive: Receive) -> Reply:
        with kept_body() as body:
            try:
                size = await read_body(scope, receive, body)
            except BodyStalled:
                # unilingo.middleware.BodyLimit answers, as it does for the next.
                return await self._on_thread(wsgi_environ(scope) | {STALLED: True})
            except BodyUnkept as error:
                if not error.is_read:
                    await drain(scope, receive)
                return await self._on_thread(wsgi_environ(scope) | {UNKEPT: True})
            except BodyTooLarge as error:
                if not error.is_read:
                    await drain(scope, receive)
                size = error.limit + 1
            return await self._on_thread(wsgi_environ(scope, body, size))

    async def _on_thread(self, environ: dict[str, Any]) -> Reply:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._answer, environ)

    async def _settle(self, first: Reply, live: HeldResponse, receive: Receive) -> Reply:
        loop = asyncio.get_running_loop()
        hold = live.hold
        if isinstance(live, DeferredResponse):
            try:
                outcome = await asyncio.wrap_future(live.submitted.saved)
            except JobError as error:
                return await loop.run_in_executor(self._threads, refused, first, error)
            if outcome.job_id != live.submitted.job.id:
                settled = await loop.run_in_executor(
                    self._threads, settled_reply, first, live, outcome
                )
                first, hold = settled
        if hold is None:
            return first
        await _until(hold.wait(), receive)
        return await loop.run_in_executor(self._threads, held, first, hold)

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
    """Make now what the first requests would wait for; gc.freeze() keeps the garbage collector from scanning it."""
    resolve("/livez")
    services.warm_up()
    gc.collect()
    gc.freeze()


async def _say_alive() -> None:
    folder = OneFolder(_name())
    while True:
        if problem := await asyncio.to_thread(folder.beat):
            logger.critical(problem)
            os._exit(Arbiter.WORKER_BOOT_ERROR)  # with which gunicorn ends too
        await asyncio.to_thread(workers.say_alive, "web", _name(), hub.open_streams())
        await asyncio.to_thread(fleet_metrics.flush)
        await asyncio.sleep(workers.BEAT_SECONDS)


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


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
            await _send_reply(send, refused(reply, error))
            return
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": reply.headers}
        )
        await send({"type": "http.response.body", "body": first, "more_body": True})
        async for chunk in frames:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_reply(send: Send, reply: Reply) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    await send({"type": "http.response.body", "body": reply.body})


application = Application()
