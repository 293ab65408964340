"""A job's event stream as a client on the wire sees it: everything once, in order, from any web process."""

from tests.clients import Event
from tests.journeys.writer import Writer
from tests.stack import Stack

TYPES = ["waiting", "active", *["progress"] * 20, "completed"]
CARDS = {"success": True, "flashcards": [{"front": "Zelle ä 中"}]}


def path_of(job_id: str) -> str:
    return f"/api/job-events?jobId={job_id}"


def ended_job(writer: Writer, user_id: str, steps: int = 20) -> str:
    claim = writer.active_job(user_id)
    writer.do("progress", claims=[claim], count=steps)
    writer.do("complete", claim=claim, result=CARDS)
    job_id: str = claim["job_id"]
    return job_id


def ids(events: list[Event]) -> list[int | None]:
    return [event.id for event in events]


def test_a_job_is_followed_from_its_submission_to_its_result(stack: Stack) -> None:
    job_id = stack.submit("ann")
    with stack.client("ann").stream(path_of(job_id)) as stream:
        assert stream.connected().data["jobId"] == job_id
        events = list(stream)
    assert ids(events) == list(range(1, len(events) + 1))
    assert [event.name for event in events[:3]] == ["waiting", "active", "progress"]
    assert events[-1].name == "completed"
    assert len(events[-1].data["result"]["flashcards"]) >= 10
    assert all(
        {"jobId", "status", "progress", "timestamp"} <= event.data.keys() for event in events
    )


def test_a_stream_that_drops_at_every_event_misses_and_repeats_nothing(
    stack: Stack, writer: Writer
) -> None:
    job_id = ended_job(writer, "ann")
    seen: list[Event] = []
    for turn in range(len(TYPES)):
        web = turn % 2
        last = seen[-1].id if seen else None
        with stack.client("ann", web).stream(path_of(job_id), last) as stream:
            seen += stream.take(1)
    assert ids(seen) == list(range(1, len(TYPES) + 1))
    assert [event.name for event in seen] == TYPES


def test_a_stream_that_drops_while_the_job_runs_misses_and_repeats_nothing(
    stack: Stack, writer: Writer
) -> None:
    claim = writer.active_job("ann")
    writer.begin("progress", claims=[claim], count=100)
    seen: list[Event] = []
    while len(seen) < 102:
        last = seen[-1].id if seen else None
        with stack.client("ann", len(seen) % 2).stream(path_of(claim["job_id"]), last) as stream:
            seen += stream.take(3)
    writer.finish()
    assert ids(seen) == list(range(1, 103))


def test_after_the_last_event_a_reconnect_is_told_to_stop(stack: Stack, writer: Writer) -> None:
    job_id = ended_job(writer, "ann", steps=0)
    with stack.client("ann").stream(path_of(job_id)) as stream:
        last = list(stream)[-1]
    with stack.client("ann", web=1).stream(path_of(job_id), last.id) as stream:
        assert (stream.status, stream.body) == (204, b"")
        assert "content-type" not in stream.headers


def test_an_id_from_the_query_counts_like_the_header(stack: Stack, writer: Writer) -> None:
    job_id = ended_job(writer, "ann", steps=0)
    with stack.client("ann").stream(path_of(job_id) + "&lastEventId=2") as stream:
        assert ids(list(stream)) == [3]


def test_an_id_that_was_never_given_out_starts_from_the_beginning(
    stack: Stack, writer: Writer
) -> None:
    job_id = ended_job(writer, "ann", steps=0)
    for strange in ("999", "-1", "abc", "1e3", "٣", "9" * 40, "flashcards:3"):
        with stack.client("ann").stream(
            path_of(job_id), strange.encode().decode("latin-1")
        ) as stream:
            assert ids(list(stream)) == [1, 2, 3], strange


def test_an_ended_job_is_told_with_its_result_then_what_was_missed_then_the_end(
    stack: Stack, writer: Writer
) -> None:
    job_id = ended_job(writer, "ann", steps=1)
    with stack.client("ann").stream(path_of(job_id), 2) as stream:
        connected = stream.connected()
        assert (connected.data["status"], connected.data["result"]) == ("completed", CARDS)
        events = list(stream)
    assert [(event.id, event.name) for event in events] == [(3, "progress"), (4, "completed")]
    assert events[-1].data["result"] == CARDS
    assert events[-1].data["duration"] >= 0


def test_a_failed_job_ends_its_stream_with_the_reason(stack: Stack, writer: Writer) -> None:
    claim = writer.active_job("ann")
    writer.do("fail", claim=claim)
    with stack.client("ann").stream(path_of(claim["job_id"])) as stream:
        assert stream.connected().data["error"] == "Nothing to learn."
        last = list(stream)[-1]
    assert (last.name, last.data["code"], last.data["attemptsMade"]) == (
        "failed",
        "UNUSABLE_INPUT",
        1,
    )


def test_four_processes_publish_at_once_for_the_same_job(
    stack: Stack, four_writers: list[Writer]
) -> None:
    claim = four_writers[0].active_job("ann")
    with stack.client("ann").stream(path_of(claim["job_id"])) as stream:
        stream.connected()
        for writer in four_writers:
            writer.begin("progress", claims=[claim], count=100)
        events = stream.take(402)
        assert [writer.finish() for writer in four_writers] == [100] * 4
    assert ids(events) == list(range(1, 403))


def test_four_processes_publish_at_once_for_different_jobs(
    stack: Stack, four_writers: list[Writer]
) -> None:
    claims = [writer.active_job("ann") for writer in four_writers]
    streams = [
        stack.client("ann", number % 2).stream(path_of(claim["job_id"]))
        for number, claim in enumerate(claims)
    ]
    for writer in four_writers:
        writer.begin("progress", claims=claims, count=25)
    for stream in streams:
        assert ids(stream.take(102)) == list(range(1, 103))
        stream.close()
    assert [writer.finish() for writer in four_writers] == [100] * 4


def test_a_slow_reader_gets_a_burst_of_500_whole(stack: Stack, writer: Writer) -> None:
    claim = writer.active_job("ann")
    with stack.client("ann").stream(path_of(claim["job_id"])) as stream:
        stream.connected()
        assert writer.do("progress", claims=[claim], count=500, size=190) == 500
        writer.do("complete", claim=claim, result=CARDS)
        assert ids(list(stream)) == list(range(1, 504))


def test_lines_are_never_broken_by_what_a_payload_holds(stack: Stack, writer: Writer) -> None:
    claim = writer.active_job("ann")
    result = {"text": "one\ntwo\r\nthree\r\n\nid: 9\u2028\u2029\x85 \x0b\x0c \U0001f600"}
    writer.do("complete", claim=claim, result=result)
    with stack.client("ann").stream(path_of(claim["job_id"])) as stream:
        events = list(stream)
    assert ids(events) == [1, 2, 3]
    assert events[-1].data["result"] == result


def test_the_headers_keep_proxies_from_holding_events_back(stack: Stack, writer: Writer) -> None:
    job_id = ended_job(writer, "ann", steps=0)
    with stack.client("ann").stream(path_of(job_id)) as stream:
        assert stream.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["cache-control"] == "no-cache, no-transform"
        assert stream.headers["x-accel-buffering"] == "no"
        assert "content-length" not in stream.headers


def test_a_stream_tells_the_browser_how_soon_to_come_back(stack: Stack, writer: Writer) -> None:
    job_id = ended_job(writer, "ann", steps=0)
    with stack.client("ann").stream(path_of(job_id)) as stream:
        first = stream.next()
        assert first is not None
        assert first.retry == 2000
