"""A provider that the product does not know: declared and registered here, and then like any other."""

from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from jobs import provider as declared
from jobs import runner
from jobs.kind import Capability, Queue
from jobs.provider import Provider, Setting
from jobs.providers.base import Answer, Card, CardsRequest, Usage
from resilience.models import UsageRecord
from resilience.policies import ProviderPolicy
from tests.people import GENERATE, claiming, signed_in
from tests.servers import ValkeyServer
from unilingo.configuration.env import BadSetting
from unilingo.configuration.providers import budget_policy, provider_settings

pytestmark = pytest.mark.django_db

TERMS = ("cell", "nucleus", "membrane", "ribosome", "tissue", "organ", "enzyme", "protein", "gene")
TEXT = " ".join(f"The {term} is studied in biology." for term in (*TERMS, "organism"))


class Teacher:
    """Makes a card of every term that it knows."""

    provider, model, version = "teacher", "miss-honey", "1"
    cards_at_once = 300
    part_characters = 20_000

    def __init__(self, key: str) -> None:
        self.key = key

    def input_tokens(self, request: Any) -> int:
        return 100

    def answer_tokens(self, request: Any) -> int:
        return 100

    def cards(self, request: CardsRequest, *_: Any) -> Answer[list[Card]]:
        cards = [
            Card(
                term,
                f"what {term} means",
                "Cells",
                "beginner",
                f"The {term} is studied in biology.",
            )
            for term in (*TERMS, "organism")
        ]
        return Answer(cards, self.provider, self.model, Usage(100, 50))


TEACHER = Provider(
    name="teacher",
    word="teacher",
    capability=Capability.TEXT,
    make=lambda settings: Teacher(settings.TEACHER_KEY),
    version=lambda settings, prompts: "teacher 1",
    limits=lambda settings: ProviderPolicy(
        name="teacher", requests_per_minute=settings.TEACHER_RATE_LIMIT_RPM
    ),
    needs=(("TEACHER_KEY",),),
    price="TEACHER_PRICE",
    settings=(
        Setting("TEACHER_KEY", "secret"),
        Setting("TEACHER_RATE_LIMIT_RPM", "integer", 30),
        Setting("TEACHER_PRICE", "price"),
    ),
)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setitem(declared._registered, (Capability.TEXT, "teacher"), TEACHER)
    for name, value in {
        "TEACHER_KEY": "chalk",
        "TEACHER_PRICE": "1,1,10",
        "PROVIDER_TEXT": "teacher",
        "BREAKER_TEACHER_OPEN_SECONDS": "7",
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def teacher(
    environment: pytest.MonkeyPatch, settings: Settings, redis_server: ValkeyServer
) -> None:
    read = provider_settings()
    for name, value in read.values.items():
        setattr(settings, name, value)
    settings.PROVIDER_POLICIES = read.policies
    settings.BUDGET_POLICY = budget_policy(read.values)


def test_its_settings_are_read_and_refused_like_ours(environment: pytest.MonkeyPatch) -> None:
    policy = provider_settings().policies["teacher"]
    assert (policy.requests_per_minute, policy.breaker.open_seconds) == (30, 7.0)

    environment.setenv("TEACHER_RATE_LIMIT_RPM", "many")
    with pytest.raises(BadSetting, match="TEACHER_RATE_LIMIT_RPM must be a whole number"):
        provider_settings()
    environment.delenv("TEACHER_RATE_LIMIT_RPM")
    environment.delenv("TEACHER_KEY")
    with pytest.raises(BadSetting, match="PROVIDER_TEXT is teacher, which needs TEACHER_KEY"):
        provider_settings()


def test_it_makes_the_cards_and_is_booked_and_watched(teacher: None) -> None:
    asked = {"content": TEXT, "subject": "Biology", "topic": "Cells"}
    job_id = claiming("ann").post(GENERATE, asked).json()["jobId"]
    claim = runner.claim(Queue.AI)
    assert claim
    runner.run(claim)

    result = claiming("ann").get(f"/api/job-status/{job_id}").json()["result"]
    booked = UsageRecord.objects.get()
    operator = signed_in("ops", role="service_role")
    assert (result["provider"], result["model"]) == ("teacher", "miss-honey")
    assert (booked.provider, booked.cost_usd) == ("teacher", Decimal("0.0006"))
    breakers = operator.get("/api/circuit-breakers/status").json()["circuitBreakers"]
    assert breakers["teacher"]["successes"] == 1
    assert "teacher" in operator.get("/api/rate-limits/status").json()["rateLimits"]
    budget = operator.get("/api/admin/budget/status").json()["budget"]
    assert budget["byProvider"]["teacher"]["calls"] == 1
    assert 'provider="teacher"' in operator.get("/metrics").content.decode()
