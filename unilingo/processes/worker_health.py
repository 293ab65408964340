"""The worker's own health port, and its sign of life in Redis."""

import json
import logging
import os
import socket
import sys
import threading
import uuid
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from jobs import heartbeat
from jobs.providers import registry as providers
from jobs.worker_stats import worker_stats
from unilingo import probes
from unilingo.common import stopping
from unilingo.common.timestamps import iso
from unilingo.monitoring import fleet_metrics
from unilingo.processes import workers
from unilingo.processes.one_folder import OneFolder

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = "5"
CONNECTIONS = 64
_PATHS = ("/health", "/api/health", "/")
_began = monotonic()


def serve() -> None:
    """Open WORKER_HEALTH_PORT and say every few seconds that this worker lives; returns at once."""
    threading.Thread(target=_say_alive, name="alive", daemon=True).start()
    try:
        server = HealthServer(
            ("127.0.0.1" if settings.DEBUG else "", settings.WORKER_HEALTH_PORT), HealthHandler
        )
    except OSError:
        # A further worker on the same machine works all the same; the first one has the port.
        logger.warning("health port is taken", extra={"port": settings.WORKER_HEALTH_PORT})
        return
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


def report() -> tuple[int, dict[str, Any]]:
    """Status and body of /health: 503 when this worker cannot take work."""
    problem = _problem()
    body: dict[str, Any] = {
        "status": "unhealthy" if problem else "healthy",
        "service": "worker",
        "uptime": round((monotonic() - _began) * 1000),
        "stats": worker_stats.as_stats(),
        "timestamp": iso(timezone.now()),
        "pid": os.getpid(),
    }
    return (503, body | {"reason": problem}) if problem else (200, body)


def _problem() -> str:
    if stopping.is_stopping():
        return "stopping"
    if heartbeat.stuck() >= settings.WORKER_CONCURRENCY:
        return "pool stuck"
    found = {"database": probes.known_database(), "broker": probes.broker()}
    return next((f"{what} {why}" for what, why in found.items() if why != probes.OK), "")


def _say_alive() -> None:
    pause = threading.Event()
    folder = OneFolder(heartbeat.worker())
    while True:
        if problem := folder.beat():
            logger.critical(problem)
            os._exit(1)
        facts = worker_stats.as_stats() | {"heard": providers.heard()}
        workers.say_alive("worker", heartbeat.worker(), facts)
        fleet_metrics.flush()
        pause.wait(workers.BEAT_SECONDS)


def _refusal(code: str, error: str) -> HttpResponse:
    """In a worker nothing else needs what the API's answers are made with, which takes 18 MiB."""
    from unilingo import problems

    return problems.rendered(code, error)


class HealthServer(ThreadingHTTPServer):
    """A thread for each connection. One that is still open when CONNECTIONS newer ones have come asks for nothing, and is cut off."""

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._newest = deque[socket.socket](maxlen=CONNECTIONS)
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if len(self._newest) == CONNECTIONS:
            with suppress(OSError):  # nearly always it has ended
                self._newest[0].shutdown(socket.SHUT_RDWR)
        self._newest.append(request)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who leaves, or is cut off, is no news."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class HealthHandler(BaseHTTPRequestHandler):
    def handle_one_request(self) -> None:
        self._request_id = uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=self._request_id):
            super().handle_one_request()

    def do_GET(self) -> None:
        if self.path.partition("?")[0] not in _PATHS:
            self._send(_refusal("NOT_FOUND", "There is nothing here."))
            return
        status, body = report()
        found = HttpResponse(json.dumps(body), "application/json", status)
        if status == 503:
            found["Retry-After"] = RETRY_AFTER_SECONDS
        self._send(found)

    do_HEAD = do_GET

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the server itself refuses, which it would put into a page."""
        self.close_connection = True
        if code == HTTPStatus.NOT_IMPLEMENTED:  # so it calls a method that is not one of ours
            refused = _refusal("METHOD_NOT_ALLOWED", "This method is not allowed here.")
            refused["Allow"] = "GET, HEAD"
        else:
            refused = _refusal("VALIDATION_ERROR", "The request is not valid.")
        self._send(refused)

    def _send(self, found: HttpResponse) -> None:
        self.send_response(found.status_code)
        for name, value in found.items():
            self.send_header(name, value)
        self.send_header("X-Request-ID", self._request_id)
        self.send_header("Content-Length", str(len(found.content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(found.content)

    def log_message(self, format: str, *args: Any) -> None:
        """A probe every few seconds is not news."""
