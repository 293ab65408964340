"""A kind from outside (tests/jobs/outside_kind) lives like ours, without an edit of the product."""

import asyncio
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from jobs import lifecycle, runner
from jobs.api.stream import follow
from jobs.errors import ProviderUnavailable
from jobs.events import Channel
from jobs.kind import Queue, kind_of
from jobs.models import Job
from jobs.sweep import sweep
from tests.jobs.outside_kind import kind as outside
from tests.jobs.rows import changed_kind, events_of
from tests.jobs.test_stream import QuietHub, rest_of
from tests.people import claiming, signed_in
from tests.servers import ValkeyServer
from unilingo.common.metrics import JOB_EVENTS, meter
from unilingo.monitoring import fleet_metrics
from unilingo.monitoring.overview import overview

pytestmark = pytest.mark.django_db

OUTLINE = "/api/outline"
PARAGRAPHS = ["Cells divide often.", "Organs are made of tissue."]
NOTE = {"note": "\n\n".join(PARAGRAPHS), "words": 2}
ANN = claiming("ann")


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    outside.done.clear()


def submitted(body: Any = NOTE) -> str:
    answer = ANN.post(OUTLINE, body)
    assert answer.status_code == 202, answer.content
    job_id: str = answer.json()["jobId"]
    return job_id


def run_next() -> None:
    claim = runner.claim(Queue.AI)
    assert claim
    runner.run(claim)


def status_of(job_id: str) -> Any:
    return ANN.get(f"/api/job-status/{job_id}").json()


def test_what_is_asked_for_is_validated() -> None:
    refused = ANN.post(OUTLINE, {"note": "x", "words": 11})
    assert (refused.status_code, refused.json()["code"]) == (400, "VALIDATION_ERROR")
    assert "words" in refused.json()["details"]["fields"]


def test_it_is_submitted_run_in_steps_and_answered() -> None:
    accepted = ANN.post(OUTLINE, NOTE).json()
    assert accepted["jobId"].startswith("outline-")
    assert accepted["message"] == "Outline job queued successfully"
    assert accepted["estimatedTime"] == "1-2 seconds"

    run_next()
    seen = status_of(accepted["jobId"])
    assert (seen["status"], seen["kind"], seen["queue"]) == ("completed", "outline", "ai-jobs")
    assert seen["result"]["points"] == ["Cells divide", "Organs are"]
    assert [name for _, name in events_of(accepted["jobId"])][-3:] == ["progress", "progress", "completed"]  # fmt: skip


def test_the_same_work_is_done_once() -> None:
    first = submitted()
    assert submitted() == first
    run_next()

    again = ANN.post(OUTLINE, NOTE)
    other = ANN.post(OUTLINE, NOTE | {"words": 3})
    assert (again.status_code, again.json()["fromCache"], again.json()["jobId"]) == (
        200,
        True,
        first,
    )
    assert other.json()["jobId"] != first


def test_a_failed_one_is_tried_again_behind_its_finished_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def breaks(inputs: Any, context: Any) -> Any:
        outside.make_outline({**inputs, "note": inputs["note"].split("\n\n")[0]}, context)
        raise ProviderUnavailable

    job_id = submitted()
    with monkeypatch.context() as patch:
        changed_kind(patch, "outline", handler=breaks)
        Job.objects.filter(pk=job_id).update(max_attempts=1)
        run_next()
    assert status_of(job_id)["status"] == "failed"

    assert ANN.post(f"/api/jobs/{job_id}/retry", {}).status_code == 202
    run_next()
    assert status_of(job_id)["status"] == "completed"
    assert outside.done == PARAGRAPHS


def test_it_is_cancelled_and_listed() -> None:
    job_id = submitted()
    assert ANN.post(f"/api/jobs/{job_id}/cancel", {}).json()["status"] == "cancelled"

    listed = ANN.get("/api/jobs?kind=outline").json()["jobs"]
    assert [(job["jobId"], job["title"]) for job in listed] == [(job_id, NOTE["note"])]
    assert ANN.get("/api/jobs?kind=unheard").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_its_stream_tells_each_step() -> None:
    job_id = submitted()
    run_next()

    async def watch() -> list[tuple[int, str]]:
        async with aclosing(follow(QuietHub(), Channel(job_id, "ann"), 0, "{}")) as frames:
            return await rest_of(frames)

    names = [name for _, name in asyncio.run(watch())]
    assert names == ["connected", "waiting", "active", "progress", "progress", "completed"]


@pytest.mark.django_db(transaction=True)
def test_staff_see_it_in_admin_dashboard_and_metrics(
    admin_user: User, redis_server: ValkeyServer
) -> None:
    job_id = submitted()
    staff = Client()
    staff.force_login(admin_user)
    page = staff.get("/admin/jobs/job/?kind=outline").content.decode()
    assert (job_id[-12:] in page, "Outline" in page) == (True, True)
    assert 'value="outline"' in staff.get("/admin/jobs/pausedkind/add/").content.decode()

    seen = {kind["kind"]: kind for kind in overview(timezone.now())["kinds"]}
    assert seen["outline"]["waiting"] == 1
    assert ("outline", "waiting") in fleet_metrics.counted(
        {key: n for values in meter.unflushed().values() for key, n in values.items()}, JOB_EVENTS
    )
    operator = signed_in("ops", role="service_role")
    assert operator.get("/api/queue/stats").json()["stats"]["byKind"]["outline"]["waiting"] == 1
    assert "outline" in operator.get("/metrics").content.decode()


def test_it_is_paused_and_recovered_like_ours() -> None:
    operator = signed_in("ops", role="service_role")
    job_id = submitted()
    assert operator.post("/monitoring/kinds/outline", {"paused": True}).status_code == 200
    assert runner.claim(Queue.AI) is None
    operator.post("/monitoring/kinds/outline", {"paused": False})

    claim = runner.claim(Queue.AI)
    assert claim
    sweep(timezone.now() + timedelta(days=1))
    assert not lifecycle.may_go_on(claim)
    assert Job.objects.get(pk=job_id).status in ("waiting", "delayed")


def test_the_openapi_document_has_it_with_the_shape_of_its_result() -> None:
    document: Any = SchemaGenerator().get_schema(request=None, public=True)
    shapes = document["components"]["schemas"]

    asked = document["paths"][OUTLINE]["post"]
    assert asked["operationId"] == "make_outline"
    assert {"202", "200", "422"} <= asked["responses"].keys()
    assert shapes["OutlineResult"]["properties"]["points"]["items"] == {"type": "string"}
    result = shapes["JobState"]["properties"]["result"]
    assert {"$ref": "#/components/schemas/OutlineResult"} in result["anyOf"]
    assert shapes["EndedOutline"]["properties"].keys() >= {"points", "jobId", "status"}
    assert "outline" in shapes["KindEnum"]["enum"]
    assert kind_of("outline").title == "Outline"
