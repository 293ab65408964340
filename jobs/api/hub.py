"""One listener in each web process: hears every event that is pushed, and wakes the streams that it concerns.

What it hears is only news. A stream that has fallen behind, or that cannot know whether it has (the listener was not
connected), reads the rows. So nothing is lost when Redis is away, and memory for a slow client is bounded.
"""

import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import redis
import redis.asyncio
from django.db import Error
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from jobs.errors import TooManyStreams
from jobs.events import EVENTS_CHANNEL, EVERYBODY, Channel

logger = logging.getLogger(__name__)

Newest = Callable[[Sequence[str]], Awaitable[dict[str, int]]]
_USER = "user:"

QUEUE_LIMIT = 64
PING_SECONDS = 15.0
RECONNECT_SECONDS = (0.1, 1.0)
LOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class News:
    """A pushed event: `sequence` within its job, and its payload as one line of JSON."""

    sequence: int
    type: str
    line: str


@dataclass(eq=False, slots=True)
class Subscription:
    """What one stream has not read yet. `is_behind`: the rows must be read before the queue can be trusted.

    `unfinished`: the jobs that a user's stream has told of and that have not ended, with the newest sequence of each.
    """

    channel: Channel
    queue: list[News] = field(default_factory=list)
    is_behind: bool = True
    last: int = 0  # the newest sequence that the stream has sent
    unfinished: dict[str, int] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, news: News) -> None:
        if len(self.queue) < QUEUE_LIMIT:
            self.queue.append(news)
        else:
            self.fall_behind()
        self.woken.set()

    def fall_behind(self) -> None:
        self.is_behind = True
        self.queue.clear()
        self.woken.set()

    async def wait(self, seconds: float) -> bool:
        """Until something may have happened. False: nothing did."""
        try:
            await asyncio.wait_for(self.woken.wait(), seconds)
        except TimeoutError:
            return False
        return True


class Hub:
    """At most `limit` subscriptions, and `limit_per_user` of one user's.

    News may be lost on its way, and none comes while Redis is away. So every LOOK_SECONDS `newest` is asked, on a
    thread, for the newest sequence of all jobs that are watched: one query, however many streams there are.
    """

    def __init__(self, redis_url: str, limit: int, limit_per_user: int, newest: Newest) -> None:
        self._redis_url = redis_url
        self._newest = newest
        self._limit = limit
        self._limit_per_user = limit_per_user
        self._subscriptions: dict[str, set[Subscription]] = {}
        self._of_user: Counter[str] = Counter()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.count = 0
        self.is_closing = False
        self.is_connected = False

    @contextmanager
    def subscribe(self, channel: Channel) -> Iterator[Subscription]:
        """Hear of one job (`job_id` set), or of everything that belongs to a user. Call it from the event loop.

        Raises TooManyStreams.
        """
        if self.count >= self._limit or self._of_user[channel.user_id] >= self._limit_per_user:
            raise TooManyStreams
        self._ensure(self._listen)
        self._ensure(self._look)
        key = channel.job_id or _user_key(channel.user_id)
        subscription = Subscription(channel)
        self._subscriptions.setdefault(key, set()).add(subscription)
        self.count += 1
        self._of_user[channel.user_id] += 1
        try:
            yield subscription
        finally:
            self.count -= 1
            self._of_user[channel.user_id] -= 1
            if not self._of_user[channel.user_id]:
                del self._of_user[channel.user_id]
            subscribers = self._subscriptions[key]
            subscribers.discard(subscription)
            if not subscribers:
                del self._subscriptions[key]

    def open_streams(self) -> dict[str, int]:
        """Subscribers of each job, and of each user's own stream under `user:<id>`."""
        return {key: len(subscribers) for key, subscribers in self._subscriptions.items()}

    def close(self) -> None:
        """Tell every stream to end, so that its client reconnects to another process."""
        self.is_closing = True
        self._wake_all()

    def _wake_all(self) -> None:
        for subscribers in self._subscriptions.values():
            for subscription in subscribers:
                subscription.fall_behind()

    def _ensure(self, duty: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = self._tasks.get(duty.__name__)
        if task is None or task.done():
            self._tasks[duty.__name__] = asyncio.get_running_loop().create_task(duty())

    async def _look(self) -> None:
        while not self.is_closing:
            await asyncio.sleep(LOOK_SECONDS)
            watched = [key for key in self._subscriptions if not key.startswith(_USER)]
            try:
                newest = await self._newest(watched) if watched else {}
            except Error as error:
                logger.warning("rows not looked at", extra={"reason": type(error).__name__})
                continue
            for job_id in watched:
                for subscription in self._subscriptions.get(job_id, ()):
                    # Of a job that is not found there is to be told that it has been erased.
                    if subscription.last < newest.get(job_id, sys.maxsize):
                        subscription.fall_behind()

    async def _listen(self) -> None:
        shortest, longest = RECONNECT_SECONDS
        pause = shortest
        while not self.is_closing:
            client = redis.asyncio.Redis.from_url(
                self._redis_url,
                socket_timeout=None,
                socket_connect_timeout=1.0,
                retry=Retry(NoBackoff(), 0),
            )
            try:
                async with client, client.pubsub() as pubsub:
                    await pubsub.subscribe(EVENTS_CHANNEL)
                    async for message in _messages(pubsub):
                        pause = shortest
                        self._hear(message)
            except (redis.RedisError, OSError) as error:
                if self.is_connected:
                    logger.warning(
                        "event listener lost Redis", extra={"reason": type(error).__name__}
                    )
            self.is_connected = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            # What was pushed while this process was deaf is in the rows.
            self.is_connected = True
            self._wake_all()
        elif message["type"] == "message":
            try:
                self._hear_event(json.loads(message["data"]))
            except (ValueError, KeyError, TypeError, AttributeError):
                logger.warning("not one of our events on the channel")

    def _hear_event(self, event: dict[str, str]) -> None:
        channel = Channel.parse(event["channel"])
        if channel == EVERYBODY:
            self._hear_of_new_jobs(json.loads(event["data"])["users"])
            return
        news = News(int(event["pub_id"]), event["event_type"], event["data"])
        for key in (channel.job_id, _user_key(channel.user_id)):
            for subscription in self._subscriptions.get(key, ()):
                subscription.hear(news)

    def _hear_of_new_jobs(self, user_ids: list[str]) -> None:
        for user_id in user_ids:
            for subscription in self._subscriptions.get(_user_key(user_id), ()):
                subscription.fall_behind()


async def _messages(pubsub: redis.asyncio.client.PubSub) -> AsyncIterator[dict[str, Any]]:
    """Messages as they come. A connection that does not answer a ping in time counts as lost."""
    silent = False
    while True:
        message = await pubsub.get_message(timeout=PING_SECONDS)
        if message is not None:
            silent = False
            yield message
        elif silent:
            raise redis.ConnectionError("no answer to a ping")
        else:
            silent = True
            await pubsub.ping()


def _user_key(user_id: str) -> str:
    return f"{_USER}{user_id}"
