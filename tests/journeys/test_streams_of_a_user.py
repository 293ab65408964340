"""The stream without a jobId: everything that happens to the jobs of one person."""

from tests.clients import Event
from tests.journeys.writer import Writer, writers
from tests.stack import Stack

PATH = "/api/job-events"


def told(events: list[Event]) -> list[tuple[str, int]]:
    return [(event.data["jobId"], event.data["sequence"]) for event in events]


def test_it_begins_with_the_jobs_that_have_not_ended(stack: Stack, writer: Writer) -> None:
    running, ended = writer.active_job("una"), writer.active_job("una")
    writer.do("fail", claim=ended)
    with stack.client("una").stream(PATH) as stream:
        jobs = stream.connected().data["jobs"]
    assert [job["jobId"] for job in jobs] == [running["job_id"]]


def test_all_jobs_of_one_person_and_nobody_elses(stack: Stack, four_writers: list[Writer]) -> None:
    with stack.client("duo").stream(PATH) as stream:
        stream.connected()
        mine = [four_writers[n].active_job("duo") for n in (0, 1)]
        four_writers[2].active_job("somebody")
        for claim in mine:
            four_writers[3].do("complete", claim=claim, result={"success": True})
        events = stream.take(6)
    assert {job_id for job_id, _ in told(events)} == {claim["job_id"] for claim in mine}
    for claim in mine:
        assert [n for job_id, n in told(events) if job_id == claim["job_id"]] == [1, 2, 3]


def test_a_drop_at_every_event_misses_and_repeats_nothing(stack: Stack, writer: Writer) -> None:
    claims = [writer.active_job("tre") for _ in range(2)]
    with stack.client("tre").stream(PATH) as stream:
        last = stream.connected().id
    writer.do("progress", claims=claims, count=10)
    seen: list[Event] = []
    for turn in range(20):
        with stack.client("tre", turn % 2).stream(PATH, last) as stream:
            seen += stream.take(1)
            last = seen[-1].id
    expected = [(claim["job_id"], n) for n in range(3, 13) for claim in claims]
    assert told(seen) == expected


def test_whoever_had_no_jobs_yet_misses_nothing_after_a_drop(stack: Stack, writer: Writer) -> None:
    with stack.client("newcomer").stream(PATH) as stream:
        last = stream.connected().id
    claim = writer.active_job("newcomer")
    with stack.client("newcomer").stream(PATH, last) as stream:
        assert told(stream.take(2)) == [(claim["job_id"], 1), (claim["job_id"], 2)]


def test_four_processes_that_write_for_one_person_on_postgresql_lose_nothing(
    postgres_stack: Stack,
) -> None:
    """PostgreSQL gives out row ids before the commit, so without care a lower id may appear after a higher one."""
    with writers(postgres_stack, 4) as many:
        claims = [writer.active_job("ann") for writer in many]
        with postgres_stack.client("ann").stream(PATH) as stream:
            stream.connected()
            for writer, claim in zip(many, claims, strict=True):
                writer.begin("progress", claims=[claim], count=50)
            events = stream.take(200)
        assert [writer.finish() for writer in many] == [50] * 4
    for claim in claims:
        numbers = [n for job_id, n in told(events) if job_id == claim["job_id"]]
        assert numbers == list(range(3, 53))


def test_a_commit_that_takes_long_on_postgresql_is_not_overtaken(postgres_stack: Stack) -> None:
    with (
        writers(postgres_stack, 2) as (slow, quick),
        postgres_stack.client("eve").stream(PATH) as stream,
    ):
        stream.connected()
        first, second = slow.active_job("eve"), quick.active_job("eve")
        stream.take(4)
        slow.do("open")
        slow.do("progress", claims=[first], count=1)
        quick.begin("progress", claims=[second], count=1)
        quick.has_answered(within_seconds=0.5)
        slow.do("commit")
        events = stream.take(2)
    assert told(events) == [(first["job_id"], 3), (second["job_id"], 3)]
