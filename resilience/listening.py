"""Whether a provider says anything to the calls that wait for it: one that hangs has failed only when its calls time out."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from unilingo.common.clock import Clock


class Heard(NamedTuple):
    """Of one process: for how many seconds its oldest call has waited (0: none does), and since when it has heard anything."""

    waiting: float
    silent: float


class Listener:
    """The calls of this process to one provider; safe for threads."""

    def __init__(self, clock: Clock) -> None:
        self._now = clock.monotonic
        self._asked: dict[object, float] = {}
        self._heard = self._now()
        self._lock = threading.Lock()

    @contextmanager
    def call(self) -> Iterator[None]:
        call = object()
        with self._lock:
            self._asked[call] = self._now()
        before = _listening.set(self)
        try:
            yield
            self.heard()
        finally:
            _listening.reset(before)
            with self._lock:
                del self._asked[call]

    def heard(self) -> None:
        self._heard = self._now()

    def now(self) -> Heard:
        with self._lock:
            asked = min(self._asked.values(), default=self._now())
        return Heard(self._now() - asked, self._now() - self._heard)


_listening: ContextVar[Listener | None] = ContextVar("listening", default=None)


def heard() -> None:
    """A piece of the answer has come, for whichever call this thread makes."""
    if listener := _listening.get():
        listener.heard()


def silence(of_processes: list[Mapping[str, tuple[float, float]]]) -> dict[str, float]:
    """For how many seconds each provider has said nothing to anybody while a call waits for it."""
    names = {name for process in of_processes for name in process}
    found = {name: [process[name] for process in of_processes if name in process] for name in names}
    return {
        name: min(max(waiting for waiting, _ in heard), min(silent for _, silent in heard))
        for name, heard in found.items()
    }
