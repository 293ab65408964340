"""The Celery app: what `celery -A unilingo worker` runs. docs/decisions/0005 has the reasons."""

import logging.config
import os
import threading
import warnings

from celery import Celery, signals
from celery.exceptions import SecurityWarning

from unilingo.common import stopping
from unilingo.processes import broker

# It warns root of pickled messages; ours are JSON.
warnings.simplefilter("ignore", SecurityWarning)

broker.patch_transport()
app = Celery("unilingo", amqp=broker.AMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="sweep")
app.autodiscover_tasks(["jobs.webhooks"], related_name="sending")
app.autodiscover_tasks(["jobs.webhooks"], related_name="allowance")
app.autodiscover_tasks(["unilingo.monitoring"], related_name="watch")


@signals.setup_logging.connect
def _configure_logs(**_: object) -> None:
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.worker_ready.connect
def _begin(**_: object) -> None:
    from jobs import heartbeat
    from unilingo.processes import housekeeping, worker_health

    worker_health.serve()
    housekeeping.start("worker", heartbeat.worker())


@signals.worker_shutting_down.connect
def _stop_taking(**_: object) -> None:
    """A warm shutdown waits for running calls; what is still running after the grace goes back to the queue."""
    from django.conf import settings

    stopping.stop()
    timer = threading.Timer(settings.WORKER_SHUTDOWN_SECONDS, _leave)
    timer.daemon = True
    timer.start()


def _leave() -> None:
    from jobs import tasks

    try:
        tasks.hand_back_all()
    finally:
        os._exit(0)
