"""A worker whose handlers take their time: `python -m tests.journeys.stuck POOL` and the rest of Celery's command line.

The subject says what a handler does: `slow` takes longer than two leases of a second, `stuck` never comes back.
"""

import sys
import threading
from dataclasses import replace
from typing import Any

from celery import signals

from unilingo.celery import app

DEADLINE_SECONDS = 3.0
SLOW_SECONDS = 2.2


def take_time(inputs: Any, context: object) -> dict[str, Any]:
    seconds = {"slow": SLOW_SECONDS, "stuck": None}.get(inputs["subject"], 0.0)
    threading.Event().wait(seconds)
    return {"success": True}


@signals.worker_init.connect
def _take_time(**_: object) -> None:
    from jobs.kind import kind_of, register

    usual = kind_of("flashcards")
    register(replace(usual, handler=take_time, deadline_seconds=DEADLINE_SECONDS))


if __name__ == "__main__":
    # Celery ignores `--pool prefork` where the settings name another pool.
    app.conf.worker_pool = sys.argv[1]
    app.start(sys.argv[2:])
