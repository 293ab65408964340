"""What a run does to its rows outlasts a database that is away, locked or full: it may have been paid for."""

import logging
from collections.abc import Callable
from itertools import count
from typing import TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections

from unilingo.common import stopping
from unilingo.common.clock import Clock, SystemClock

logger = logging.getLogger(__name__)
T = TypeVar("T")

DATABASE_AWAY = (OperationalError, InterfaceError)
# A hosted database takes one or two minutes to fail over. SQLite waits five seconds for a lock each time.
AT_MOST_SECONDS = 180.0
# At last every second: all that waits goes on as soon as it is back.
PAUSES_SECONDS = (0.1, 0.4, 1.0)
TOLD_EVERY = 30
_CLOCK = SystemClock()


def retry_on_database_error(act: Callable[[], T], clock: Clock = _CLOCK) -> T:
    """Try again while the database is away; only for what may be done twice, as everything under a fence may.

    Raises one of DATABASE_AWAY in the end, sooner when this worker stops: then the lease runs out and the job is
    recovered.
    """
    ends = clock.monotonic() + AT_MOST_SECONDS
    for tries in count():
        try:
            return act()
        except DATABASE_AWAY as error:
            if tries % TOLD_EVERY == 0:
                logger.warning("database away", extra={"reason": type(error).__name__})
            pause = PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS) - 1)]
            is_last = clock.monotonic() >= ends or stopping.wait_for_stop(pause)
            close_old_connections()
            if is_last:
                break
    return act()
