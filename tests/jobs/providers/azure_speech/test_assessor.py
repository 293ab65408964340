"""The real SDK against a server on the loopback: what is asked, what comes back, and every way it can fail."""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from jobs.errors import (
    AttemptFailed,
    ConnectionLost,
    NoSpeech,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderThrottled,
    ProviderTimeout,
    ProviderUnavailable,
    UnusableAnswer,
)
from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy
from jobs.providers.azure_speech.locales import locale_of
from jobs.providers.azure_speech.phrases import with_miscues
from jobs.providers.base import Language
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.speech import Recording, WordScore
from tests.fakes.azure_speech_server import FakeAzureSpeech, everything_right
from tests.servers import free_port
from tests.speech import speak
from unilingo.common.languages import parse

KEY = "secret-0123456789"
TEXT = "The heart pumps blood."
READING = Recording(speak(TEXT), TEXT, Language("en-GB", "English"))
LONG = Recording(speak(TEXT) * 20, (TEXT + " ") * 20, Language("en", "English"))


@pytest.fixture
def server() -> Iterator[FakeAzureSpeech]:
    with FakeAzureSpeech(key=KEY) as running:
        yield running


def assessor(endpoint: str, timeout_seconds: float = 10.0, key: str = KEY) -> AzureSpeechAssessor:
    policy = AzureSpeechPolicy(key, endpoint=endpoint, timeout_seconds=timeout_seconds)
    return AzureSpeechAssessor(policy)


def failure_of(server: FakeAzureSpeech, fault: str, timeout_seconds: float = 10.0) -> AttemptFailed:
    server.fault = fault
    with pytest.raises(AttemptFailed) as caught:
        assessor(server.endpoint, timeout_seconds).assess(READING)
    return caught.value


def test_a_reading_is_asked_about_in_its_own_language_and_detail(server: FakeAzureSpeech) -> None:
    answer = assessor(server.endpoint).assess(READING)

    served = server.served[0]
    assert (served.language, served.key) == ("en-GB", KEY)
    assert served.pcm == READING.pcm
    assert served.wanted == {
        "referenceText": TEXT,
        "gradingSystem": "HundredMark",
        "granularity": "Phoneme",
        "dimension": "Comprehensive",
        "enableMiscue": True,
        "phonemeAlphabet": "IPA",
    }
    assert [word.word for word in answer.value.words] == ["the", "heart", "pumps", "blood"]
    assert answer.value.words[0].phonemes[0].accuracy == 95
    assert (answer.value.accuracy, answer.value.pronunciation) == (95.0, 95.8)


def test_an_answer_says_what_it_cost_and_who_gave_it(server: FakeAzureSpeech) -> None:
    answer = assessor(server.endpoint).assess(READING)

    assert answer.usage.audio_seconds == READING.seconds
    assert (answer.provider, answer.model) == ("azure", "pronunciation-assessment")
    assert answer.request_id == "phrase-1"


def test_a_long_reading_is_recognised_phrase_by_phrase(server: FakeAzureSpeech) -> None:
    server.phrases = 3

    answer = assessor(server.endpoint).assess(LONG)

    assert "/conversation/" in server.served[0].path
    assert "enableMiscue" not in server.served[0].wanted
    assert len(answer.value.words) == 80
    assert answer.value.completeness == 100
    assert answer.value.fluency == 97


def test_words_that_are_missing_from_a_long_reading_are_omissions(server: FakeAzureSpeech) -> None:
    server.phrases = 2
    longer = Recording(LONG.pcm, LONG.reference + "And that is all.", LONG.language)
    server.judge = lambda _: everything_right(LONG)

    assessment = assessor(server.endpoint).assess(longer).value

    assert [w.word for w in assessment.words if w.error == "Omission"] == [
        "And",
        "that",
        "is",
        "all",
    ]
    assert assessment.completeness == pytest.approx(100 * 80 / 84, abs=0.1)


def test_miscues_are_told_by_comparing_words() -> None:
    heard = [WordScore(word, 90, "None") for word in ["the", "big", "heart", "bumps", "blood"]]
    heard[-1] = WordScore("blood", 40, "None")

    judged = with_miscues(heard, ["The", "heart", "pumps", "blood"])

    assert [(word.word, word.error) for word in judged] == [
        ("the", "None"),
        ("big", "Insertion"),
        ("heart", "None"),
        ("pumps", "Omission"),
        ("bumps", "Insertion"),
        ("blood", "Mispronunciation"),
    ]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("400", ProviderRefused),
        ("401", ProviderMisconfigured),
        ("403", ProviderMisconfigured),
        ("404", ProviderUnavailable),
        ("408", ProviderUnavailable),
        ("429", ProviderThrottled),
        ("500", ProviderUnavailable),
        ("503", ProviderUnavailable),
        ("drop", ConnectionLost),
        ("error", ConnectionLost),
        ("bad-json", ConnectionLost),
    ],
)
def test_a_call_that_fails_has_its_name_and_no_price(
    server: FakeAzureSpeech, fault: str, error: type[AttemptFailed]
) -> None:
    failure = failure_of(server, fault)

    assert type(failure) is error
    assert failure.usage is None
    told = " ".join([str(failure), *failure.__notes__])
    assert "azure-speech: " in told
    assert not any(secret in told for secret in (KEY, "127.0.0.1", TEXT))


@pytest.mark.parametrize(
    ("fault", "error"), [("no-match", NoSpeech), ("no-scores", UnusableAnswer)]
)
def test_an_answer_without_scores_has_its_price(
    server: FakeAzureSpeech, fault: str, error: type[AttemptFailed]
) -> None:
    failure = failure_of(server, fault)

    assert type(failure) is error
    assert failure.usage.audio_seconds == READING.seconds  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", ["hang", "no-phrase"])
def test_a_service_that_hangs_is_left_at_our_own_deadline(
    server: FakeAzureSpeech, fault: str
) -> None:
    started = time.monotonic()

    assert type(failure_of(server, fault, timeout_seconds=0.3)) is ProviderTimeout
    assert time.monotonic() - started < 4


def test_a_long_reading_that_fails_is_not_held_up_by_the_sdk(server: FakeAzureSpeech) -> None:
    server.fault = "401"
    started = time.monotonic()

    with pytest.raises(ProviderMisconfigured):
        assessor(server.endpoint).assess(LONG)
    assert time.monotonic() - started < 4


def test_nobody_at_the_address_is_an_outage() -> None:
    with pytest.raises(ProviderUnavailable):
        assessor(f"ws://127.0.0.1:{free_port()}").assess(READING)


def test_a_key_that_is_wrong_waits_for_an_operator(server: FakeAzureSpeech) -> None:
    with pytest.raises(ProviderMisconfigured):
        assessor(server.endpoint, key="another").assess(READING)


def test_the_local_engine_can_answer_in_the_place_of_the_cloud(server: FakeAzureSpeech) -> None:
    local = LocalSpeechAssessor()
    server.judge = lambda recording: local.assess(recording).value

    answer = assessor(server.endpoint).assess(READING).value
    same = local.assess(READING).value

    assert [(w.word, w.error, w.phonemes) for w in answer.words] == [
        (w.word, w.error, w.phonemes) for w in same.words
    ]
    assert answer.pronunciation == same.pronunciation


FORKED = """
import os, sys
from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy
from jobs.providers.base import Language
from jobs.providers.speech import Recording
pcm = sys.stdin.buffer.read()
assessor = AzureSpeechAssessor(AzureSpeechPolicy("k", endpoint=sys.argv[1], timeout_seconds=10))
assert not any(name.startswith("azure.cognitiveservices") for name in sys.modules)
children = []
for _ in range(2):
    child = os.fork()
    if not child:
        answer = assessor.assess(Recording(pcm, "The heart pumps blood.", Language("en", "English")))
        os._exit(0 if answer.value.accuracy == 95 else 1)
    children.append(child)
sys.exit(sum(os.waitpid(child, 0)[1] for child in children))
"""


def test_processes_that_are_forked_afterwards_can_call_it() -> None:
    with FakeAzureSpeech() as server:
        ran = subprocess.run(
            [sys.executable, "-c", FORKED, server.endpoint],
            input=READING.pcm,
            timeout=60,
            check=False,
        )

    assert ran.returncode == 0
    assert len(server.served) == 2


def test_nothing_of_a_call_is_logged(
    server: FakeAzureSpeech, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="jobs"):
        failure_of(server, "401")

    assert caplog.text == ""


@pytest.mark.parametrize(
    ("asked", "locale"),
    [
        ("en", "en-US"),
        ("en-AU", "en-AU"),
        ("en-NZ", "en-US"),
        ("Spanish", "es-ES"),
        ("es-MX", "es-MX"),
        ("German", "de-DE"),
        ("zh-Hant-TW", "zh-TW"),
        ("Swahili", None),
    ],
)
def test_a_language_is_asked_for_by_a_locale_that_azure_judges(
    asked: str, locale: str | None
) -> None:
    language = parse(asked)
    assert language
    assert locale_of(language) == locale
