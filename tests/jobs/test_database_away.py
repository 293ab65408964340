"""The database is locked, full or gone while a job runs or is asked for: nothing is lost, nothing is done twice."""

import logging
import resource
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, runner
from jobs.errors import NotWritten
from jobs.intake import Outcome, _save
from jobs.kind import Queue
from jobs.models import Job, Status
from jobs.run_context import RunContext
from jobs.services import draft_job
from resilience.guard import Bill
from resilience.models import Reservation, UsageRecord
from resilience.runtime import runtime
from resilience.usage import Call, Consumed, Units
from tests import papers
from tests.jobs.api.files import kept, send
from tests.jobs.rows import INPUTS, changed_kind, events_of, waiting_job
from tests.people import ASKED, GENERATE, claiming
from tests.servers import ValkeyServer
from unilingo.common import database_retry

pytestmark = pytest.mark.django_db(transaction=True)

IS_SQLITE = connection.vendor == "sqlite"
Mend = Callable[[], None]


def lock() -> Mend:
    """Somebody else is in a transaction for longer than anybody waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 10")
    name = connection.settings_dict["NAME"]
    other = sqlite3.connect(name, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other.close


def fill() -> Mend:
    """No file may grow any more. Who is not connected yet could not even read."""
    connection.ensure_connection()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


def cut() -> Mend:
    """PostgreSQL ends this connection, as it does when it restarts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    options = connection.get_connection_params()
    named = {key: options[key] for key in ("host", "port", "user", "dbname") if key in options}
    with psycopg.connect(**named) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])
    return lambda: None


WAYS = (lock, fill) if IS_SQLITE else (cut,)


class Until(logging.Handler):
    """Mends the database when somebody has said that it is away."""

    def __init__(self, mend: Mend) -> None:
        super().__init__()
        self.mend = mend
        self.was_noticed = False

    def emit(self, record: logging.LogRecord) -> None:
        self.mend()
        self.was_noticed = True


@pytest.fixture
def broken() -> Iterator[Callable[[Callable[[], Mend]], Until]]:
    """Breaks the database in this way until it is noticed."""
    begun: list[Until] = []

    def begin(way: Callable[[], Mend]) -> Until:
        begun.append(Until(way()))
        database_retry.logger.addHandler(begun[-1])
        return begun[-1]

    yield begin
    for handler in begun:
        handler.mend()
        database_retry.logger.removeHandler(handler)


@contextmanager
def away(way: Callable[[], Mend]) -> Iterator[None]:
    mend = way()
    try:
        yield
    finally:
        mend()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("moment", ["a step's answer is kept", "progress is told", "it completes"])
def test_a_run_outlasts_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch, broken: Any, way: Callable[[], Mend], moment: str
) -> None:
    bought: list[str] = []
    outages: list[Until] = []

    def breaks(now: str) -> None:
        if now == moment:
            outages.append(broken(way))

    def buy() -> str:
        bought.append("an answer")
        breaks("a step's answer is kept")
        return "an answer"

    def handler(inputs: object, context: RunContext) -> dict[str, Any]:
        answer = context.step("ask", {}, buy)
        breaks("progress is told")
        context.progress(50, "Half way")
        breaks("it completes")
        return {"answer": answer}

    changed_kind(monkeypatch, "flashcards", handler=handler)
    job_id = waiting_job().id
    claim = runner.claim(Queue.AI)
    assert claim
    assert runner.run(claim)

    job = Job.objects.get(pk=job_id)
    assert (job.status, job.result, job.attempts_made) == ("completed", {"answer": "an answer"}, 1)
    assert bought == ["an answer"]
    types = ["waiting", "active", "progress", "completed"]
    assert events_of(job_id) == list(enumerate(types, start=1))
    assert [outage.was_noticed for outage in outages] == [True]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_billed", [True, False])
def test_what_a_call_took_is_booked_once_although_the_database_was_just_away(
    broken: Any, way: Callable[[], Mend], is_billed: bool
) -> None:
    ledger = runtime().ledger
    call = Call("job-1:1:1", "ann", "flashcards", "gpt-4o-mini", Units(output_tokens=1000))
    reservation = ledger.reserve("openai", call)
    outage = broken(way)

    if is_billed:
        ledger.settle(reservation, Bill("ok", 1, Consumed(Units(output_tokens=500))))
    else:
        ledger.release(reservation)

    assert outage.was_noticed
    states = set(Reservation.objects.values_list("state", flat=True))
    assert states == {"settled" if is_billed else "released"}
    assert UsageRecord.objects.count() == int(is_billed)


@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_finds_no_database_goes_back_as_soon_as_there_is_one(
    monkeypatch: pytest.MonkeyPatch, broken: Any, way: Callable[[], Mend]
) -> None:
    call = Call("job-1:1:1", "ann", "flashcards", "gpt-4o-mini", Units(output_tokens=1000))

    def handler(inputs: object, context: RunContext) -> dict[str, Any]:
        broken(way)
        runtime().ledger.reserve("openai", call)
        return {}

    changed_kind(monkeypatch, "flashcards", handler=handler)
    job_id = waiting_job().id
    claim = runner.claim(Queue.AI)
    assert claim

    assert not runner.run(claim)

    job = Job.objects.get(pk=job_id)
    assert (job.status, job.attempts_made, job.lost_count) == ("waiting", 0, 1)


@pytest.mark.skipif(not IS_SQLITE, reason="what is cut there is connected again at once")
@pytest.mark.parametrize("way", WAYS)
def test_a_job_is_recovered_behind_its_steps_when_the_database_stays_away_for_too_long(
    monkeypatch: pytest.MonkeyPatch, way: Callable[[], Mend]
) -> None:
    monkeypatch.setattr(database_retry, "AT_MOST_SECONDS", 0)
    bought: list[str] = []
    outages: list[Mend] = []

    def handler(inputs: object, context: RunContext) -> dict[str, Any]:
        answer = context.step("ask", {}, lambda: bought.append("an answer"))
        if not outages:
            outages.append(way())
        context.progress(50, "Half way")
        return {"answer": answer}

    changed_kind(monkeypatch, "flashcards", handler=handler)
    job_id = waiting_job().id
    claim = runner.claim(Queue.AI)
    assert claim
    with pytest.raises(OperationalError):
        runner.run(claim)
    outages[0]()
    assert Job.objects.get(pk=job_id).status == Status.ACTIVE

    later = timezone.now() + timedelta(days=1)
    assert lifecycle.recover(job_id, lost_at_most=3, now=later)
    again = runner.claim(Queue.AI)
    assert again
    assert runner.run(again)
    job = Job.objects.get(pk=job_id)
    assert (job.status, job.attempts_made, job.lost_count) == ("completed", 1, 1)
    assert bought == ["an answer"]
    types = ["waiting", "active", "waiting", "active", "progress", "completed"]
    assert events_of(job_id) == list(enumerate(types, start=1))


@pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL's disk is not this process's")
@pytest.mark.parametrize("way", WAYS)
def test_a_request_that_cannot_be_written_down_is_told_so_and_leaves_nothing(
    way: Callable[[], Mend], redis_server: ValkeyServer
) -> None:
    ann = claiming("ann")
    with away(way):
        refused = ann.post(GENERATE, ASKED, Idempotency_Key="mine")
    assert (refused.status_code, refused.json()["code"]) == (503, "NOT_READY")
    assert refused["Retry-After"]
    assert not Job.objects.exists()
    assert ann.post(GENERATE, ASKED, Idempotency_Key="mine").status_code == 202


@pytest.mark.skipif(not IS_SQLITE, reason="PostgreSQL's disk is not this process's")
@pytest.mark.parametrize("way", WAYS)
def test_requests_that_came_together_are_refused_together(
    caplog: pytest.LogCaptureFixture, way: Callable[[], Mend]
) -> None:
    drafts = [draft_job("flashcards", user_id="ann", inputs=INPUTS) for _ in range(5)]
    asked = [(draft, Future[Outcome]()) for draft in drafts]

    with away(way):
        _save(asked)

    assert [type(saved.exception(0)) for _, saved in asked] == [NotWritten] * 5
    assert [record.message for record in caplog.records] == ["jobs not written, database away"]
    assert caplog.records[0].exc_info is None


@pytest.mark.skipif(not IS_SQLITE, reason="once is enough")
def test_a_file_for_which_there_is_no_room_is_refused_and_leaves_nothing(
    tmp_path: Path, settings: Settings, redis_server: ValkeyServer
) -> None:
    local = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    local_in = {**local, "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": local_in}
    content = papers.pdf("The heart pumps blood.")
    with away(fill):
        sent = SimpleUploadedFile("notes.pdf", content)
        refused = send(claiming("ann"), "/api/process-pdf", pdf=sent)
    assert (refused.status_code, refused.json()["code"]) == (503, "NOT_READY")
    assert refused.json()["error"].startswith("Nothing can be stored")
    assert kept(tmp_path) == []
    assert not Job.objects.exists()
