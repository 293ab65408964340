"""Counts requests in exact sliding windows that all processes share, and never keeps one waiting for Redis."""

import logging

from resilience.policies import Window
from resilience.redis_store import RedisStore
from resilience.store import StoreUnavailable, Taken
from unilingo.common.clock import Clock

logger = logging.getLogger(__name__)

ASK_AGAIN_SECONDS = 5.0


class RequestCounter:
    """One per process; safe for threads. While the store is away nothing is counted, and it is asked every 5 s."""

    def __init__(self, store: RedisStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._ask_again_at = 0.0

    def take(self, counts: dict[str, Window], units: int = 1) -> Taken | None:
        """Take from every window or from none; negative units give back. None: nobody can count now."""
        if self._clock.monotonic() < self._ask_again_at:
            return None
        try:
            return self._store.take(counts, units)
        except StoreUnavailable:
            self._ask_again_at = self._clock.monotonic() + ASK_AGAIN_SECONDS
            logger.warning("requests not counted")
            return None
