import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

import pytest
import redis.asyncio

from jobs.api import hub as hub_module
from jobs.api.hub import QUEUE_LIMIT, Hub, Subscription
from jobs.errors import TooManyStreams
from jobs.events import EVENTS_CHANNEL, EVERYBODY, Channel
from tests.servers import ValkeyServer

ANN = Channel("flashcards-1", "ann")
ALL_OF_ANN = Channel("", "ann")

Journey = Callable[[Hub, redis.asyncio.Redis], Awaitable[None]]


def run(server: ValkeyServer, journey: Journey, limit: int = 100, per_user: int = 100) -> None:
    async def main() -> None:
        hub = Hub(server.url, limit, per_user, nothing_new)
        async with redis.asyncio.Redis.from_url(server.url) as client:
            await journey(hub, client)
        hub.close()

    asyncio.run(main())


async def nothing_new(job_ids: Sequence[str]) -> dict[str, int]:
    return {}


async def push(
    client: redis.asyncio.Redis, channel: Channel, number: int, data: str = "{}"
) -> None:
    event = {"channel": str(channel), "pub_id": str(number), "event_type": "progress", "data": data}
    await client.publish(EVENTS_CHANNEL, json.dumps(event))


async def caught_up(subscription: Subscription) -> None:
    """Past the moment at which the listener has subscribed and told everybody to read the rows."""
    await until(subscription)
    subscription.is_behind = False


async def until(subscription: Subscription) -> None:
    assert await subscription.wait(5)
    subscription.woken.clear()


def numbers(subscription: Subscription) -> list[int]:
    return [news.sequence for news in subscription.queue]


def test_news_of_a_job_reaches_its_watchers_and_its_users(redis_server: ValkeyServer) -> None:
    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        other = Channel("flashcards-2", "bob")
        with (
            hub.subscribe(ANN) as job,
            hub.subscribe(ALL_OF_ANN) as user,
            hub.subscribe(other) as no,
        ):
            await caught_up(job)
            await push(client, ANN, 3)
            await until(job)
            assert (numbers(job), numbers(user), numbers(no)) == ([3], [3], [])
            assert not job.is_behind

    run(redis_server, journey)


def test_who_subscribes_reads_the_rows_first_and_again_once_the_listener_hears(
    redis_server: ValkeyServer,
) -> None:
    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ANN) as subscription:
            assert subscription.is_behind
            subscription.is_behind = False
            await until(subscription)
            assert subscription.is_behind
            assert hub.is_connected

    run(redis_server, journey)


def test_a_reader_that_falls_behind_holds_a_bounded_number(redis_server: ValkeyServer) -> None:
    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ANN) as subscription, hub.subscribe(ALL_OF_ANN) as other:
            await caught_up(subscription)
            other.is_behind = False
            for number in range(QUEUE_LIMIT + 1):
                await push(client, ANN, number)
            while not subscription.is_behind:
                await until(other)
            assert len(subscription.queue) == 0

    run(redis_server, journey)


def test_new_jobs_wake_the_streams_of_their_users(redis_server: ValkeyServer) -> None:
    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ALL_OF_ANN) as ann, hub.subscribe(Channel("", "bob")) as bob:
            await caught_up(ann)
            await caught_up(bob)
            await push(client, EVERYBODY, 0, json.dumps({"users": ["ann"]}))
            await until(ann)
            assert (ann.is_behind, bob.is_behind) == (True, False)

    run(redis_server, journey)


@pytest.mark.parametrize(
    "noise", [b"", b"\xff", b"[]", b"null", b'{"channel": 1}', b'{"channel": "a"}']
)
def test_what_is_not_an_event_of_ours_is_passed_over(
    redis_server: ValkeyServer, noise: bytes
) -> None:
    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ANN) as subscription:
            await caught_up(subscription)
            await client.publish(EVENTS_CHANNEL, noise)
            await push(client, ANN, 3)
            await until(subscription)
            assert numbers(subscription) == [3]

    run(redis_server, journey)


def test_when_redis_comes_back_everybody_reads_the_rows(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "RECONNECT_SECONDS", (0.01, 0.01))

    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ANN) as subscription:
            await caught_up(subscription)
            redis_server.stop()
            redis_server.start()
            await until(subscription)
            assert subscription.is_behind
            subscription.is_behind = False
            await push(client, ANN, 9)
            await until(subscription)
            assert numbers(subscription) == [9]

    run(redis_server, journey)


def test_a_connection_that_answers_no_ping_is_given_up(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "PING_SECONDS", 0.1)

    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ANN) as subscription:
            await caught_up(subscription)
            redis_server.freeze()
            try:
                while hub.is_connected:
                    await asyncio.sleep(0.01)
            finally:
                redis_server.thaw()
            await until(subscription)
            assert hub.is_connected
            assert subscription.is_behind

    run(redis_server, journey)


def test_there_is_room_for_so_many_and_for_so_many_of_one_user(redis_server: ValkeyServer) -> None:
    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ANN), hub.subscribe(ALL_OF_ANN):
            with pytest.raises(TooManyStreams), hub.subscribe(ANN):
                pass
            with hub.subscribe(Channel("", "bob")):
                with pytest.raises(TooManyStreams), hub.subscribe(Channel("", "eve")):
                    pass
                assert hub.open_streams() == {"flashcards-1": 1, "user:ann": 1, "user:bob": 1}
        assert (hub.open_streams(), hub.count) == ({}, 0)

    run(redis_server, journey, limit=3, per_user=2)


def test_closing_wakes_everybody(redis_server: ValkeyServer) -> None:
    async def journey(hub: Hub, client: redis.asyncio.Redis) -> None:
        with hub.subscribe(ANN) as subscription:
            await caught_up(subscription)
            hub.close()
            await until(subscription)
            assert hub.is_closing

    run(redis_server, journey)
