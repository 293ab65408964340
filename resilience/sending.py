"""What a call is told right before its first byte: it may have been held up since it was admitted.

A process is paused, or a thread waits long for a processor; the call would then come to the provider's door together with
those that were admitted after it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# From asking to be admitted: half of what is spared for an arrival (policies.AT_THE_DOOR), the rest is the network's.
AT_MOST_SECONDS = 0.4


@contextmanager
def told_to(begins: Callable[[], None]) -> Iterator[None]:
    """Whoever sends a call of this context tells `begins`."""
    before = _told.set(begins)
    try:
        yield
    finally:
        _told.reset(before)


def begins() -> None:
    """Raises CallRefused: then nothing is sent."""
    _told.get()()


_told: ContextVar[Callable[[], None]] = ContextVar("told", default=lambda: None)
