"""The frames of a stream, over rows that are there and news that the test hands in."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import pytest
import redis
from django.db import connections

from jobs import lifecycle, privacy
from jobs.api import hub as hub_module
from jobs.api import stream
from jobs.api.hub import Hub, News
from jobs.api.stream import ROWS_AT_ONCE, follow, until_ended
from jobs.claims import Claim
from jobs.errors import TooManyStreams
from jobs.events import EVENTS_CHANNEL, Channel
from jobs.models import Job, JobEvent, Status
from tests.jobs.rows import NOW, active_job, job_in
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = '{"jobId":"x","status":"active","progress":7}'
Frames = AsyncGenerator[bytes, None]


class QuietHub(Hub):
    """Hears nothing by itself: the test says what there is to hear."""

    def __init__(self, limit: int = 10) -> None:
        super().__init__("", limit, limit, stream.newest_sequences)

    async def _listen(self) -> None:
        self.is_connected = True

    def say(self, claim: Claim, number: int, type: str = "progress") -> None:
        for subscription in self._subscriptions[claim.job_id]:
            subscription.hear(News(number, type, f'{{"told":{number}}}'))


def watching(
    claim: Claim, journey: Callable[[QuietHub, Frames], Awaitable[None]], after: int = 0
) -> None:
    async def main() -> None:
        hub = QuietHub()
        channel = Channel(claim.job_id, "ann")
        async with aclosing(follow(hub, channel, after, FIRST)) as frames:
            await journey(hub, frames)
        assert hub.count == 0

    asyncio.run(main())


async def next_of(frames: Frames) -> list[tuple[int, str]]:
    """Ids and types of what comes next."""
    chunk = (await asyncio.wait_for(anext(frames), 5)).decode()
    blocks = [dict(line.split(": ", 1) for line in b.split("\n")) for b in chunk.split("\n\n") if b]
    return [(int(b["id"]), b["event"]) for b in blocks if "event" in b]


async def elsewhere(act: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Call it on a thread, as another process would, with a connection that ends with the call."""

    def run() -> None:
        try:
            act(*args, **kwargs)
        finally:
            connections.close_all()

    await asyncio.to_thread(run)


def pushed(server: ValkeyServer) -> Callable[[], list[dict[str, str]]]:
    """What is pushed to all processes from now on."""
    listening = redis.Redis.from_url(server.url).pubsub(ignore_subscribe_messages=True)
    listening.subscribe(EVENTS_CHANNEL)
    listening.get_message(timeout=5)

    def all_of_it() -> list[dict[str, str]]:
        found = []
        while message := listening.get_message(timeout=0.2):
            found.append(json.loads(message["data"]))
        listening.close()
        return found

    return all_of_it


async def rest_of(frames: Frames) -> list[tuple[int, str]]:
    found = []
    while True:
        try:
            found += await next_of(frames)
        except StopAsyncIteration:
            return found


def test_first_the_present_state_then_what_was_missed() -> None:
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        assert await next_of(frames) == [(1, "connected")]
        assert await next_of(frames) == [(2, "active")]

    watching(claim, journey, after=1)


def test_news_in_its_turn_is_told_without_reading_rows() -> None:
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        await next_of(frames)
        hub.say(claim, 3)
        hub.say(claim, 4)
        assert await next_of(frames) == [(3, "progress"), (4, "progress")]

    watching(claim, journey)


def test_news_that_leaves_a_gap_makes_the_stream_read_the_rows() -> None:
    claim = active_job()
    for percent in (10, 20, 30):
        lifecycle.progress(claim, percent, "A step", now=NOW)

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        assert [number for number, _ in await next_of(frames)] == [3, 4, 5]
        await elsewhere(lifecycle.progress, claim, 40, "A step", now=NOW)
        await elsewhere(lifecycle.progress, claim, 50, "A step", now=NOW)
        hub.say(claim, 7)
        assert await next_of(frames) == [(6, "progress"), (7, "progress")]

    watching(claim, journey, after=2)


def test_news_that_was_read_already_is_not_told_again() -> None:
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        hub.say(claim, 1)
        hub.say(claim, 2)
        assert await next_of(frames) == [(1, "waiting"), (2, "active")]
        hub.say(claim, 1)
        hub.say(claim, 2)
        hub.say(claim, 3)
        assert await next_of(frames) == [(3, "progress")]

    watching(claim, journey)


def test_what_happens_between_the_first_answer_and_the_reading_is_told_once() -> None:
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        await elsewhere(lifecycle.complete, claim, {"success": True}, now=NOW)
        hub.say(claim, 3, "completed")
        assert await rest_of(frames) == [(1, "waiting"), (2, "active"), (3, "completed")]

    watching(claim, journey)


def test_more_rows_than_are_read_at_once_all_come() -> None:
    claim = active_job()
    for number in range(2 * ROWS_AT_ONCE):
        lifecycle.progress(claim, number % 100, "A step", now=NOW)
    lifecycle.complete(claim, {"success": True}, now=NOW)

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        told = [number for number, _ in await rest_of(frames)]
        assert told == list(range(1, 2 * ROWS_AT_ONCE + 4))

    watching(claim, journey)


def test_nothing_comes_after_the_end_of_the_job() -> None:
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        await next_of(frames)
        hub.say(claim, 3, "failed")
        assert await rest_of(frames) == [(3, "failed")]

    watching(claim, journey)


def test_the_last_event_says_to_come_back_never() -> None:
    claim = active_job()
    lifecycle.complete(claim, {"success": True}, now=NOW)

    async def journey(hub: QuietHub, frames: Frames) -> None:
        assert (await anext(frames)).startswith(b"retry: 2000\nid: 0\nevent: connected\ndata: {")
        blocks = (await anext(frames)).split(b"\n\n")
        assert [block.startswith(b"retry: 86400000\n") for block in blocks] == [0, 0, 1, 0]

    watching(claim, journey)


def test_the_stream_of_an_erased_job_ends_with_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.05)
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        await next_of(frames)
        await elsewhere(Job.objects.all().delete)
        chunk = (await asyncio.wait_for(anext(frames), 5)).decode()
        assert chunk.startswith("retry: 86400000\nid: 3\nevent: cancelled\n")
        payload = json.loads(chunk.split("data: ")[1])
        assert (payload["jobId"], payload["status"]) == (claim.job_id, "cancelled")
        assert await rest_of(frames) == []

    watching(claim, journey)


@pytest.mark.parametrize("told", ["in the first event", "by a row"])
def test_the_stream_of_all_jobs_tells_of_those_that_are_erased(
    monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)
    claim = active_job()
    newest = JobEvent.objects.latest("id").id
    after, known = (newest, {claim.job_id: 2}) if told == "in the first event" else (0, {})

    async def main() -> None:
        everything = Channel("", "ann")
        async with aclosing(follow(QuietHub(), everything, after, FIRST, known)) as frames:
            await next_of(frames)
            while await next_of(frames) != [(newest, "heartbeat")]:
                pass
            await elsewhere(Job.objects.all().delete)
            while (chunk := (await anext(frames)).decode()).count("heartbeat"):
                pass
            assert chunk.startswith(f"id: {newest}\nevent: cancelled\n")
            payload = json.loads(chunk.split("data: ")[1])
            assert (payload["jobId"], payload["sequence"]) == (claim.job_id, 3)
            assert await next_of(frames) == [(newest, "heartbeat")]

    asyncio.run(main())


@pytest.mark.parametrize("status", [Status.WAITING, Status.DELAYED, Status.ACTIVE])
def test_who_is_erased_has_no_job_that_goes_on(redis_server: ValkeyServer, status: Status) -> None:
    claim = job_in(status)
    heard = pushed(redis_server)

    privacy.erase("ann")

    ended = [event for event in heard() if event["event_type"] == "cancelled"]
    assert [Channel.parse(event["channel"]).job_id for event in ended] == [claim.job_id]
    assert not lifecycle.complete(claim, {"success": True}, now=NOW)


def test_a_quiet_stream_says_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.01)
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        await next_of(frames)
        chunk = (await anext(frames)).decode()
        assert chunk.startswith("id: 2\nevent: heartbeat\n")
        payload = json.loads(chunk.split("data: ")[1])
        assert payload["jobId"] == claim.job_id
        assert payload.keys() == {"jobId", "status", "progress", "timestamp"}

    watching(claim, journey)


def test_an_end_whose_news_was_lost_is_found_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.05)
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        await next_of(frames)
        await elsewhere(lifecycle.complete, claim, {"success": True}, now=NOW)
        assert (await rest_of(frames))[-1] == (3, "completed")

    watching(claim, journey)


def test_a_closing_process_ends_the_stream_and_says_when_to_come_back() -> None:
    claim = active_job()

    async def journey(hub: QuietHub, frames: Frames) -> None:
        await next_of(frames)
        await next_of(frames)
        hub.close()
        last = await anext(frames)
        assert last.startswith(b"retry: 500\nid: 2\nevent: heartbeat\ndata: {")
        assert await rest_of(frames) == []

    watching(claim, journey)


def test_without_room_a_stream_does_not_begin() -> None:
    async def main() -> None:
        with pytest.raises(TooManyStreams):
            await anext(follow(QuietHub(limit=0), Channel("flashcards-1", "ann"), 0, FIRST))

    asyncio.run(main())


class TestWaitingForTheEnd:
    def wait(self, claim: Claim, seconds: float, limit: int = 10) -> Hub:
        hub = QuietHub(limit)

        async def main() -> None:
            await asyncio.wait_for(until_ended(hub, Channel(claim.job_id, "ann"), seconds), 10)

        asyncio.run(main())
        assert hub.count == 0
        return hub

    def test_it_is_over_when_the_job_has_ended(self) -> None:
        claim = active_job()
        lifecycle.complete(claim, {"success": True}, now=NOW)
        self.wait(claim, seconds=3600)

    def test_it_is_over_when_the_job_is_erased(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.05)
        claim = active_job()
        Job.objects.all().delete()
        self.wait(claim, seconds=3600)

    def test_it_is_over_when_the_time_is(self) -> None:
        self.wait(active_job(), seconds=0.01)

    def test_it_is_over_at_once_when_there_is_no_room_to_wait(self) -> None:
        self.wait(active_job(), seconds=3600, limit=0)
