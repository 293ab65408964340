"""The worker's own health port, and its sign of life in Redis."""

import json
import logging
import os
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from jobs import heartbeat, tasks
from jobs.kinds import Queue
from jobs.tally import tally
from profiles.moments import iso
from unilingo import workers
from unilingo.monitoring import series

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = "5"
_PATHS = ("/health", "/api/health", "/")
_began = monotonic()


def serve() -> None:
    """Open WORKER_HEALTH_PORT and say every few seconds that this worker lives; returns at once."""
    threading.Thread(target=_say_alive, name="alive", daemon=True).start()
    try:
        server = ThreadingHTTPServer(
            ("127.0.0.1" if settings.DEBUG else "", settings.WORKER_HEALTH_PORT), _Handler
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
        "stats": tally.as_stats(),
        "timestamp": iso(timezone.now()),
        "pid": os.getpid(),
    }
    return (503, body | {"reason": problem}) if problem else (200, body)


def _problem() -> str:
    if heartbeat.is_stopping():
        return "stopping"
    if heartbeat.stuck() >= settings.WORKER_CONCURRENCY:
        return "pool stuck"
    try:
        close_old_connections()
        connection.ensure_connection()
    except DatabaseError:
        return "database unreachable"
    return "" if _broker_answers() else "broker unreachable"


def _broker_answers() -> bool:
    if settings.CELERY_BROKER_URL.startswith("amqp"):
        return tasks.messages_waiting(Queue.AI) is not None
    try:
        return bool(_broker().ping())
    except redis.RedisError:
        return False


@cache
def _broker() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_TIMEOUTS)


def _say_alive() -> None:
    pause = threading.Event()
    while True:
        workers.say_alive("worker", heartbeat.worker(), tally.as_stats())
        series.tell()
        pause.wait(workers.BEAT_SECONDS)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.partition("?")[0] not in _PATHS:
            self.send_error(404)
            return
        status, report_body = report()
        body = json.dumps(report_body, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if status == 503:
            self.send_header("Retry-After", RETRY_AFTER_SECONDS)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A probe every few seconds is not news."""
