"""A database that is away is told without it, once, and so is its return."""

from datetime import UTC, datetime

import pytest
import redis
from django.core import mail
from pytest_django import Settings

from tests.receiver import running_receiver
from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer
from unilingo.common.webhook import Receiver
from unilingo.monitoring.database_notice import CLEARED_AFTER, RAISED_AFTER, DatabaseNotice
from unilingo.monitoring.policy import NoticePolicy

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture
def clock(settings: Settings) -> HandClock:
    settings.NOTICE_POLICY = NoticePolicy(None, ("ops@example.org",))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return HandClock()


def _subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def test_it_is_told_once_and_so_is_its_return(clock: HandClock, redis_server: ValkeyServer) -> None:
    notice = DatabaseNotice(clock)
    for is_away in [True] * 30 + [False] * 30:
        notice.note(is_away, NOW)
        clock.sleep(1)

    assert _subjects() == ["[UniLingo] Alert: databaseDown", "[UniLingo] Over: databaseDown"]


def test_who_takes_the_turn_over_meanwhile_does_not_tell_it_again(
    clock: HandClock, redis_server: ValkeyServer
) -> None:
    for notice in (DatabaseNotice(clock), DatabaseNotice(clock)):
        for _ in range(int(RAISED_AFTER) + 5):
            notice.note(True, NOW)
            clock.sleep(1)

    assert _subjects() == ["[UniLingo] Alert: databaseDown"]


def test_the_return_is_told_however_long_it_was_away(
    clock: HandClock, redis_server: ValkeyServer, settings: Settings
) -> None:
    notice = DatabaseNotice(clock)
    for _ in range(2 * int(RAISED_AFTER)):
        notice.note(True, NOW)
        clock.sleep(1)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushall()  # what was remembered has expired
    for is_away in [True, *[False] * 30]:
        notice.note(is_away, NOW)
        clock.sleep(1)

    assert _subjects() == ["[UniLingo] Alert: databaseDown", "[UniLingo] Over: databaseDown"]


@pytest.mark.parametrize("statuses", [[500], [500] * 3])
def test_who_has_not_taken_it_is_told_again_and_nobody_else(
    clock: HandClock, redis_server: ValkeyServer, settings: Settings, statuses: list[int]
) -> None:
    with running_receiver() as receiver:
        webhook = Receiver(receiver.url, ["a secret of some length"], True)
        settings.NOTICE_POLICY = NoticePolicy(webhook, ("ops@example.org",))
        notice = DatabaseNotice(clock)
        for is_away in (True, False):
            receiver.statuses[:] = statuses
            for _ in range(120):
                notice.note(is_away, NOW)
                clock.sleep(1)

    ids = [headers["webhook-id"] for headers, _ in receiver.heard]
    times = len(statuses) + 1
    assert ids == [ids[0]] * times + [ids[-1]] * times
    assert ids[0] != ids[-1]
    assert _subjects() == ["[UniLingo] Alert: databaseDown", "[UniLingo] Over: databaseDown"]


def test_a_short_absence_is_no_news(clock: HandClock, redis_server: ValkeyServer) -> None:
    notice = DatabaseNotice(clock)
    for is_away in [*[True] * int(RAISED_AFTER), *[False] * (int(CLEARED_AFTER) + 5)]:
        notice.note(is_away, NOW)
        clock.sleep(1)

    assert _subjects() == []


def test_it_is_told_while_redis_is_away_too(clock: HandClock, redis_server: ValkeyServer) -> None:
    notice = DatabaseNotice(clock)
    with redis_server.away():
        for _ in range(int(RAISED_AFTER) + 5):
            notice.note(True, NOW)
            clock.sleep(1)

    assert _subjects() == ["[UniLingo] Alert: databaseDown"]
