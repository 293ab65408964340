"""The Celery app: what `celery -A unilingo worker` and `celery -A unilingo beat` run. docs/decisions/0005 has the reasons."""

import logging.config
import os
import threading
import warnings
from typing import Any

from celery import Celery, signals
from celery.beat import ScheduleEntry, Scheduler
from celery.exceptions import SecurityWarning

from unilingo import broker

# It warns root of pickled messages; ours are JSON.
warnings.simplefilter("ignore", SecurityWarning)

broker.patch_transport()
app = Celery("unilingo")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="sweep")
app.autodiscover_tasks(["unilingo.monitoring"], related_name="watch")


class InlineScheduler(Scheduler):  # type: ignore[misc]  # celery has no types
    """Beat runs the entry itself: the sweep must not queue behind the work that it wakes."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        self.app.tasks[entry.task].apply()


@signals.setup_logging.connect
def _configure_logs(**_: object) -> None:
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.worker_ready.connect
def _open_health_port(**_: object) -> None:
    from unilingo import worker_health

    worker_health.serve()


@signals.worker_shutting_down.connect
def _stop_taking(**_: object) -> None:
    """A warm shutdown waits for running calls; what is still running after the grace goes back to the queue."""
    from django.conf import settings

    from jobs import heartbeat

    heartbeat.stop()
    timer = threading.Timer(settings.WORKER_SHUTDOWN_SECONDS, _leave)
    timer.daemon = True
    timer.start()


def _leave() -> None:
    from jobs import tasks

    try:
        tasks.hand_back_all()
    finally:
        os._exit(0)
