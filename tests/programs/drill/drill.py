"""One drill: learners ask without a pause, a part breaks for a while, and everything that was asked for must come out once."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.openai_server import Served
from tests.programs.chaos.storm import GENERATE, LONG_TEXT, call_of, judged
from tests.programs.drill.faults import Fault
from tests.programs.drill.house import House, running_house
from tests.stack import wait_until

BEFORE_SECONDS, BROKEN_SECONDS, PATIENCE_SECONDS = 6.0, 30.0, 400.0
ASKED_EVERY_SECONDS = 1.0
KEPT_WITHIN_SECONDS = 1.0
ENDED = "SELECT count(*) FROM jobs_job WHERE status IN ('completed', 'failed', 'cancelled')"


@dataclass(frozen=True)
class Outcome:
    """`told_after`: seconds from the blow to the alert that it must raise; `again_after`: from the mend to the next call of the
    provider; `well_after`: to the end of the last job, of all that had gathered.

    `died_in_a_call`: paid again, since the worker that alone was to have the first answer was struck while it waited for it.
    `paid_twice`: all other calls whose answers had been paid for already.
    """

    jobs: int
    refused: int
    lost: list[str]
    doubled: int
    paid_twice: int
    died_in_a_call: int
    told_after: float | None
    others: list[str]
    again_after: float
    well_after: float
    problems: list[str]

    def failures(self, fault: Fault) -> list[str]:
        """Why the drill is not passed."""
        return [
            *self.lost,
            *self.problems,
            *[f"{self.doubled} jobs that nobody asked for"] * bool(self.doubled),
            *[f"{self.paid_twice} calls were paid twice"] * bool(self.paid_twice),
            *[f"{fault.tells} was not told"] * bool(fault.tells and self.told_after is None),
        ]


@dataclass
class Learners:
    """Careful clients: each asks with a key until it is answered, of whichever web process answers."""

    house: House
    accepted: dict[str, str] = field(default_factory=dict)
    refused: int = 0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(32)
        self._thread = threading.Thread(target=self._ask_on)
        self._thread.start()

    def stop(self) -> None:
        """Returns when everything that was asked for has been accepted."""
        self._stop.set()
        self._thread.join()
        self._pool.shutdown()

    def _ask_on(self) -> None:
        number = 0
        while not self._stop.wait(ASKED_EVERY_SECONDS):
            self._pool.submit(self._ask, number)
            number += 1

    def _ask(self, number: int) -> None:
        name = f"drill-{number}"
        body = {"content": LONG_TEXT, "subject": name, "topic": "Cells"}
        while True:
            for web in range(len(self.house.stack.webs)):
                try:
                    client = self.house.stack.client(f"user-{number % 7}", web)
                    answer = client.post(GENERATE, body, Idempotency_Key=name)
                except OSError:
                    continue
                if answer.status in (200, 202):
                    self.accepted[answer.json["jobId"]] = name
                    return
                self.refused += 1
            time.sleep(0.5)


def drill(fault: Fault) -> Outcome:
    with running_house(fault.is_on_sqlite) as house:
        learners = Learners(house)
        time.sleep(BEFORE_SECONDS)
        assert house.raised() == []
        struck = time.monotonic()
        with fault.strike(house):
            told_after = _wait_until_told(house, fault, struck)
        mended = time.monotonic()
        learners.stop()
        wait_until(
            lambda: house.database.rows(ENDED)[0][0] >= len(learners.accepted),
            PATIENCE_SECONDS,
            "all end",
        )
        well_after = time.monotonic() - mended
        blow = struck if fault.silences else None
        again_after = min(
            (each.at - mended for each in list(house.provider.served) if each.at > mended),
            default=well_after,
        )
        return _judge(house, learners, fault, blow, told_after, again_after, well_after)


def _wait_until_told(house: House, fault: Fault, struck: float) -> float | None:
    """For as long as the part is broken."""
    told_after = None
    while time.monotonic() < struck + BROKEN_SECONDS:
        if told_after is None and fault.tells in house.raised():
            told_after = time.monotonic() - struck
        time.sleep(0.05)
    return told_after


def _judge(
    house: House,
    learners: Learners,
    fault: Fault,
    blow: float | None,
    told_after: float | None,
    again_after: float,
    well_after: float,
) -> Outcome:
    accepted = learners.accepted
    house.provider.stopping.set()
    rows: dict[str, str] = dict(house.database.rows("SELECT id, status FROM jobs_job"))
    lost = [f"{job} is {rows.get(job)}" for job in accepted if rows.get(job) != "completed"]
    facts: dict[str, Any] = judged(house.stack, house.provider, accepted)
    again = list(_paid_again(house.provider.served))
    died = [first for first in again if blow is not None and _was_under_way(first, blow)]
    return Outcome(
        jobs=len(accepted),
        refused=learners.refused,
        lost=lost,
        doubled=len(rows.keys() - accepted.keys()),
        paid_twice=len(again) - len(died),
        died_in_a_call=len(died),
        told_after=told_after,
        others=sorted(set(house.raised()) - {fault.tells}),
        again_after=again_after,
        well_after=well_after,
        problems=facts["problems"],
    )


def _paid_again(served: Sequence[Served]) -> Iterator[Served]:
    """Calls that were answered well, and asked for once more."""
    latest: dict[tuple[str, str], Served] = {}
    for each in served:
        call = call_of(each)
        if each.behaviour == "answer":
            key = (call["job"], call["part"])
            if key in latest:
                yield latest[key]
            latest[key] = each


def _was_under_way(call: Served, blow: float) -> bool:
    """Or its answer was, on the way to the row that keeps it."""
    ended = call.ended_at or float("inf")
    return call.at < blow < ended + KEPT_WITHIN_SECONDS
