import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import redis
from django.db import transaction
from django_eventstream import eventstream

from jobs import creation, events, lifecycle
from jobs.events import EVENTS_CHANNEL, NEW_JOBS, Channel
from tests.jobs.rows import NOW, active_job
from tests.servers import ValkeyServer
from unilingo.common.timestamps import iso


@pytest.mark.parametrize("user_id", ["ann", "a:b:c", "", "auth0|5f", "名前 x"])
def test_a_channel_is_read_as_it_was_written(user_id: str) -> None:
    assert Channel.parse(str(Channel("flashcards-1", user_id))) == ("flashcards-1", user_id)


def test_times_are_utc_with_milliseconds() -> None:
    moment = datetime(2026, 11, 23, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    assert iso(moment) == "2026-11-23T12:00:00.123Z"
    assert iso(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


def test_a_payload_is_one_compact_line_in_its_own_script() -> None:
    assert events.line({"a": "ä\n中", "b": [1, 2]}) == '{"a":"ä\\n中","b":[1,2]}'


@pytest.fixture
def listener(redis_server: ValkeyServer) -> Iterator[redis.client.PubSub]:
    """Subscribed to the channel on which every process hears of events."""
    with (
        redis.Redis.from_url(redis_server.url) as client,
        client.pubsub(ignore_subscribe_messages=True) as pubsub,
    ):
        pubsub.subscribe(EVENTS_CHANNEL)
        pubsub.get_message(timeout=5)
        yield pubsub


def pushed_to(listener: redis.client.PubSub) -> dict[str, str]:
    message = listener.get_message(timeout=5)
    assert message is not None
    pushed: dict[str, str] = json.loads(message["data"])
    return pushed


def test_a_pushed_message_is_django_eventstreams_own(
    listener: redis.client.PubSub, redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = {"jobId": "1", "sequence": 3, "error": "no"}
    with redis.Redis.from_url(redis_server.url) as client:
        monkeypatch.setattr(eventstream, "redis_client", client)
        eventstream.send_event("1:ann", "failed", events.line(data), json_encode=False)
    events._push([(Channel("1", "ann"), "failed", data)])

    assert pushed_to(listener) | {"pub_id": "3"} == pushed_to(listener)


@pytest.mark.django_db(transaction=True)
class TestPushing:
    def test_an_event_is_pushed_once_it_is_committed(self, listener: redis.client.PubSub) -> None:
        claim = active_job()
        assert pushed_to(listener)["event_type"] == NEW_JOBS
        assert pushed_to(listener)["event_type"] == "active"
        with transaction.atomic():
            lifecycle.complete(claim, {"cards": "ä"}, now=NOW)
            assert listener.get_message(timeout=0.05) is None
        pushed = pushed_to(listener)
        assert pushed["channel"] == f"{claim.job_id}:ann"
        assert (pushed["event_type"], pushed["pub_id"]) == ("completed", "3")
        assert json.loads(pushed["data"])["result"] == {"cards": "ä"}

    def test_new_jobs_are_announced_together(self, listener: redis.client.PubSub) -> None:
        jobs = [
            creation.new_job("flashcards", user_id, {}, max_attempts=3, now=NOW)
            for user_id in ("bob", "ann", "bob")
        ]
        creation.create(jobs)
        assert json.loads(pushed_to(listener)["data"])["users"] == ["ann", "bob"]
        assert listener.get_message(timeout=0.05) is None

    def test_without_redis_the_event_is_written_all_the_same(self) -> None:
        claim = active_job()
        assert lifecycle.complete(claim, {"success": True}, now=NOW)
