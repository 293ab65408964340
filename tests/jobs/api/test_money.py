"""Asking for work that costs money: refused at once when nobody can pay for it, and known work is free."""

from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from jobs import runner
from jobs.kind import Queue
from jobs.models import Job
from resilience.runtime import runtime
from tests.fakes.openai_server import FakeOpenAI
from tests.people import ASKED, GENERATE, claiming, signed_in
from tests.stack import CONTENT

pytestmark = pytest.mark.django_db

ANN = claiming("ann")
OTHER = ASKED | {"subject": "Chemistry"}


def pull_switch(provider: str | None = None) -> None:
    runtime().operations.set_kill_switch(True, actor="ops", reason="too dear", provider=provider)


@pytest.mark.parametrize("provider", [None, "openai"])
def test_a_pulled_switch_refuses_new_work_in_the_words_of_the_original(
    openai: FakeOpenAI, provider: str | None
) -> None:
    pull_switch(provider)
    answer = ANN.post(GENERATE, ASKED)

    body = answer.json()
    assert (answer.status_code, body["code"]) == (429, "BUDGET_LIMIT_EXCEEDED")
    assert body["error"] == "Service temporarily unavailable due to budget limits"
    assert body["message"] == "Please try again later or contact support"
    assert answer["Retry-After"] == "30"
    assert not Job.objects.exists()


def test_the_switch_of_another_provider_refuses_nothing(openai: FakeOpenAI) -> None:
    pull_switch("azure-vision")
    assert ANN.post(GENERATE, ASKED).status_code == 202


def test_an_allowance_that_is_used_up_refuses_its_user_only(openai: FakeOpenAI) -> None:
    runtime().operations.set_limit(Decimal(0), actor="ops", scope="user:ann")

    refused = ANN.post(GENERATE, ASKED)
    assert (refused.status_code, refused.json()["code"]) == (402, "ALLOWANCE_EXHAUSTED")
    assert claiming("ben").post(GENERATE, ASKED).status_code == 202


def test_known_work_is_answered_although_nobody_could_pay(openai: FakeOpenAI) -> None:
    first = ANN.post(GENERATE, ASKED, Idempotency_Key="one").json()["jobId"]
    pull_switch()

    again = ANN.post(GENERATE, ASKED)
    by_key = ANN.post(GENERATE, ASKED, Idempotency_Key="one")
    reused = ANN.post(GENERATE, OTHER, Idempotency_Key="one")
    assert (again.status_code, again.json()["jobId"]) == (202, first)
    assert by_key["Idempotent-Replayed"] == "true"
    assert reused.json()["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert ANN.post(GENERATE, OTHER).status_code == 429


def test_what_is_not_valid_is_told_before_what_cannot_be_paid(openai: FakeOpenAI) -> None:
    pull_switch()
    assert ANN.post(GENERATE, ASKED | {"topic": 7}).status_code == 400


def test_the_local_engine_costs_nothing_and_is_stopped_by_the_fleets_switch_only() -> None:
    runtime().operations.set_limit(Decimal(0), actor="ops")
    pull_switch("openai")
    assert ANN.post(GENERATE, ASKED).status_code == 202

    pull_switch()
    refused = ANN.post(GENERATE, OTHER)
    assert (refused.status_code, refused.json()["code"]) == (429, "BUDGET_LIMIT_EXCEEDED")
    assert ANN.post(GENERATE, ASKED).status_code == 202


def test_what_the_local_engine_does_asks_once_whether_it_may(
    django_assert_max_num_queries: Any,
) -> None:
    with django_assert_max_num_queries(20) as asked:
        assert ANN.post(GENERATE, ASKED).status_code == 202
    assert len([query for query in asked.captured_queries if "resilience_" in query["sql"]]) == 1


def test_an_unknown_breaker_is_told_with_those_there_are(openai: FakeOpenAI) -> None:
    answer = signed_in("ops", role="service_role").post("/api/circuit-breakers/reset/anthropic", {})
    assert answer.status_code == 404
    assert answer.json()["available"] == ["azure-speech", "azure-vision", "compatible", "openai"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scope", ["fleet", "user:ann", "provider:openai"])
@pytest.mark.parametrize("path", [GENERATE, "/api/ai/generate-lesson"])
def test_with_no_money_left_the_built_in_engine_makes_all_that_it_can_and_says_why(
    openai: FakeOpenAI, settings: Settings, scope: str, path: str
) -> None:
    settings.FALLBACK_TEXT = "local"
    runtime().operations.set_limit(Decimal("0.00001"), actor="ops", scope=scope)
    english = {"nativeLanguage": "English", "targetLanguage": "English"}
    job_id = ANN.post(path, ASKED | {"content": CONTENT} | english).json()["jobId"]

    while claim := runner.claim(Queue.AI):
        runner.run(claim)

    result = ANN.get(f"/api/job-status/{job_id}").json()["result"]
    assert (result["success"], result["degraded"]) == (True, "budget")
    assert openai.served == []

    runtime().operations.set_limit(None, actor="ops", scope=scope)
    assert ANN.post(path, ASKED | {"content": CONTENT} | english).json()["jobId"] != job_id
