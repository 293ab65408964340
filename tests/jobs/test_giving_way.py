"""Long work gives way between two steps to shorter work that waits, and goes on behind its finished steps."""

from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from jobs import lifecycle, queue, runner
from jobs.kind import Queue
from jobs.models import Job, PausedKind, Status
from jobs.run_context import RunContext
from tests.jobs.rows import NOW, changed_kind, claimed, last_event, waiting_job

pytestmark = pytest.mark.django_db(transaction=True)

PHOTO = {"name": "a", "type": "image/jpeg", "bytes": 1000, "sha256": "0"}
SCAN = {"name": "b", "type": "application/pdf", "bytes": 30_000_000, "sha256": "1"}
TEXT = {"name": "c", "type": "application/pdf", "bytes": 20_000, "sha256": "2"}


class Pages:
    """A handler of three steps; each may bring in what then waits."""

    def __init__(self, *arrivals: Any) -> None:
        self.arrivals = dict(enumerate(arrivals, start=1))
        self.read: list[str] = []

    def __call__(self, inputs: object, context: RunContext) -> dict[str, Any]:
        for page in (1, 2, 3):
            context.step(f"page-{page}", {}, partial(self._read, page, context.claim.user_id))
            context.progress(page * 30, f"Read page {page}")
        return {"success": True}

    def _read(self, page: int, user_id: str) -> None:
        self.read.append(f"{user_id} {page}")
        self.arrivals.pop(page, lambda: None)()


@pytest.fixture
def no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run has had its share as soon as it begins."""
    monkeypatch.setattr(runner, "SHARE_SECONDS", 0.0)


def document(user_id: str, *files: object, now: datetime | None = None) -> Job:
    inputs = {"files": files}
    return waiting_job(user_id, kind="document", inputs=inputs, now=now or timezone.now())


def run_next() -> bool:
    claim = runner.claim(Queue.AI)
    assert claim
    return runner.run(claim)


def test_a_run_that_has_had_its_share_gives_way_and_goes_on_behind_its_steps(
    monkeypatch: pytest.MonkeyPatch, no_share: None
) -> None:
    short: list[Job] = []
    pages = Pages(lambda: short.append(document("ben", TEXT)))
    changed_kind(monkeypatch, "document", handler=pages)
    long = document("ann", SCAN)

    assert run_next() is False  # and needs a new message
    long.refresh_from_db()
    assert (long.status, long.attempts_made, long.progress) == (Status.WAITING, 0, 30)
    assert last_event(long.id)["waitingFor"]["explanation"] == queue.IN_TURN
    assert [queue.position(job) for job in (short[0], long)] == [1, 2]

    while Job.objects.filter(status=Status.WAITING):
        run_next()
    assert pages.read == ["ann 1", "ben 1", "ann 2", "ben 2", "ann 3", "ben 3"]
    long.refresh_from_db()
    assert (long.status, long.attempts_made) == (Status.COMPLETED, 1)


def test_a_run_goes_on_while_nobody_waits_who_may_be_started(
    monkeypatch: pytest.MonkeyPatch, no_share: None
) -> None:
    PausedKind.objects.create(kind="flashcards", reason="a bad prompt", paused_at=NOW)
    changed_kind(monkeypatch, "document", handler=Pages(lambda: waiting_job("ben")))
    document("ann", SCAN)
    assert run_next() is True


def test_a_run_keeps_its_place_for_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    changed_kind(monkeypatch, "document", handler=Pages(lambda: document("ben", TEXT)))
    document("ann", SCAN)
    assert run_next() is True


def test_bulk_work_gives_way_to_interactive_work_and_never_the_other_way_round(
    monkeypatch: pytest.MonkeyPatch, no_share: None
) -> None:
    changed_kind(monkeypatch, "document", handler=Pages(lambda: waiting_job("ben")))
    document("ann", SCAN)
    assert run_next() is False
    changed_kind(monkeypatch, "flashcards", handler=Pages(lambda: document("cy", TEXT)))
    assert run_next() is True


def test_the_shortest_of_a_turn_is_next_and_nothing_is_overtaken_for_ever() -> None:
    scan, photos, text = document("ann", SCAN), document("ben", *[PHOTO] * 5), document("cy", TEXT)
    assert [queue.position(job) for job in (text, photos, scan)] == [1, 2, 3]
    a_minute_ago = timezone.now() - queue.START_WITHIN_AT_MOST
    patient = document("dan", SCAN, now=a_minute_ago)
    assert queue.first_in(Queue.AI, timezone.now()) == patient


def test_progress_never_falls_when_a_job_begins_anew() -> None:
    job = waiting_job()
    claim = claimed(job)
    lifecycle.progress(claim, 60, "Half way", now=NOW)
    lifecycle.release_claim(claim, now=NOW)
    again = claimed(job)
    lifecycle.progress(again, 5, "Opening", now=NOW)
    job.refresh_from_db()
    assert (job.progress, job.progress_message) == (60, "Opening")
    assert last_event(job.id)["progress"] == 60
