"""Streams when something goes away: Redis, the client, the web process, or the room for one more."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.clients import Client, EventStream
from tests.journeys.test_streams import ids, path_of
from tests.journeys.writer import Writer, writers
from tests.stack import Stack, running_stack, wait_until

# 20 s in the field; the listener's longest pause between two tries is a second, so a few are as good.
REDIS_AWAY_SECONDS = 4


@pytest.fixture(scope="module")
def lonely() -> Iterator[Stack]:
    """A stack of its own, whose Redis may be stopped."""
    with running_stack(webs=2, workers=0) as running:
        yield running


@pytest.fixture(scope="module")
def lonely_writer(lonely: Stack) -> Iterator[Writer]:
    with writers(lonely, 1) as (writer,):
        yield writer


@pytest.fixture(scope="module")
def small(stack: Stack) -> str:
    """The address of a web process of the shared stack that has room for few streams."""
    return stack.start_web(STREAM_LIMIT="10", STREAM_LIMIT_PER_USER="3").url


def test_when_redis_was_away_streams_go_on_with_everything_that_happened(
    lonely: Stack, lonely_writer: Writer
) -> None:
    claim = lonely_writer.active_job("ann")
    path = path_of(claim["job_id"])
    old = [lonely.client("ann", web).stream(path) for web in (0, 1)]
    assert ids(old[0].take(2)) == ids(old[1].take(2)) == [1, 2]
    with lonely.valkey.away():
        back_at = time.monotonic() + REDIS_AWAY_SECONDS
        assert lonely_writer.do("progress", claims=[claim], count=10) == 10
        new = [lonely.client("ann", web).stream(path, 2) for web in (0, 1)]
        for stream in new:
            assert ids(stream.take(10)) == list(range(3, 13))
        time.sleep(max(0.0, back_at - time.monotonic()))
    for stream in old:
        assert ids(stream.take(10)) == list(range(3, 13))
    lonely_writer.do("progress", claims=[claim], count=5)
    lonely_writer.do("complete", claim=claim, result={"success": True})
    for stream in (*old, *new):
        assert ids(list(stream)) == list(range(13, 19))
        stream.close()


def test_a_frozen_redis_holds_up_no_stream_for_good(lonely: Stack, lonely_writer: Writer) -> None:
    claim = lonely_writer.active_job("ann")
    with lonely.client("ann").stream(path_of(claim["job_id"])) as stream:
        stream.take(2)
        lonely.valkey.freeze()
        try:
            lonely_writer.do("progress", claims=[claim], count=1)
            with lonely.client("ann", web=1).stream(path_of(claim["job_id"]), 2) as another:
                assert ids(another.take(1)) == [3]
        finally:
            lonely.valkey.thaw()
        lonely_writer.do("progress", claims=[claim], count=1)
        assert ids(stream.take(2)) == [3, 4]


def test_news_that_is_not_ours_deafens_nobody(lonely: Stack, lonely_writer: Writer) -> None:
    import redis

    claim = lonely_writer.active_job("ann")
    with lonely.client("ann").stream(path_of(claim["job_id"])) as stream:
        stream.take(2)
        with redis.Redis.from_url(lonely.valkey.url) as client:
            for noise in (b"", b"\xff", b"[]", b"{}", b'"x"', b'{"channel": 1}', b"null"):
                client.publish("events_channel", noise)
        lonely_writer.do("progress", claims=[claim], count=1)
        assert ids(stream.take(1)) == [3]


def test_no_thread_and_no_database_connection_is_held_by_a_stream(postgres_stack: Stack) -> None:
    web = postgres_stack.webs[0]
    database = postgres_stack.environment["DATABASE_URL"]
    with writers(postgres_stack, 1) as (writer,):
        claims = [writer.active_job(f"user {n % 20}") for n in range(20)]
        before = threads_of(web.pids), connections_to(database)
        streams = [
            postgres_stack.client(f"user {n % 20}").stream(path_of(claims[n % 20]["job_id"]))
            for n in range(200)
        ]
        for stream in streams:
            assert ids(stream.take(2)) == [1, 2]
        after = threads_of(web.pids), connections_to(database)
        for stream in streams:
            stream.close()
    # The first requests and streams start the pools of threads, and each of those keeps one connection.
    assert after[0] <= before[0] + 12
    assert after[1] <= before[1] + 12


def test_a_client_that_left_is_noticed(stack: Stack, writer: Writer) -> None:
    claim = writer.active_job("leaver")

    def watched() -> int:
        body = stack.client().get("/api/sse/stats").json["sse"]
        found = {job["jobId"]: job["subscribers"] for job in body["jobsWithSubscribers"]}
        return int(found.get(claim["job_id"], 0))

    streams = [stack.client("leaver", n % 2).stream(path_of(claim["job_id"])) for n in range(6)]
    wait_until(lambda: watched() == 6, 10, "both web processes have counted their streams")
    for stream in streams:
        stream.close()
    wait_until(lambda: watched() == 0, 10, "nobody watches any more")


def test_one_stream_too_many_is_told_to_come_back_later(small: str, writer: Writer) -> None:
    claims = [writer.active_job(f"crowd {n}") for n in range(5)]
    streams = [open_stream(small, claims[n % 5]) for n in range(10)]
    with open_stream(small, claims[0]) as refused:
        assert refused.status == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["content-type"] == "application/json"
        assert b'"code":"NOT_READY"' in refused.body
        assert refused.headers["x-request-id"].encode() in refused.body
    streams.pop().close()
    wait_until(lambda: is_open(small, claims[0]), 5, "a place is free again")
    for stream in streams:
        stream.close()


def test_the_limit_holds_when_everybody_comes_at_once(small: str, writer: Writer) -> None:
    claims = [writer.active_job(f"rush {n}") for n in range(5)]
    wait_until(lambda: is_open(small, claims[0]), 5, "those before have gone")
    with ThreadPoolExecutor(40) as pool:
        streams = list(pool.map(lambda n: open_stream(small, claims[n % 5]), range(80)))
    assert sorted(stream.status for stream in streams) == [200] * 10 + [503] * 70
    for stream in streams:
        stream.close()


def test_one_person_cannot_take_every_place(small: str, writer: Writer) -> None:
    greedy, modest = writer.active_job("greedy"), writer.active_job("modest")
    wait_until(lambda: is_open(small, modest), 5, "those before have gone")
    streams = [open_stream(small, claim) for claim in [*[greedy] * 4, modest]]
    assert [stream.status for stream in streams] == [200, 200, 200, 503, 200]
    for stream in streams:
        stream.close()


def test_a_closing_process_ends_its_streams_politely(stack: Stack, writer: Writer) -> None:
    claim = writer.active_job("ann")
    web = stack.start_web(STREAM_LIMIT_PER_USER="100")
    streams = [Client(web.url, "ann").stream(path_of(claim["job_id"])) for _ in range(50)]
    for stream in streams:
        stream.take(2)
    began = time.monotonic()
    web.terminate()
    for stream in streams:
        last = stream.next()
        assert last is not None
        assert last.retry == 500
        assert stream.next() is None
        stream.close()
    web.popen.wait()
    assert time.monotonic() - began < 5
    with stack.client("ann").stream(path_of(claim["job_id"]), 2) as elsewhere:
        writer.do("progress", claims=[claim], count=1)
        assert ids(elsewhere.take(1)) == [3]


def test_a_closing_process_waits_for_no_client_that_only_holds_its_connection(stack: Stack) -> None:
    web = stack.start_web()
    with Client(web.url).stream("/livez") as idle:
        assert idle.status == 200
        began = time.monotonic()
        web.terminate()
        web.popen.wait()
        assert time.monotonic() - began < 5


def open_stream(url: str, claim: dict[str, str]) -> EventStream:
    client = Client(url)
    return client.stream(path_of(claim["job_id"]))


def is_open(url: str, claim: dict[str, str]) -> bool:
    with open_stream(url, claim) as stream:
        return stream.status == 200


def threads_of(pids: list[int]) -> int:
    return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids)


def connections_to(url: str) -> int:
    with psycopg.connect(url) as observer:
        row = observer.execute("SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL")
        found = row.fetchone()
        assert found is not None
        return int(found[0])
