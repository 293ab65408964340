"""A small storm, and proof that the checker sees what it is for. `make chaos` is the whole one."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.programs.chaos import checker
from tests.programs.chaos.storm import STEPS, Plan, weather

SMALL = Plan(
    jobs=12,
    seed=7,
    workers=2,
    lease_seconds=2,
    kill_every_seconds=4,
    broker_kills=(0.3,),
    web_restarts=(0.5,),
    patience_seconds=120,
)


def test_a_small_storm_loses_nothing_and_doubles_nothing() -> None:
    aftermath = weather(SMALL)
    assert aftermath.problems == []
    assert aftermath.calls >= SMALL.jobs * STEPS / 2
    assert aftermath.log.struck
    assert aftermath.log.broker_away
    assert aftermath.log.webs_restarted


def ended(types: list[str], status: str = "completed") -> tuple[Any, list[Any]]:
    events = [
        SimpleNamespace(sequence=number, type=name, data={})
        for number, name in enumerate(types, start=1)
    ]
    return SimpleNamespace(id="job", status=status, event_sequence=len(types)), events


GOOD = [
    "waiting",
    "waiting",
    "active",
    "progress",
    "delayed",
    "delayed",
    "waiting",
    "active",
    "completed",
]


def test_a_legal_life_is_left_alone_by_the_checker() -> None:
    assert list(checker.illegal(*ended(GOOD))) == []


@pytest.mark.parametrize(
    ("types", "words"),
    [
        (["waiting", "completed"], "went from waiting to completed"),
        ([*GOOD, "completed"], "was completed 2 times"),
        (["active", "completed"], "after"),
        (["waiting", "active"], "is completed after"),
    ],
)
def test_the_checker_sees_a_life_that_is_not_legal(types: list[str], words: str) -> None:
    assert any(words in line for line in checker.illegal(*ended(types)))


def test_the_checker_sees_a_gap_in_the_sequence() -> None:
    job, events = ended(GOOD)
    del events[2]
    assert any("has the events" in line for line in checker.illegal(job, events))


def call(part: str, *, behaviour: str = "answer", tokens: tuple[int, int] = (9, 3)) -> Any:
    return {"part": part, "behaviour": behaviour, "tokens": tokens, "is_billed": True}


def test_the_checker_takes_no_giving_way_for_a_crash() -> None:
    def told(type: str, reason: str = "") -> Any:
        return SimpleNamespace(type=type, data={"waitingFor": {"reason": reason}})

    lost = [told("waiting", "queue"), told("active"), told("progress"), told("waiting", "queue")]
    gave_way = [told("active"), told("waiting", "fairness"), told("active"), told("completed")]
    assert checker.interruptions(lost + gave_way) == 1


def test_the_checker_sees_a_step_that_was_bought_twice_without_a_crash() -> None:
    calls = [call("one"), call("two", behaviour="truncate"), call("two"), call("two")]
    assert list(checker.bought_twice("job", calls, crashes=1)) == []
    assert len(list(checker.bought_twice("job", calls, crashes=0))) == 1


def test_the_checker_sees_what_is_booked_and_was_not_billed_and_the_reverse() -> None:
    def booked(read: int, written: int, *, is_estimated: bool = False) -> Any:
        return SimpleNamespace(input_tokens=read, output_tokens=written, is_estimated=is_estimated)

    calls = [call("one"), call("two", tokens=(8, 2))]
    exact = [booked(9, 3), booked(8, 2)]
    assert list(checker.miscounted("job", calls, exact)) == []
    assert (
        list(checker.miscounted("job", calls, [booked(9, 3), booked(99, 9, is_estimated=True)]))
        == []
    )
    assert len(list(checker.miscounted("job", calls, exact[:1]))) == 1
    assert len(list(checker.miscounted("job", calls[:1], exact))) == 1
