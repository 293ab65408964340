"""The door to a provider: what passes it is counted and paid, what it refuses never reaches the wire."""

import json
from dataclasses import replace
from decimal import Decimal
from time import monotonic, sleep

import pytest
from django.utils import timezone
from pytest_django import Settings

from jobs import errors, lifecycle
from jobs.claims import Claim, Wait
from jobs.errors import (
    AttemptFailed,
    ProviderTimeout,
    ProviderUnavailable,
    UnusableAnswer,
)
from jobs.models import WaitReason
from jobs.providers import registry
from jobs.providers.base import Language, TextModel, TextRequest, Usage
from jobs.providers.guarded import FELL_BACK, GuardedText, classify
from jobs.providers.run import Run
from jobs.run_context import RunContext
from resilience.errors import CallInterrupted, CircuitOpen, KillSwitchOn, RateLimited
from resilience.models import Budget, BudgetPeriod, Reservation, UsageRecord
from resilience.retry import FailureKind
from resilience.runtime import runtime
from tests.fakes.openai_faults import fails, responds, thinks
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.providers.asked import REQUEST, RUN
from tests.jobs.providers.lesson_requests import REQUESTS
from tests.jobs.rows import after, claimed, waiting_job

pytestmark = pytest.mark.django_db


TEXT_CALLS: dict[str, TextRequest] = {"cards": REQUEST, **REQUESTS}


def cost_of(server: FakeOpenAI) -> Decimal:
    """Of all that the server has billed, at the price of gpt-4o-mini."""
    billed = [served for served in server.served if served.is_billed]
    read, written = sum(s.input_tokens for s in billed), sum(s.output_tokens for s in billed)
    return Decimal(read) * Decimal("0.15e-6") + Decimal(written) * Decimal("0.60e-6")


def spent(scope: str = "fleet") -> Decimal:
    period = BudgetPeriod.objects.get(scope=scope)
    assert period.reserved == 0
    return period.spent


def test_a_call_is_paid_as_the_provider_counted_it(openai: FakeOpenAI) -> None:
    answer = registry.text_model(RUN).cards(REQUEST)

    record = UsageRecord.objects.get()
    assert answer.value
    assert spent() == spent("user:ann") == spent("provider:openai") == cost_of(openai)
    assert (record.user_id, record.kind, record.request_id) == ("ann", "flashcards", "req_1")
    assert record.raw["prompt_tokens"] == openai.served[0].input_tokens


def test_what_a_server_does_not_take_is_left_out_at_once_and_costs_nothing(
    openai: FakeOpenAI,
) -> None:
    refusal = {"error": {"message": "Unrecognized request argument supplied: temperature"}}
    openai.script(responds(400, json.dumps(refusal).encode()))

    assert registry.text_model(RUN).cards(REQUEST).value
    assert [("temperature" in served.body) for served in openai.served] == [True, False]
    assert UsageRecord.objects.count() == 1
    assert spent() == cost_of(openai)


def test_every_call_of_a_text_model_is_known_here() -> None:
    about = {"provider", "model", "version", "part_characters", "cards_at_once"}
    assert {name for name in vars(GuardedText) if name[0] != "_"} - about == set(TEXT_CALLS)
    assert {name for name in vars(TextModel) if name[0] != "_"} - about == set(TEXT_CALLS)


@pytest.mark.parametrize("call", TEXT_CALLS)
def test_every_call_is_metered_by_what_it_asks_for(openai: FakeOpenAI, call: str) -> None:
    getattr(registry.text_model(RUN), call)(TEXT_CALLS[call])

    assert Reservation.objects.get().amount >= spent() == cost_of(openai) > 0


def test_what_is_reserved_is_never_less_than_what_is_spent(openai: FakeOpenAI) -> None:
    registry.text_model(RUN).cards(replace(REQUEST, content="Ünïcödé 漢字 " * 400))

    assert Reservation.objects.get().amount >= cost_of(openai)


def test_an_answer_that_cannot_be_used_is_paid_for(openai: FakeOpenAI) -> None:
    openai.script("malformed")
    with pytest.raises(UnusableAnswer):
        registry.text_model(RUN).cards(REQUEST)

    assert spent() == cost_of(openai) > 0


def test_a_call_that_may_have_been_billed_is_booked_in_full(
    openai: FakeOpenAI, settings: Settings
) -> None:
    settings.OPENAI_TIMEOUT_SECONDS = 0.3
    openai.script("hang")
    with pytest.raises(ProviderTimeout):
        registry.text_model(RUN).cards(REQUEST)

    assert UsageRecord.objects.get().is_estimated
    assert spent() == Reservation.objects.get().amount


def test_a_call_that_failed_costs_nothing(openai: FakeOpenAI) -> None:
    openai.script("500")
    with pytest.raises(ProviderUnavailable):
        registry.text_model(RUN).cards(REQUEST)

    assert spent() == 0


@pytest.mark.parametrize("call", TEXT_CALLS)
def test_no_call_of_an_engine_that_is_given_out_passes_a_kill_switch(
    openai: FakeOpenAI, call: str
) -> None:
    runtime().operations.set_kill_switch(True, actor="ops", provider="openai")
    given_out = registry.text_model(RUN)

    with pytest.raises(KillSwitchOn):
        getattr(given_out, call)(TEXT_CALLS[call])
    assert isinstance(given_out, GuardedText)
    assert openai.served == []


def test_a_provider_that_keeps_failing_is_called_no_more(openai: FakeOpenAI) -> None:
    openai.script(*["500"] * 9)
    for number in range(5):
        with pytest.raises(ProviderUnavailable):
            registry.text_model(replace(RUN, permit=f"job-{number}:1")).cards(REQUEST)

    with pytest.raises(CircuitOpen):
        registry.text_model(RUN).cards(REQUEST)
    assert len(openai.served) == 5


def test_the_built_in_engine_answers_while_the_breaker_is_open(
    openai: FakeOpenAI, settings: Settings
) -> None:
    settings.FALLBACK_TEXT = "local"
    runtime().operations.command_breaker("openai", "force_open", actor="ops")

    answer = registry.text_model(RUN).cards(REQUEST)

    assert answer.value
    assert (answer.provider, answer.notes[0]) == ("local", FELL_BACK)
    assert runtime().store.status(runtime().policies["openai"]).waiting == 0
    assert openai.served == []
    assert not UsageRecord.objects.exists()


def test_what_the_built_in_engine_cannot_do_waits_for_the_provider(
    openai: FakeOpenAI, settings: Settings
) -> None:
    settings.FALLBACK_TEXT = "local"
    runtime().operations.command_breaker("openai", "force_open", actor="ops")
    icelandic = replace(REQUEST, target=Language("is", "Icelandic"))

    with pytest.raises(CircuitOpen):
        registry.text_model(RUN).cards(icelandic)


def test_money_is_waited_for_whatever_the_fallback(openai: FakeOpenAI, settings: Settings) -> None:
    settings.FALLBACK_TEXT = "local"
    runtime().operations.set_kill_switch(True, actor="ops", provider="openai")

    with pytest.raises(KillSwitchOn):
        registry.text_model(RUN).cards(REQUEST)


def test_nobody_calls_before_retry_after(openai: FakeOpenAI) -> None:
    openai.script("429")
    waited: list[float] = []
    told = replace(RUN, permit="job-2:1", wait=lambda seconds: not waited.append(seconds))
    with pytest.raises(CallInterrupted):
        registry.text_model(told).cards(REQUEST)
    assert 0.5 < waited[0] <= 1
    assert len(openai.served) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "60"}, 60),
        ({"retry_after_ms": "70000"}, 70),
        ({"x_ratelimit_reset_requests": "1m10s"}, 70),
        ({"x_ratelimit_reset_requests": "9ms", "x_ratelimit_reset_tokens": "6m0s"}, 360),
        ({}, 5),
    ],
)
def test_throttling_is_waited_out_as_it_was_said(
    openai: FakeOpenAI, headers: dict[str, str], seconds: float
) -> None:
    openai.script(fails(429, "rate_limit_exceeded", "requests", **headers))
    with pytest.raises(RateLimited) as refused:
        registry.text_model(RUN).cards(REQUEST)

    status = runtime().store.status(runtime().policies["openai"])
    assert status.cooldown_until_ms - status.at_ms == pytest.approx(seconds * 1000, abs=500)
    assert refused.value.retry_after
    assert refused.value.retry_after <= seconds
    assert (refused.value.place, spent()) == (1, 0)


def test_a_short_throttling_is_slept_out(openai: FakeOpenAI) -> None:
    openai.script(fails(429, None, x_ratelimit_reset_tokens="250ms"))
    waited: list[float] = []
    patient = replace(RUN, wait=lambda seconds: bool(waited.append(seconds) or sleep(seconds)))

    assert registry.text_model(patient).cards(REQUEST).value
    assert sum(waited) == pytest.approx(0.25, abs=0.05)


def test_second_attempts_have_a_quota_of_their_own(openai: FakeOpenAI) -> None:
    for number in range(12):
        again = replace(RUN, permit=f"job-{number}:2", is_retry=True)
        registry.text_model(again).cards(REQUEST)

    with pytest.raises(RateLimited):
        registry.text_model(replace(RUN, is_retry=True)).cards(REQUEST)
    registry.text_model(replace(RUN, permit="job-99:1")).cards(REQUEST)


def test_the_local_engine_needs_no_guard() -> None:
    assert not isinstance(registry.text_model(RUN), GuardedText)


def test_a_run_that_only_waited_has_the_same_name_as_before() -> None:
    first = claimed(waiting_job())
    name = name_of_call(first)
    wait = Wait(WaitReason.RATE_LIMIT, after(1), "Busy.")
    lifecycle.delay(first, wait, counts_attempt=False, now=after(0))
    lifecycle.wake([first.job_id], now=after(1))
    second = lifecycle.claim(first.job_id, worker="two", lease_seconds=1, now=after(2))
    assert second
    assert name_of_call(second) == name


def test_a_run_after_a_lost_one_has_another_name() -> None:
    first = claimed(waiting_job())
    name = name_of_call(first)
    lifecycle.recover(first.job_id, lost_at_most=3, now=after(99))
    second = lifecycle.claim(first.job_id, worker="two", lease_seconds=1, now=timezone.now())
    assert second
    assert name_of_call(second) != name
    assert not run_of(second).is_retry


def test_every_call_of_a_run_has_a_name_of_its_own_and_a_step_keeps_its_names() -> None:
    at = iter(["one", "one", "two", "one", "two"])
    run = replace(RUN, step=lambda: next(at))
    names = [run.begin_call() for _ in range(5)]
    assert names == [
        f"flashcards-1:1:{call}" for call in ("one:1", "one:2", "two:1", "one:3", "two:2")
    ]


def test_a_run_that_must_end_begins_no_call(openai: FakeOpenAI) -> None:
    def check() -> None:
        raise CallInterrupted

    with pytest.raises(CallInterrupted):
        registry.text_model(replace(RUN, check=check)).cards(REQUEST)
    assert openai.served == []


def test_what_a_process_says_of_its_providers_can_be_read_by_another_version(
    openai: FakeOpenAI,
) -> None:
    """It is pickled into Redis: a class of ours would have to be where it was, whoever reads it."""
    registry.text_model(RUN).cards(REQUEST)

    said = registry.heard()
    assert list(said) == ["openai"]
    assert type(said["openai"]) is tuple


def run_of(claim: Claim) -> Run:
    return RunContext(claim, deadline=monotonic() + 3600).run


def name_of_call(claim: Claim) -> str:
    return run_of(claim).begin_call()


def test_every_failure_of_an_attempt_has_its_kind() -> None:
    kinds = {
        error.__name__: classify(error()).kind
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, AttemptFailed) and "code" in dir(error)
    }
    assert kinds == {
        "ProviderUnavailable": FailureKind.TRANSIENT,
        "ConnectionLost": FailureKind.TRANSIENT,
        "ProviderTimeout": FailureKind.TRANSIENT,
        "ProviderThrottled": FailureKind.THROTTLED,
        "ProviderRefused": FailureKind.PERMANENT,
        "ProviderMisconfigured": FailureKind.FATAL,
        "UnusableAnswer": FailureKind.UNUSABLE,
        "ThoughtAway": FailureKind.PERMANENT,
        "ContentRefused": FailureKind.PERMANENT,
        "UnusableInput": FailureKind.PERMANENT,
        "NoSpeech": FailureKind.PERMANENT,
        "NoTerms": FailureKind.PERMANENT,
        "NeverMade": FailureKind.PERMANENT,
        "UnreadableFile": FailureKind.INTERRUPTED,
        "RecordingTooLong": FailureKind.INTERRUPTED,
        "StorageAway": FailureKind.INTERRUPTED,
        "DeadlineExceeded": FailureKind.INTERRUPTED,
    }
    assert classify(KeyboardInterrupt()).kind == FailureKind.INTERRUPTED


def test_a_failure_keeps_what_the_provider_said_of_time_and_tokens() -> None:
    error = UnusableAnswer(retry_after=7, usage=Usage(100, 20, raw={"prompt_tokens": 100}))
    error.add_note("openai: request req_1")
    failure = classify(error)
    assert (failure.retry_after_seconds, failure.reason) == (7, "openai: request req_1")
    assert failure.consumed
    assert (failure.consumed.units.tokens, failure.consumed.raw) == (120, {"prompt_tokens": 100})


def test_room_to_think_is_reserved_and_asked_for_once(openai: FakeOpenAI) -> None:
    openai.script(thinks(9000), thinks(9000))
    answer = registry.text_model(RUN).cards(REQUEST)

    assert answer.value
    assert len(openai.served) == 2
    assert spent() == cost_of(openai)
    assert max(r.units["output_tokens"] for r in Reservation.objects.all()) == 12500


def test_a_model_without_a_price_is_not_called(openai: FakeOpenAI, settings: Settings) -> None:
    settings.OPENAI_MODEL = "nobody-priced-this"
    Budget.objects.create(scope="fleet", limit_usd=None)
    with pytest.raises(Exception, match="not set up"):
        registry.text_model(RUN).cards(REQUEST)
    assert openai.served == []
