"""What a run does to its rows outlasts a database that is away, locked or full: it may have been paid for."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

from unilingo.common import stopping

logger = logging.getLogger(__name__)
T = TypeVar("T")

DATABASE_AWAY = (OperationalError, InterfaceError)
# Three minutes in all, since a hosted database takes one or two to fail over; SQLite waits five seconds for a lock each time.
# Every second, since all that waits goes on as soon as it is back.
PAUSES_SECONDS = (0.1, 0.4, *[1.0] * 180)
TOLD_EVERY = 30


def retry_on_database_error(act: Callable[[], T]) -> T:
    """Try again while the database is away; only for what may be done twice, as everything under a fence may.

    Raises one of DATABASE_AWAY in the end, sooner when this worker stops: then the lease runs out and the job is
    recovered.
    """
    for tries, pause in enumerate(PAUSES_SECONDS):
        try:
            return act()
        except DATABASE_AWAY as error:
            if tries % TOLD_EVERY == 0:
                logger.warning("database away", extra={"reason": type(error).__name__})
            if stopping.wait_for_stop(pause):
                break
            close_old_connections()
    return act()
