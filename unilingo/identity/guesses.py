"""How often somebody may be wrong about a secret: over all web processes, and by each for itself while Redis does not count.

A guess is counted before it is looked at and given back if it was right, so that many at once guess no more often than
one after the other.
"""

import threading
from collections import OrderedDict

from resilience.policies import Window
from resilience.runtime import runtime
from unilingo.common.clock import Clock, SystemClock

# Of a process; whoever has guessed longest ago is forgotten first.
KEPT_AT_MOST = 10_000

Counts = dict[str, Window]


class LocalCounts:
    """Safe for threads."""

    def __init__(self, clock: Clock) -> None:
        self._now = clock.monotonic
        self._times: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, counts: Counts) -> float:
        """For how many seconds it is refused; 0: it is counted."""
        now = self._now()
        with self._lock:
            found = {key: self._within(key, now - counts[key].seconds) for key in counts}
            full = [
                times[-counts[key].limit] + counts[key].seconds - now
                for key, times in found.items()
                if len(times) >= counts[key].limit
            ]
            if full:
                return max(full)
            for key, times in found.items():
                self._times[key] = [*times, now]
                self._times.move_to_end(key)
            while len(self._times) > KEPT_AT_MOST:
                self._times.popitem(last=False)
        return 0.0

    def give_back(self, counts: Counts) -> None:
        with self._lock:
            for key in counts:
                if times := self._times.get(key):
                    times.pop()

    def _within(self, key: str, since: float) -> list[float]:
        return [at for at in self._times.get(key, []) if at > since]


_local = LocalCounts(SystemClock())


def take(counts: Counts) -> float:
    """For how many seconds this guess is refused; 0: look at it."""
    taken = runtime().requests.take(counts) if counts else None
    if taken:
        return taken.wait_ms / 1000
    return _local.take(counts)


def give_back(counts: Counts) -> None:
    """It was right."""
    if counts:
        runtime().requests.take(counts, -1)
        _local.give_back(counts)
