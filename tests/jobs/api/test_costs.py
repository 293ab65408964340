"""A price before the work, a limit that it never passes, and a request that is only priced."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import lifecycle, runner
from jobs.kind import Queue
from jobs.models import Job, Status
from resilience.models import UsageRecord
from tests.fakes.openai_server import FakeOpenAI
from tests.people import ASKED, GENERATE, claiming
from tests.stack import CONTENT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("redis_server")]

WORK = ASKED | {"content": CONTENT}


def _run() -> Job:
    claim = runner.claim(Queue.AI)
    assert claim
    runner.run(claim)
    return Job.objects.get(pk=claim.job_id)


def test_a_paid_job_says_what_it_may_cost_and_costs_no_more(openai: FakeOpenAI) -> None:
    priced = claiming("ann").post(GENERATE, WORK).json()["estimatedCost"]

    job = _run()

    assert job.status == Status.COMPLETED
    spent = sum(UsageRecord.objects.values_list("cost_usd", flat=True), Decimal(0))
    assert 0 < spent <= Decimal(str(priced["upTo"]))
    assert 0 < priced["usd"] <= priced["upTo"] < 0.1


def test_what_could_cost_more_than_its_owner_wants_is_refused_and_calls_nobody(
    openai: FakeOpenAI,
) -> None:
    answer = claiming("ann").post(GENERATE, WORK | {"maxCost": 0.00001})

    assert (answer.status_code, answer.json()["code"]) == (402, "COST_LIMIT_EXCEEDED")
    assert answer.json()["details"]["upTo"] > 0.00001
    assert (Job.objects.count(), openai.served) == (0, [])


def test_a_limit_holds_while_the_job_runs_too(openai: FakeOpenAI) -> None:
    job_id = claiming("ann").post(GENERATE, WORK | {"maxCost": 1}).json()["jobId"]
    Job.objects.filter(pk=job_id).update(max_cost_usd=Decimal("0.000001"))

    job = _run()

    assert (job.status, job.error_code) == (Status.FAILED, "COST_LIMIT_EXCEEDED")
    assert openai.served == []


def test_a_dry_run_is_priced_and_leaves_nothing(openai: FakeOpenAI) -> None:
    answer = claiming("ann").post(GENERATE, WORK | {"dryRun": True})
    bad = claiming("ann").post(GENERATE, WORK | {"dryRun": True, "topic": 7})

    assert (answer.status_code, list(answer.json())) == (200, ["success", "estimatedCost"])
    assert answer.json()["estimatedCost"]["upTo"] > 0
    assert bad.status_code == 400
    assert (Job.objects.count(), openai.served) == (0, [])


def test_what_costs_nothing_has_no_price(settings: Settings) -> None:
    assert "estimatedCost" not in claiming("ann").post(GENERATE, WORK).json()
    dry = claiming("ann").post(GENERATE, WORK | {"dryRun": True, "maxCost": 0})
    assert dry.json() == {"success": True, "estimatedCost": None}


@pytest.mark.parametrize(
    "wish", [{"maxCost": -1}, {"maxCost": "much"}, {"maxCost": True}, {"dryRun": "perhaps"}]
)
def test_a_wish_that_makes_no_sense_is_named(wish: dict[str, Any]) -> None:
    answer = claiming("ann").post(GENERATE, WORK | wish)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, list(wish))


def test_the_same_work_is_the_same_whatever_it_may_cost(openai: FakeOpenAI) -> None:
    first = claiming("ann").post(GENERATE, WORK).json()["jobId"]

    assert claiming("ann").post(GENERATE, WORK | {"maxCost": 1}).json()["jobId"] == first
    assert lifecycle.cancel(first, now=timezone.now())
