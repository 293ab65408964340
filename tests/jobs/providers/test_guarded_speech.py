"""Azure behind its guard: audio is paid by its seconds, and the built-in engine stands in while the breaker is open."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from pytest_django import Settings

from jobs.errors import NoSpeech, ProviderTimeout, ProviderUnavailable
from jobs.providers import registry
from jobs.providers.base import Language
from jobs.providers.guarded import FELL_BACK, GuardedSpeech
from jobs.providers.run import Run
from jobs.providers.speech import Recording
from resilience.errors import CircuitOpen, KillSwitchOn
from resilience.models import BudgetPeriod, Reservation, UsageRecord
from resilience.runtime import runtime
from tests.fakes.azure_speech_server import FakeAzureSpeech
from tests.servers import ValkeyServer
from tests.speech import speak

pytestmark = pytest.mark.django_db

TEXT = "The heart pumps blood."
READING = Recording(speak(TEXT), TEXT, Language("en-US", "English"))
RUN = Run("pronunciation-1:1", "ann", "pronunciation", is_retry=False, wait=lambda seconds: False)
PRICE = Decimal("1.30") / 3600 * Decimal(str(READING.seconds))


@pytest.fixture
def azure(settings: Settings, redis_server: ValkeyServer) -> Iterator[FakeAzureSpeech]:
    with FakeAzureSpeech() as server:
        settings.PROVIDER_SPEECH = "azure"
        settings.AZURE_SPEECH_KEY = "key"
        settings.AZURE_SPEECH_ENDPOINT = server.endpoint
        yield server


def spent() -> Decimal:
    period = BudgetPeriod.objects.get(scope="provider:azure-speech")
    assert period.reserved == 0
    return period.spent


def break_down(azure: FakeAzureSpeech) -> None:
    azure.fault = "503"
    for number in range(5):
        with pytest.raises(ProviderUnavailable):
            registry.speech_assessor(replace(RUN, permit=f"job-{number}:1")).assess(READING)
    azure.fault = ""


def test_a_reading_is_paid_by_its_seconds(azure: FakeAzureSpeech) -> None:
    registry.speech_assessor(RUN).assess(READING)

    record = UsageRecord.objects.get()
    assert spent() == pytest.approx(PRICE, abs=Decimal("1e-9"))
    assert (record.user_id, record.kind, record.request_id) == ("ann", "pronunciation", "phrase-1")


def test_silence_that_the_service_was_asked_about_is_paid_for(azure: FakeAzureSpeech) -> None:
    azure.fault = "no-match"
    with pytest.raises(NoSpeech):
        registry.speech_assessor(RUN).assess(READING)

    assert spent() == pytest.approx(PRICE, abs=Decimal("1e-9"))


def test_a_refused_reading_costs_nothing(azure: FakeAzureSpeech) -> None:
    azure.fault = "503"
    with pytest.raises(ProviderUnavailable):
        registry.speech_assessor(RUN).assess(READING)

    assert spent() == 0


def test_a_reading_that_was_sent_and_never_answered_is_booked_in_full(
    azure: FakeAzureSpeech, settings: Settings
) -> None:
    settings.AZURE_SPEECH_TIMEOUT_SECONDS = 0.1
    azure.fault = "no-phrase"
    with pytest.raises(ProviderTimeout):
        registry.speech_assessor(RUN).assess(READING)

    assert UsageRecord.objects.get().is_estimated
    assert spent() == Reservation.objects.get().amount > 0


def test_no_reading_passes_a_kill_switch(azure: FakeAzureSpeech) -> None:
    given_out = registry.speech_assessor(RUN)
    runtime().operations.set_kill_switch(True, actor="ops", provider="azure-speech")

    with pytest.raises(KillSwitchOn):
        given_out.assess(READING)
    assert isinstance(given_out, GuardedSpeech)
    assert azure.served == []


def test_a_service_that_keeps_failing_is_asked_no_more(azure: FakeAzureSpeech) -> None:
    break_down(azure)
    asked = len(azure.served)

    with pytest.raises(CircuitOpen):
        registry.speech_assessor(RUN).assess(READING)
    assert len(azure.served) == asked


def test_the_built_in_engine_stands_in_while_the_breaker_is_open(
    azure: FakeAzureSpeech, settings: Settings
) -> None:
    settings.FALLBACK_SPEECH = "local"
    break_down(azure)

    answer = registry.speech_assessor(RUN).assess(READING)

    assert answer.provider == "local"
    assert FELL_BACK in answer.notes
    assert spent() == 0


def test_a_language_the_built_in_engine_does_not_know_waits_for_the_service(
    azure: FakeAzureSpeech, settings: Settings
) -> None:
    settings.FALLBACK_SPEECH = "local"
    break_down(azure)

    german = replace(READING, language=Language("de", "German"))

    with pytest.raises(CircuitOpen):
        registry.speech_assessor(RUN).assess(german)


def test_the_built_in_engine_needs_no_guard() -> None:
    assert not isinstance(registry.speech_assessor(RUN), GuardedSpeech)
