"""The frames of an event stream: first the present state, then what was missed, then what comes, each once, in order.

1. Subscribe before reading, so that nothing falls between the two.
2. Read the rows after the client's Last-Event-ID.
3. Then trust the news as long as its sequence has no gap; at a gap, or when told to, read the rows again.
4. The stream of one job ends after the event that ends the job. A job that has been erased ends with `cancelled`.
   A closing process ends all of them.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import close_old_connections
from django.utils import timezone

from jobs import events, queries
from jobs.api.hub import Hub, Subscription
from jobs.errors import TooManyStreams
from jobs.events import Channel
from jobs.models import EventType, JobEvent
from unilingo.common.timestamps import iso

HEARTBEAT_SECONDS = 15.0
RETRY_MS = 2000
RETRY_WHEN_CLOSING_MS = 500
# Clients that ask again after the end of any stream do so by the last `retry` they have seen: a day is never.
RETRY_AFTER_THE_END_MS = 86_400_000
ROWS_AT_ONCE = 100

# Streams share these threads, and their database connections, for the moments in which they read rows.
_readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="stream-reader")


@dataclass(frozen=True, slots=True)
class Frame:
    """One event to send. `ends`: nothing comes after it. `retry` has no block of its own: some clients fail without data."""

    id: int
    type: str
    line: str
    ends: bool = False
    retry: int = 0

    def __bytes__(self) -> bytes:
        retry = RETRY_AFTER_THE_END_MS if self.ends else self.retry
        first = f"retry: {retry}\n" if retry else ""
        return f"{first}id: {self.id}\nevent: {self.type}\ndata: {self.line}\n\n".encode()


async def follow(
    hub: Hub, channel: Channel, after: int, first: str, unfinished: Mapping[str, int] | None = None
) -> AsyncGenerator[bytes, None]:
    """The stream of one job, or with an empty `job_id` of all jobs of a user.

    `after` is the last id that the client has seen, `first` the payload of `connected`, `unfinished` the jobs in that of
    all jobs, with the sequence of each. The ids of a job's stream are the job's sequence; those of a user's stream are row ids, of which one job's news says nothing, so there every
    piece of news makes it read. Raises TooManyStreams.
    """
    with hub.subscribe(channel) as subscription:
        yield bytes(Frame(after, "connected", first, retry=RETRY_MS))
        subscription.last = last = after
        subscription.unfinished.update(unfinished or {})
        latest = first
        while not hub.is_closing:
            subscription.woken.clear()
            frames = await _next_frames(subscription, last)
            if frames:
                subscription.last = last = frames[-1].id
                latest = frames[-1].line
                yield b"".join(map(bytes, frames))
                if frames[-1].ends:
                    return
            elif not subscription.is_behind and not await subscription.wait(HEARTBEAT_SECONDS):
                # The hub looks after the jobs that are watched, not after users.
                subscription.is_behind = not channel.job_id
                yield bytes(Frame(last, "heartbeat", _heartbeat(latest)))
        yield bytes(Frame(last, "heartbeat", _heartbeat(latest), retry=RETRY_WHEN_CLOSING_MS))


async def newest_sequences(job_ids: Sequence[str]) -> dict[str, int]:
    """The newest sequence of each of these jobs."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_readers, _newest_sequences, job_ids)


async def until_ended(hub: Hub, channel: Channel, seconds: float) -> None:
    """Return when the job has ended, or `seconds` have passed, or there is no room to wait."""

    async def last_frame() -> None:
        async for _ in follow(hub, channel, 0, "{}"):
            pass

    try:
        await asyncio.wait_for(last_frame(), seconds)
    except (TimeoutError, TooManyStreams):
        pass


async def _next_frames(subscription: Subscription, last: int) -> list[Frame]:
    if not subscription.is_behind:
        return _take_news(subscription, last)
    subscription.is_behind = False
    subscription.queue.clear()
    frames = await asyncio.get_running_loop().run_in_executor(
        _readers, _read_rows, subscription, last
    )
    subscription.is_behind |= len(frames) == ROWS_AT_ONCE
    return frames


def _newest_sequences(job_ids: Sequence[str]) -> dict[str, int]:
    close_old_connections()
    return queries.newest_sequences(job_ids)


def _read_rows(subscription: Subscription, after: int) -> list[Frame]:
    close_old_connections()
    channel = subscription.channel
    if not channel.job_id:
        return _read_rows_of_user(channel.user_id, after, subscription.unfinished)
    rows = queries.events_after(channel.job_id, after, ROWS_AT_ONCE)
    if not rows and not queries.exists(channel.job_id):
        erased = events.erased(channel.job_id, after + 1, timezone.now())
        return [Frame(after + 1, EventType.CANCELLED, events.line(erased), ends=True)]
    return [
        Frame(row.sequence, row.type, events.line(events.payload(row)), _ends(row)) for row in rows
    ]


def _read_rows_of_user(user_id: str, after: int, unfinished: dict[str, int]) -> list[Frame]:
    rows = queries.events_of_user_after(user_id, after, ROWS_AT_ONCE)
    for row in rows:
        unfinished[row.job_id] = row.sequence
        if _ends(row):
            del unfinished[row.job_id]
    if rows or not unfinished:
        return [Frame(row.id, row.type, events.line(events.payload(row))) for row in rows]
    # Of jobs that are erased no rows are left to tell it.
    left, now = queries.newest_sequences(list(unfinished)), timezone.now()
    gone = [job_id for job_id in unfinished if job_id not in left]
    told = [events.erased(job_id, unfinished.pop(job_id) + 1, now) for job_id in gone]
    return [Frame(after, EventType.CANCELLED, events.line(data)) for data in told]


def _ends(row: JobEvent) -> bool:
    """A job that was retried has gone on behind an end."""
    return row.type in events.ENDINGS and row.sequence == row.job.event_sequence


def _take_news(subscription: Subscription, last: int) -> list[Frame]:
    """The news that follows `last` without a gap; at a gap the subscription is behind."""
    news, subscription.queue = subscription.queue, []
    if not subscription.channel.job_id:
        subscription.is_behind = bool(news)
        return []
    frames: list[Frame] = []
    for item in news:
        if item.sequence == last + 1:
            last = item.sequence
            frames.append(Frame(last, item.type, item.line, item.type in events.ENDINGS))
        elif item.sequence > last + 1:
            subscription.is_behind = True
            break
    return frames


def _heartbeat(latest: str) -> str:
    state = json.loads(latest)
    known = {name: state.get(name) for name in ("jobId", "status", "progress")}
    return events.line({**known, "timestamp": iso(timezone.now())})
