"""gunicorn's settings: `gunicorn -c python:unilingo.gunicorn_conf unilingo.asgi:application`."""

import asyncio
import gc
import signal
from typing import Any

from django.conf import settings
from gunicorn import glogging

from unilingo.server import connections


class Log(glogging.Logger):  # type: ignore[misc]  # gunicorn has no types
    """Without the line that it would compose for each request: unilingo.middleware.RequestLog writes one."""

    access_log_enabled = False


bind = f"{'127.0.0.1' if settings.DEBUG else '0.0.0.0'}:{settings.PORT}"
worker_class = "asgi"
# Connections that come at once beside the streams, however few of those there may be.
OTHERS = 200
workers = settings.WEB_PROCESSES
graceful_timeout = 5
keepalive = 5
logger_class = Log
logconfig_dict = settings.LOGGING
# A stream may be open for hours; the application bounds how many there are.
worker_connections = connections.most(2 * settings.STREAM_LIMIT + OTHERS)
control_socket_disable = True
# Loaded once, before the web processes are forked, which share it: a further one takes a third of the memory.
preload_app = True


connections.bound()


def when_ready(_: Any) -> None:
    """What the collector does not touch stays shared."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """gunicorn waits for open connections before it tells the application to stop: so tell the streams first.

    It would also wait for connections that are only kept alive: once every request is answered, it need not.
    """
    from jobs.api.views import hub
    from unilingo.asgi import application

    async def stop() -> None:
        hub.close()
        worker.handle_exit_signal()
        while application.requests:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # for the last bytes to clients that read slowly
        worker.handle_quit_signal()

    worker.loop.add_signal_handler(signal.SIGTERM, lambda: worker.loop.create_task(stop()))
