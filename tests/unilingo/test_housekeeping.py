"""What has to be done again and again is done by one process at a time, whichever of them live."""

from unittest.mock import Mock

import pytest
import redis
from celery import current_app
from django.db import OperationalError
from pytest_django import Settings

from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer
from unilingo import probes
from unilingo.monitoring.database_notice import DatabaseNotice
from unilingo.processes import housekeeping, workers
from unilingo.processes.housekeeping import (
    DUTIES,
    HANGS_SECONDS,
    TOLD_AGAIN_SECONDS,
    Rounds,
    Turn,
    go_round,
    housekeeper,
    tell_if_hung,
)


class StoppedClock(HandClock):
    def now(self) -> float:
        return 0.0  # a clock on the wall that stands still, or was set back


@pytest.fixture
def turns(redis_server: ValkeyServer) -> tuple[Turn, Turn, Turn]:
    first, second, web = Turn("worker"), Turn("worker"), Turn("web")
    return first, second, web


def test_of_two_workers_one_has_the_turn_and_keeps_it(turns: tuple[Turn, Turn, Turn]) -> None:
    first, second, _ = turns

    taken = [(first.take(), second.take()) for _ in range(3) if first.end_round() is None]

    assert taken == [(True, False)] * 3


def test_a_web_process_has_the_turn_for_one_round_where_no_worker_has_it(
    turns: tuple[Turn, Turn, Turn],
) -> None:
    first, _, web = turns
    assert web.take()
    assert not first.take()
    web.end_round()

    assert first.take()
    first.end_round()
    assert not web.take()


def test_a_worker_that_died_loses_the_turn(
    turns: tuple[Turn, Turn, Turn], settings: Settings
) -> None:
    first, second, _ = turns
    assert first.take()

    redis.Redis.from_url(settings.REDIS_URL).delete("unilingo:{housekeeping}")  # as when it expires

    assert second.take()
    assert not first.take()


def test_without_redis_every_worker_does_it_and_no_web_process(
    turns: tuple[Turn, Turn, Turn], redis_server: ValkeyServer
) -> None:
    with redis_server.away():
        assert [turn.take() for turn in turns] == [True, True, False]


def test_each_duty_is_done_as_often_as_it_is_due_whatever_the_clock_on_the_wall_says() -> None:
    clock, done = StoppedClock(), dict.fromkeys(DUTIES, 0)

    def run(name: str) -> None:
        done[name] += 1

    rounds = Rounds(run, clock)
    for _ in range(60):
        rounds.go(DUTIES)
        clock.sleep(1)

    assert done == {name: int(60 / seconds) for name, seconds in DUTIES.items()}


def test_every_worker_does_what_is_everybodys_and_who_has_the_turn_all(
    turns: tuple[Turn, Turn, Turn],
) -> None:
    clock, done = HandClock(), [list[str]() for _ in turns]
    notice = DatabaseNotice(clock)
    rounds = [Rounds(ours.append, clock) for ours in done]
    for _ in range(3):
        for turn, ours in zip(turns, rounds, strict=True):
            go_round(turn, ours, notice)
        clock.sleep(1)

    first, second, web = done
    assert set(first) == set(DUTIES)
    assert second == ["jobs.take_back"] * 3
    assert web == []


def test_a_database_that_is_away_is_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock()
    rounds = Rounds(lambda name: OperationalError("no route"), clock)

    for _ in range(int(2 * TOLD_AGAIN_SECONDS)):
        rounds.go(DUTIES)
        clock.sleep(1)

    assert [record.message for record in caplog.records] == ["database away, nothing is swept"] * 2


def test_a_database_is_away_for_as_long_as_one_duty_finds_it_so() -> None:
    clock, is_full = HandClock(), True

    def run(name: str) -> object:
        return OperationalError("disk full") if is_full and name == "unilingo.watch" else None

    rounds = Rounds(run, clock)
    found = []
    for second in range(12):
        is_full = second < 6
        found.append(rounds.go(DUTIES))
        clock.sleep(1)

    assert found == [False] * 6 + [True] * 6


def test_a_database_that_hangs_is_told_although_no_round_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, noted = HandClock(), list[bool]()
    notice = Mock(note=lambda is_away, now: noted.append(is_away))

    def hang(name: str) -> None:
        clock.sleep(HANGS_SECONDS)
        tell_if_hung(rounds, notice)
        clock.sleep(1)
        tell_if_hung(rounds, notice)

    rounds = Rounds(hang, clock)
    monkeypatch.setattr(probes, "database", lambda: probes.UNREACHABLE)
    monkeypatch.setattr(housekeeping, "connection", Mock())

    rounds.go(DUTIES)
    tell_if_hung(rounds, notice)

    assert noted[:1] == [True]
    assert len(noted) == 2 * len(DUTIES) - 1


@pytest.mark.django_db(transaction=True)
def test_every_duty_is_a_task_that_does_not_mind_doing_it_again() -> None:
    current_app.loader.import_default_modules()

    assert [housekeeper("worker", "one")(name) for name in [*DUTIES, *DUTIES]] == [None] * 2 * len(
        DUTIES
    )


def test_each_duty_says_that_somebody_keeps_house(
    transactional_db: None, redis_server: ValkeyServer
) -> None:
    """Not only the round, which is long after an outage."""
    run = housekeeper("worker", "one")
    for _ in range(2):
        with redis.Redis.from_url(redis_server.url) as client:
            client.flushall()  # as what was said before lapses
        run("jobs.prune")
        assert workers.facts_of("housekeeping") == {"one": "worker"}
