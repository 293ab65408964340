"""Reading jobs: the status of one, with ETag, and the list of all with pages and filters."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from jobs import lifecycle
from jobs.api import views
from jobs.models import Job, Status
from tests.jobs import rows
from tests.people import claiming, nobody
from unilingo.common import cursors
from unilingo.common.pages import Cursor

pytestmark = pytest.mark.django_db

ANN = claiming("ann")
SUMMARY = [
    *("status", "jobId", "kind", "queue", "timestamp"),
    *("progress", "progressMessage", "attemptsMade", "createdAt", "eventsUrl"),
]


def _status(job_id: str, **headers: str) -> Any:
    return claiming("ann").get(f"/api/job-status/{job_id}", **headers)


def test_a_waiting_job_says_what_it_waits_for_and_when_to_ask_again() -> None:
    first, second = rows.waiting_job(now=rows.NOW), rows.waiting_job(now=rows.after(1))

    answer = _status(second.id)

    body = answer.json()
    waits = body["waitingFor"]
    assert (answer.status_code, answer["Retry-After"]) == (200, "2")
    assert list(body)[:11] == ["success", *SUMMARY]
    assert body["timestamp"] == round(rows.after(1).timestamp() * 1000)
    assert body["createdAt"] == "2026-11-23T12:00:01.000Z"
    assert (waits["reason"], waits["position"]) == ("queue", 2)
    assert waits["explanation"]
    assert _status(first.id).json()["waitingFor"]["position"] == 1


@pytest.mark.parametrize(
    ("status", "members"),
    [
        (Status.ACTIVE, ["startedAt"]),
        (Status.DELAYED, ["startedAt", "waitingFor", "nextAttemptAt"]),
        (Status.COMPLETED, ["startedAt", "completedAt", "result"]),
        (Status.FAILED, ["startedAt", "failedAt", "error", "code", "retryable"]),
    ],
)
def test_each_state_has_the_members_of_the_contract(status: Status, members: list[str]) -> None:
    answer = _status(rows.job_in(status).job_id)

    assert list(answer.json()) == ["success", *SUMMARY, *members]
    assert answer.content.count(b'"status":"') == 1
    assert ("Retry-After" in answer) == (status in (Status.ACTIVE, Status.DELAYED))


@pytest.mark.parametrize(
    "job_id", ["x", "flashcards-1", "%00", "a%00b", "%ED%A0%80", "%FF", "x" * 5000, "%2e%2e", "é"]
)
def test_an_id_that_is_none_is_a_job_that_is_not_there(job_id: str) -> None:
    for path in (f"/api/job-status/{job_id}", f"/api/job-events?jobId={job_id}"):
        answer = ANN.get(path)

        assert answer.status_code == 404
        assert answer.json()["status"] == "not_found"
        assert answer.json()["code"] == "JOB_NOT_FOUND"
        assert answer.json()["error"].startswith("Job not found.")


def test_what_has_not_changed_is_not_sent_again() -> None:
    claim = rows.active_job()
    first = _status(claim.job_id)

    again = _status(claim.job_id, If_None_Match=f'"other", W/{first["ETag"]}')
    lifecycle.progress(claim, 50, "Half way", now=rows.NOW)
    changed = _status(claim.job_id, If_None_Match=first["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert all(again[name] == first[name] for name in ("ETag", "Cache-Control", "Retry-After"))
    assert (changed.status_code, changed.json()["progress"]) == (200, 50)
    assert changed["ETag"] != first["ETag"]


def test_whoever_takes_any_version_is_sent_none() -> None:
    assert _status(rows.active_job().job_id, If_None_Match="*").status_code == 304


def test_a_waiting_job_has_changed_when_its_place_has() -> None:
    ahead, job = rows.waiting_job(now=rows.NOW), rows.waiting_job(now=rows.after(1))
    etag = _status(job.id)["ETag"]

    rows.claimed(ahead)

    assert _status(job.id, If_None_Match=etag).status_code == 200


def test_an_answer_may_be_kept_by_its_client_alone() -> None:
    assert _status(rows.active_job().job_id)["Cache-Control"] == "private, no-cache"


def test_its_stream_can_be_opened_from_every_answer_about_a_job() -> None:
    job = rows.waiting_job()
    shown = [_status(job.id).json(), _list().json()["jobs"][0]]

    for about in shown:
        assert about["eventsUrl"].startswith(f"/api/job-events?jobId={job.id}&token=")
        assert nobody().get(about["eventsUrl"]).status_code == 200


def test_what_is_kept_of_a_status_does_not_outlive_the_token_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job, later = rows.waiting_job(), timezone.now() + timedelta(minutes=30)
    etag = _status(job.id)["ETag"]

    monkeypatch.setattr(views.timezone, "now", lambda: later)

    assert _status(job.id, If_None_Match=etag).status_code == 200


def _list(query: str = "") -> Any:
    return claiming("ann").get(f"/api/jobs{query}")


def _cursor(job: Job) -> str:
    return cursors.made("jobs", Cursor(job.created_at, job.id))


def _ids(query: str = "") -> list[str]:
    return [job["jobId"] for job in _list(query).json()["jobs"]]


def test_the_list_has_the_callers_jobs_newest_first_without_results() -> None:
    old, new = (rows.waiting_job(now=rows.after(second)).id for second in (0, 1))
    rows.waiting_job("ben")

    assert _ids() == [new, old]
    assert list(_list().json()["jobs"][0]) == [*SUMMARY, "title"]


@pytest.mark.parametrize(
    ("inputs", "title"),
    [
        ({"subject": "Biology", "content": "x"}, "Biology"),
        ({"referenceText": "Read me.", "files": [{"name": "a.wav"}]}, "Read me."),
        ({"files": [{"name": "notes.pdf"}, {"name": "b.png"}]}, "notes.pdf"),
        ({"content": "x"}, ""),
    ],
)
def test_the_list_names_jobs_by_what_was_handed_in(inputs: dict[str, Any], title: str) -> None:
    rows.waiting_job(inputs=inputs)

    assert _list().json()["jobs"][0]["title"] == title


def test_pages_follow_each_other_without_gap_or_repetition() -> None:
    made = [rows.waiting_job(now=rows.after(second // 2)).id for second in range(7)]

    seen: list[str] = []
    query = "?limit=3"
    while True:
        page = _list(query).json()
        seen += [job["jobId"] for job in page["jobs"]]
        if page["nextCursor"] is None:
            break
        query = f"?limit=3&cursor={page['nextCursor']}"
        rows.waiting_job(now=rows.after(100))

    assert sorted(seen) == sorted(made)
    assert len(seen) == len(set(seen))


def test_the_list_can_be_narrowed() -> None:
    done, waits = rows.job_in(Status.COMPLETED).job_id, rows.waiting_job().id

    assert _ids("?status=completed") == [done]
    assert _ids("?status=waiting&kind=flashcards") == [waits]
    assert _ids("?status=cancelled") == []
    assert len(_ids("?status=&kind=&cursor=")) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=done", "status"),
        ("status=WAITING", "status"),
        ("kind=poems", "kind"),
        ("kind=%00", "kind"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=" + "x" * 201, "cursor"),
    ],
)
def test_a_query_that_makes_no_sense_is_named(query: str, field: str) -> None:
    answer = _list(f"?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == [field]


def test_a_cursor_that_was_tampered_with_is_refused() -> None:
    job = rows.waiting_job()
    good = _cursor(job)
    forged = signing.dumps([job.created_at.isoformat(), job.id], salt="another use")

    for cursor in (good[:-1], good + "x", good[1:], good.replace(":", "", 1), forged):
        assert _list(f"?cursor={cursor}").status_code == 400, cursor
    assert _list(f"?cursor={good}").status_code == 200


def test_the_cursor_of_another_shows_no_job_of_theirs() -> None:
    theirs = [rows.waiting_job("ben", now=rows.after(n)) for n in range(3)]

    assert _ids(f"?cursor={_cursor(theirs[2])}") == []


def test_nobody_has_no_list() -> None:
    assert nobody().get("/api/jobs").status_code == 401
