"""Telling people: once for each change however many watch, again until it is taken, and to nobody inside our network."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest
from django.core import mail
from django.db import InterfaceError, OperationalError
from pytest_django import Settings

from tests.receiver import Listener, running_receiver
from tests.together import at_once
from unilingo.common import webhook
from unilingo.common.webhook import Receiver
from unilingo.models import Notice
from unilingo.monitoring import notices, watch
from unilingo.monitoring.alerts import Alert
from unilingo.monitoring.policy import NoticePolicy

SECRET = "known to both ends"
SUMMARY = {"waiting": 51, "workers": 0}
CALM = timedelta(seconds=30)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Listener]:
    with running_receiver() as running:
        settings.NOTICE_POLICY = NoticePolicy(
            Receiver(running.url, [SECRET], allows_private=True), emails=()
        )
        yield running


def _note(holds: bool | None, now: datetime) -> list[Alert]:
    return notices.note({Alert.QUEUE_DEPTH_HIGH: holds}, SUMMARY, now)


@pytest.mark.django_db
def test_a_change_is_told_once_when_it_comes_and_once_when_it_goes(
    receiver: Listener, now: datetime
) -> None:
    for seconds in range(5):
        _note(True, now + timedelta(seconds=seconds))
        notices.deliver(now + timedelta(seconds=seconds))
    over = now + timedelta(seconds=10)
    for later in (over, over + CALM / 2, over + CALM, over + 2 * CALM):
        _note(False, later)
        notices.deliver(later)

    bodies = [json.loads(body) for _, body in receiver.heard]
    assert [body["type"] for body in bodies] == ["alert.raised", "alert.cleared"]
    assert bodies[0]["data"] == {
        "alert": "queueDepthHigh",
        "severity": "warning",
        "text": "Many jobs wait for a worker.",
        "runbook": "docs/runbook.md#queuedepthhigh",
        "figures": SUMMARY,
    }


@pytest.mark.django_db
def test_a_figure_that_swings_around_its_threshold_is_one_alert(now: datetime) -> None:
    swings = [_note(number % 2 == 0, now + CALM * number / 2) for number in range(20)]

    assert [changed for changed in swings if changed] == [[Alert.QUEUE_DEPTH_HIGH]]


@pytest.mark.django_db
def test_what_is_not_known_changes_nothing(now: datetime) -> None:
    _note(True, now)

    assert _note(None, now + 10 * CALM) == []
    assert _note(True, now + 11 * CALM) == []


@pytest.mark.django_db(transaction=True)
def test_processes_that_watch_at_once_tell_of_a_change_once(
    receiver: Listener, now: datetime
) -> None:
    _note(False, now)

    def watch(_: int) -> list[Alert]:
        changed = _note(True, now)
        notices.deliver(now)
        return changed

    changed = at_once(watch, 4)
    notices.deliver(now)

    assert sorted(map(len, changed)) == [0, 0, 0, 1]
    assert len(receiver.heard) == 1


@pytest.mark.django_db
def test_a_receiver_can_check_who_sent_it(receiver: Listener, now: datetime) -> None:
    _note(True, now)
    notices.deliver(now)

    [(headers, body)] = receiver.heard
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert headers["webhook-id"] == str(Notice.objects.get().id)


@pytest.mark.django_db
def test_a_notice_is_sent_again_later_and_later_until_it_is_taken(
    receiver: Listener, now: datetime
) -> None:
    receiver.statuses[:] = [500, 302, 404]
    _note(True, now)
    taken_at = []
    for second in range(60):
        if notices.deliver(now + timedelta(seconds=second)):
            taken_at.append(second)

    assert taken_at == [35]
    assert len(receiver.heard) == 4
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1


@pytest.mark.django_db
def test_a_receiver_that_never_takes_it_is_given_up(settings: Settings, now: datetime) -> None:
    settings.NOTICE_POLICY = NoticePolicy(Receiver("http://127.0.0.1:1/", [SECRET], True), ())
    _note(True, now)

    for hour in range(24):
        for minute in range(0, 60, 5):
            notices.deliver(now + timedelta(hours=hour, minutes=minute))

    notice = Notice.objects.get()
    assert (notice.attempts, notice.next_attempt_at, notice.sent_at) == (12, None, None)


@pytest.mark.django_db
def test_mail_says_what_holds_and_what_to_do(settings: Settings, now: datetime) -> None:
    settings.NOTICE_POLICY = NoticePolicy(None, ("ops@example.org",))

    _note(True, now)
    notices.deliver(now)

    [message] = mail.outbox
    assert message.to == ["ops@example.org"]
    assert message.subject == "[UniLingo] Alert: queueDepthHigh"
    assert "Many jobs wait for a worker." in message.body
    assert "docs/runbook.md#queuedepthhigh" in message.body
    assert "waiting: 51" in message.body


@pytest.mark.django_db
def test_notices_of_last_month_are_forgotten(receiver: Listener, now: datetime) -> None:
    _note(True, now)
    notices.deliver(now)

    notices.deliver(now + timedelta(days=31))

    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fd00::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b::a00:1"),
    ],
)
def test_an_address_of_ours_is_no_public_one(address: str) -> None:
    assert not webhook.is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_an_address_of_the_internet_is_a_public_one(address: str) -> None:
    assert webhook.is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]"])
def test_a_webhook_never_calls_inwards_unless_it_may(now: datetime, host: str) -> None:
    with running_receiver() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        policy = Receiver(f"http://{host}:{port}/", [SECRET])

        with pytest.raises(webhook.WebhookFailed, match="not a public one"):
            webhook.post(policy, "id", {}, now)

        assert receiver.heard == []


@pytest.mark.django_db
def test_what_could_not_be_sent_is_logged_without_the_address(
    settings: Settings, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    settings.NOTICE_POLICY = NoticePolicy(
        Receiver("http://127.0.0.1:1/hook/t0ken", [SECRET], True), ()
    )
    _note(True, now)

    notices.deliver(now)

    assert "notice not taken" in caplog.text
    assert "t0ken" not in caplog.text + str([vars(record) for record in caplog.records])


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_goes_while_notices_are_sent_is_one_line(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(now: datetime) -> None:
        raise error("server closed the connection")

    monkeypatch.setattr(notices, "deliver", gone)
    monkeypatch.setattr(watch, "connection", Mock())
    monkeypatch.setattr(watch, "_delivering", threading.Lock())
    watch._delivering.acquire()

    watch._deliver()

    assert [record.message for record in caplog.records] == ["notices not delivered"]
    assert not watch._delivering.locked()
