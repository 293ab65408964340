"""What event streams cost and how fast they are: `python -m tests.programs.bench.streams [--streams N] [--postgres]`.

One web process. First N streams are opened at once and counted: threads, memory, connections. Then, with 500 open, a
worker process writes events; the time from its call to the client is shown beside that of a bare Redis publish of the
same payload to a bare subscriber in the same run.
"""

import argparse
import asyncio
import json
import re
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Any

from tests.stack import Stack, running_stack
from unilingo.common.clock import SystemClock

USERS = 100
OPEN_WHILE_TIMED = 500
EVENTS = 2000
SETTLE_SECONDS = 10
EVENTS_PER_SECOND = 200
RAW_CHANNEL = "bench"
_SENT = re.compile(rb'"message":"sent (\d+)')


def main(arguments: Sequence[str] = ()) -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--streams", type=int, default=2000)
    options.add_argument("--postgres", action="store_true")
    options.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args(arguments)
    if chosen.write:
        _write()
        return
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (20000, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    with ExitStack() as cleanup:
        url = ""
        if chosen.postgres:
            from tests.servers import postgres_server

            url = cleanup.enter_context(postgres_server())
        stack = cleanup.enter_context(
            running_stack(
                workers=0,
                database_url=url,
                STREAM_LIMIT="100000",
                STREAM_LIMIT_PER_USER="100000",
            )
        )
        asyncio.run(_measure(stack, chosen.streams))


async def _measure(stack: Stack, streams: int) -> None:
    async with _writer(stack) as writer:
        jobs = await _ask(writer, {"jobs": max(streams, OPEN_WHILE_TIMED)})
        _show("at rest", stack)
        clients = [Client(stack.url, job_id, user_id) for job_id, user_id in jobs]
        began = time.perf_counter()
        await asyncio.gather(*(client.open() for client in clients[:streams]))
        seconds = time.perf_counter() - began
        _show(f"{streams} streams", stack)
        _say(f"{streams} streams opened in {seconds:.1f} s")
        await asyncio.sleep(SETTLE_SECONDS)
        await _cpu_of_idle_streams(stack, 20)
        for client in clients[OPEN_WHILE_TIMED:]:
            client.close()
        reading = [asyncio.create_task(c.read()) for c in clients[:OPEN_WHILE_TIMED]]
        await asyncio.sleep(1)
        bare = await _bare_publish(stack, writer)
        _say(_line("bare Redis publish", bare))
        calls = await _ask(writer, {"events": EVENTS})
        _say(_line("the worker's own call: row, commit and push", calls))
        await asyncio.sleep(1)
        times = [t for client in clients for t in client.milliseconds]
        _say(_line(f"worker to client, {OPEN_WHILE_TIMED} streams open", times))
        assert len(times) == EVENTS, f"{len(times)} of {EVENTS} events arrived"
        for task in reading:
            task.cancel()
        for client in clients[:OPEN_WHILE_TIMED]:
            client.close()


class Client:
    """A stream over a raw connection; `milliseconds` from the worker's call to the arrival of each event."""

    def __init__(self, url: str, job_id: str, user_id: str) -> None:
        self._port = int(url.rpartition(":")[2])
        self._request = (
            f"GET /api/job-events?jobId={job_id} HTTP/1.1\r\nHost: localhost\r\n"
            f"user-id: {user_id}\r\nLast-Event-ID: 2\r\n\r\n"
        )
        self.milliseconds: list[float] = []

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(self._request.encode())
        await self._reader.readuntil(b"event: connected")

    async def read(self) -> None:
        while data := await self._reader.read(65536):
            now = time.monotonic_ns()
            self.milliseconds += [(now - int(sent)) / 1e6 for sent in _SENT.findall(data)]

    def close(self) -> None:
        self._writer.close()


async def _bare_publish(stack: Stack, writer: asyncio.subprocess.Process) -> Sequence[float]:
    """The same process publishes the same payload on a channel to which nothing but this listens."""
    import redis.asyncio

    found: list[float] = []
    async with redis.asyncio.Redis.from_url(stack.valkey.url) as client, client.pubsub() as pubsub:
        await pubsub.subscribe(RAW_CHANNEL)
        asked = asyncio.create_task(_ask(writer, {"bare": EVENTS // 2}))
        async for message in pubsub.listen():
            if message["type"] == "message":
                sent = _SENT.findall(message["data"])[0]
                found.append((time.monotonic_ns() - int(sent)) / 1e6)
                if len(found) == EVENTS // 2:
                    break
        await asked
    return found


async def _cpu_of_idle_streams(stack: Stack, seconds: int) -> None:
    before = _cpu_seconds(stack.webs[0].pids)
    await asyncio.sleep(seconds)
    share = (_cpu_seconds(stack.webs[0].pids) - before) / seconds
    _say(f"CPU of the web process with these streams idle: {share:.1%} of a core")


def _show(what: str, stack: Stack) -> None:
    pids = stack.webs[0].pids
    threads = sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids)
    files = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
    facts = [f"{threads} threads", f"{files} open files", f"web {_megabytes(pids)} MB"]
    facts += [*_of_redis(stack), *_of_postgres(stack)]
    _say(f"{what}: " + ", ".join(facts))


def _of_redis(stack: Stack) -> list[str]:
    import redis

    with redis.Redis.from_url(stack.valkey.url) as client:
        info: dict[str, Any] = client.info()
    megabytes = round(info["used_memory_rss"] / 1e6)
    return [f"Redis {megabytes} MB", f"{info['connected_clients'] - 1} Redis connections"]


def _of_postgres(stack: Stack) -> list[str]:
    if not stack.environment.get("DATABASE_URL"):
        return []
    import psycopg

    with psycopg.connect(stack.environment["DATABASE_URL"]) as observer:
        query = "SELECT count(*) - 1 FROM pg_stat_activity WHERE datname IS NOT NULL"
        row = observer.execute(query).fetchone()
    return [f"{row[0] if row else '?'} PostgreSQL connections"]


def _megabytes(pids: Sequence[int]) -> int:
    """Proportional set size: what the processes share is counted once."""
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    return round(sum(int(re.findall(r"^Pss: +(\d+)", text, re.M)[0]) for text in texts) / 1024)


def _cpu_seconds(pids: Sequence[int]) -> float:
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(field[11]) + int(field[12]) for field in fields) / 100


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


def _line(what: str, milliseconds: Sequence[float]) -> str:
    cuts = quantiles(milliseconds, n=100)
    p50, p99, worst = cuts[49], cuts[98], max(milliseconds)
    return f"{what}: p50 {p50:.2f} ms, p99 {p99:.2f} ms, max {worst:.1f} ms (n={len(milliseconds)})"


@asynccontextmanager
async def _writer(stack: Stack) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    arguments = (sys.executable, "-m", "tests.programs.bench.streams", "--write")
    environment = stack.environment | {"DJANGO_SETTINGS_MODULE": "unilingo.settings"}
    process = await asyncio.create_subprocess_exec(
        *arguments, stdin=pipe, stdout=pipe, env=environment, limit=2**26
    )
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


async def _ask(process: asyncio.subprocess.Process, order: dict[str, Any]) -> Any:
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(order).encode() + b"\n")
    await process.stdin.drain()
    return json.loads(await process.stdout.readline())


def _write() -> None:
    """The worker's side: makes jobs, and writes events at a steady pace."""
    import django

    django.setup()
    import redis
    from django.conf import settings
    from django.utils import timezone

    from jobs import creation, lifecycle
    from jobs.claims import Claim

    client = redis.Redis.from_url(settings.REDIS_URL)
    claims: list[Claim] = []

    def make(count: int) -> list[tuple[str, str]]:
        now = timezone.now()
        for number in range(count):
            user = f"user {number % USERS}"
            job = creation.new_job("flashcards", user, {}, max_attempts=3, now=now)
            creation.create([job])
            claim = lifecycle.claim(job.id, worker="bench", lease_seconds=3600, now=now)
            assert claim
            claims.append(claim)
        return [(claim.job_id, claim.user_id) for claim in claims]

    def events(count: int) -> list[float]:
        took = []
        held = cycle(claims[:OPEN_WHILE_TIMED])
        for _ in _paced(count):
            began = time.monotonic_ns()
            lifecycle.progress(next(held), 50, f"sent {began}", now=timezone.now())
            took.append((time.monotonic_ns() - began) / 1e6)
        return took

    def bare(count: int) -> None:
        for _ in _paced(count):
            client.publish(RAW_CHANNEL, f'{{"message":"sent {time.monotonic_ns()}"}}' + "x" * 300)

    for line in sys.stdin:
        order = json.loads(line)
        answer: Any = None
        if "jobs" in order:
            answer = make(order["jobs"])
        elif "events" in order:
            answer = events(order["events"])
        else:
            bare(order["bare"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _paced(count: int) -> Iterator[int]:
    clock = SystemClock()
    began = clock.monotonic()
    for number in range(count):
        clock.sleep(max(0.0, began + number / EVENTS_PER_SECOND - clock.monotonic()))
        yield number


if __name__ == "__main__":
    main(sys.argv[1:])
