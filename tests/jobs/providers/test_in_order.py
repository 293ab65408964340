"""Several providers of one capability: who is asked next, when, and what is booked."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from pytest_django import Settings

from jobs.errors import ContentRefused, NeverMade, ProviderTimeout
from jobs.providers import registry
from jobs.providers.base import ConversationRequest, Language, VocabularyRequest
from jobs.providers.guarded import FELL_BACK, UNPAID
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from resilience.errors import CircuitOpen
from resilience.models import UsageRecord
from resilience.runtime import runtime
from resilience.usage import Units
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.providers.asked import REQUEST, RUN

pytestmark = pytest.mark.django_db

ENGLISH = Language("en", "English")


@pytest.fixture
def compatible(openai: FakeOpenAI, settings: Settings) -> Iterator[FakeOpenAI]:
    price = Decimal(1), Decimal(1), Decimal(2)
    with FakeOpenAI() as server:
        settings.PROVIDER_TEXT = "openai,compatible"
        settings.COMPATIBLE_BASE_URL, settings.COMPATIBLE_MODEL = server.base_url, "llama"
        settings.BUDGET_POLICY = replace(settings.BUDGET_POLICY, prices={"compatible": price})
        yield server


def made_by() -> str:
    return registry.text_model(RUN).cards(REQUEST).provider


def dearest_call() -> Decimal:
    """What the call of the second one costs at most."""
    engine = OpenAITextModel(OpenAIPolicy("sk-test"))
    units = Units(engine.input_tokens(REQUEST), output_tokens=engine.answer_tokens(REQUEST))
    return runtime().ledger.cost("compatible", "llama", units)


def stand_in(settings: Settings, *, is_spent: bool) -> None:
    """Let the built-in engine answer, for the money or for OpenAI."""
    settings.FALLBACK_TEXT = "local"
    if is_spent:
        runtime().operations.set_limit(Decimal(0), actor="ops")
    else:
        runtime().operations.command_breaker("openai", "force_open", actor="ops")


def booked() -> list[str]:
    return list(UsageRecord.objects.order_by("id").values_list("provider", flat=True))


@pytest.mark.parametrize("fault", ["500", "quota", "401"])
def test_what_the_first_cannot_do_the_next_does_in_the_same_call(
    openai: FakeOpenAI, compatible: FakeOpenAI, fault: str
) -> None:
    openai.script(fault)
    assert made_by() == "compatible"
    assert (len(openai.served), len(compatible.served)) == (1, 1)
    assert booked() == ["compatible"]


def test_while_all_is_well_the_next_is_not_asked(
    openai: FakeOpenAI, compatible: FakeOpenAI
) -> None:
    assert made_by() == "openai"
    assert (compatible.served, booked()) == ([], ["openai"])


def test_an_open_breaker_or_a_stopped_provider_is_passed_over(
    openai: FakeOpenAI, compatible: FakeOpenAI
) -> None:
    operations = runtime().operations
    operations.command_breaker("openai", "force_open", actor="ops")
    assert made_by() == "compatible"
    operations.command_breaker("openai", "reset", actor="ops")
    operations.set_kill_switch(True, actor="ops", provider="openai")
    assert made_by() == "compatible"
    assert openai.served == []


@pytest.mark.parametrize("fault", ["500", "breaker"])
def test_a_call_that_was_not_made_takes_nothing_of_what_the_job_may_cost(
    openai: FakeOpenAI, compatible: FakeOpenAI, fault: str
) -> None:
    if fault == "breaker":
        runtime().operations.command_breaker("openai", "force_open", actor="ops")
    else:
        openai.script(fault)
    run = replace(RUN, max_cost=dearest_call())

    assert registry.text_model(run).cards(REQUEST).provider == "compatible"


def test_a_call_that_may_be_billed_counts_as_what_the_job_costs(
    openai: FakeOpenAI, compatible: FakeOpenAI, settings: Settings
) -> None:
    settings.OPENAI_TIMEOUT_SECONDS = 0.3
    openai.script("hang")
    with pytest.raises(ProviderTimeout):
        registry.text_model(replace(RUN, max_cost=dearest_call())).cards(REQUEST)
    assert compatible.served == []


def test_a_text_that_is_refused_is_not_taken_elsewhere(
    openai: FakeOpenAI, compatible: FakeOpenAI
) -> None:
    openai.script("content-filter")
    with pytest.raises(ContentRefused):
        made_by()
    assert compatible.served == []


def test_when_none_is_there_the_call_waits_for_the_one_that_is_back_first(
    openai: FakeOpenAI, compatible: FakeOpenAI
) -> None:
    for provider in ("openai", "compatible"):
        runtime().operations.command_breaker(provider, "force_open", actor="ops")
    with pytest.raises(CircuitOpen):
        made_by()
    assert (openai.served, compatible.served) == ([], [])


def test_the_built_in_engine_can_stand_behind_them(
    openai: FakeOpenAI, compatible: FakeOpenAI, settings: Settings
) -> None:
    settings.FALLBACK_TEXT = "local"
    for provider in ("openai", "compatible"):
        runtime().operations.command_breaker(provider, "force_open", actor="ops")
    answer = registry.text_model(RUN).cards(replace(REQUEST, native=ENGLISH))
    assert (answer.provider, answer.notes[0]) == ("local", FELL_BACK)
    assert answer.degraded == "breaker"


@pytest.mark.parametrize(
    ("is_spent", "has_stood_in", "ended_by"),
    [(True, False, NeverMade), (False, True, NeverMade), (False, False, CircuitOpen)],
)
def test_what_the_built_in_engine_never_makes_is_waited_for_where_a_provider_did_the_rest(
    openai: FakeOpenAI,
    settings: Settings,
    is_spent: bool,
    has_stood_in: bool,
    ended_by: type[Exception],
) -> None:
    stand_in(settings, is_spent=is_spent)
    model = registry.text_model(replace(RUN, stood_in=threading.Event()))
    if has_stood_in:
        model.cards(replace(REQUEST, native=ENGLISH))
    request = ConversationRequest(
        topic="Heart", terms=("ventricle",), subject="Medicine", native=ENGLISH, target=ENGLISH
    )
    with pytest.raises(ended_by) as ended:
        model.conversation(request)
    if isinstance(ended.value, NeverMade):
        assert ended.value.degraded == ("budget" if is_spent else "breaker")


@pytest.mark.parametrize(
    ("keywords", "is_spent", "ended_by"),
    [
        (("thrombus", "syzygy"), True, None),
        (("thrombus", "syzygy"), False, CircuitOpen),
        (("syzygy",), True, NeverMade),
    ],
)
def test_terms_of_a_provider_are_explained_as_far_as_can_be_only_where_the_money_is_spent(
    openai: FakeOpenAI,
    settings: Settings,
    keywords: tuple[str, ...],
    is_spent: bool,
    ended_by: type[Exception] | None,
) -> None:
    stand_in(settings, is_spent=is_spent)
    request = VocabularyRequest(
        content=REQUEST.content,
        sentences=(),
        topic="Heart",
        keywords=keywords,
        subject="Medicine",
        native=ENGLISH,
        target=ENGLISH,
    )
    model = registry.text_model(replace(RUN, stood_in=threading.Event()))
    if ended_by:
        with pytest.raises(ended_by):
            model.vocabulary(request)
    else:
        assert [entry.keyword for entry in model.vocabulary(request).value] == ["thrombus"]


def test_the_built_in_engine_answers_too_when_the_money_is_spent_and_says_so(
    openai: FakeOpenAI, compatible: FakeOpenAI, settings: Settings
) -> None:
    settings.FALLBACK_TEXT = "local"
    runtime().operations.set_limit(Decimal(0), actor="ops")
    answer = registry.text_model(RUN).cards(replace(REQUEST, native=ENGLISH))
    assert (answer.provider, answer.notes[0], answer.degraded) == ("local", UNPAID, "budget")
    assert (openai.served, compatible.served) == ([], [])
