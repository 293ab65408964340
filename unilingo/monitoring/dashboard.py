"""/monitoring: one page for staff, fed by an event stream of its own."""

import asyncio
import json
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from django.db import Error, close_old_connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from jobs import clock
from jobs.api.live import EventStream
from jobs.api.views import hub
from unilingo.identity.auth import IsOperator
from unilingo.monitoring.overview import overview
from unilingo.monitoring.staff import staff_only

EVERY_SECONDS = 2.0
# The browser comes back by itself; whoever is no operator any more does not.
STREAM_SECONDS = 300.0

# One thread, and its database connection, makes the view for all pages that this process serves.
_maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="overview")


@staff_only
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/dashboard.html")


class Events(APIView):
    permission_classes = (IsOperator,)
    throttle_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return EventStream(frames)


class Newest:
    """The newest view, made at most every EVERY_SECONDS however many pages watch."""

    def __init__(self) -> None:
        self._making: asyncio.Future[bytes] | None = None
        self._made_at = -EVERY_SECONDS

    async def event(self) -> bytes:
        if self._making is None or monotonic() - self._made_at >= EVERY_SECONDS:
            self._made_at = monotonic()
            self._making = asyncio.get_running_loop().run_in_executor(_maker, _event)
        return await asyncio.shield(self._making)


newest = Newest()


async def frames() -> AsyncGenerator[bytes, None]:
    ends = monotonic() + STREAM_SECONDS
    yield b"retry: 2000\n"  # of the first event
    while not hub.is_closing and monotonic() < ends:
        yield await newest.event()
        await asyncio.sleep(EVERY_SECONDS)


def _event() -> bytes:
    close_old_connections()
    try:
        seen = overview(clock.now())
    except Error:
        return b"event: trouble\ndata: {}\n\n"
    return b"event: overview\ndata: %b\n\n" % json.dumps(seen, separators=(",", ":")).encode()
