"""For whom provider calls are made: what they may cost together, and the permit of each."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from resilience.errors import CostLimited
from resilience.guard import Wait


@dataclass(frozen=True, slots=True)
class Run:
    """For whom calls are made; one for all capabilities and threads of a run.

    `permit` names this run of the job: the same when it has only waited in between; the job itself stands in line. `step` says which step the
    calling thread is at, `check` raises when the run must end. `stood_in`: the built-in engine has done a part of it.
    """

    permit: str
    user_id: str
    kind: str
    is_retry: bool
    wait: Wait
    step: Callable[[], str] = str
    check: Callable[[], None] = lambda: None
    job_id: str = ""
    max_cost: Decimal | None = None
    stood_in: threading.Event = field(default_factory=threading.Event, compare=False)
    _calls: Counter[str] = field(default_factory=Counter, init=False, compare=False)
    _promised: list[Decimal] = field(default_factory=list, init=False, compare=False)
    _counting: threading.Lock = field(default_factory=threading.Lock, init=False, compare=False)

    def promise(self, price: Callable[[], Decimal], spent: Callable[[], Decimal]) -> Decimal:
        """The most that the next call can cost. Raises CostLimited: with it the job could cost more than its owner wants to pay.

        Each call counts with the most that it can cost, those of earlier runs with what they did cost.
        """
        if self.max_cost is None:
            return Decimal(0)
        with self._counting:
            if not self._promised:
                self._promised.append(spent())
            most = price()
            if sum(self._promised) + most > self.max_cost:
                raise CostLimited
            self._promised.append(most)
            return most

    def take_back(self, promised: Decimal) -> None:
        """The call cost nothing."""
        with self._counting:
            self._promised.append(-promised)

    def begin_call(self) -> str:
        """The permit for the next call: what a refused call is asked for again by. Raises when the run must end."""
        self.check()
        step = self.step()
        with self._counting:
            self._calls[step] += 1
            return f"{self.permit}:{step}:{self._calls[step]}"
