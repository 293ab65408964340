"""What rests cost: where the text has a stop they belong to reading, and who takes time does not fail."""

import pytest

from jobs.providers.base import Language
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.local_speech.written import Stop, written
from jobs.providers.speech import Assessment, Recording
from tests.speech import silence, speak

SENTENCES = ["The heart pumps blood.", "Our lungs take in air.", "Every organ needs both."]
LIST = ["We saw horses,", "three young ducks,", "and an old dog."]
PLAIN = ["The heart pumps blood", "through the arteries", "to every organ."]

assessor = LocalSpeechAssessor()


def read(parts: list[str], rest: float, words_per_minute: int = 150) -> Assessment:
    spoken = silence(rest).join(speak(part, "en-us", words_per_minute) for part in parts)
    recording = Recording(spoken, " ".join(parts), Language("en-US", "English"))
    return assessor.assess(recording).value


@pytest.mark.parametrize(
    ("parts", "rest", "least", "most"),
    [
        (SENTENCES, 0.8, 95, 100),
        (LIST, 0.5, 95, 100),
        (PLAIN, 0.1, 95, 100),
        (SENTENCES, 2.5, 50, 85),
        (LIST, 1.5, 50, 90),
        (PLAIN, 1.0, 50, 85),
        (PLAIN, 4.0, 50, 50),
    ],
)
def test_a_rest_costs_what_the_text_does_not_ask_for(
    parts: list[str], rest: float, least: float, most: float
) -> None:
    assessment = read(parts, rest)

    assert least <= assessment.fluency <= most
    assert assessment.completeness == 100


def test_a_slow_right_reading_passes() -> None:
    words = ["We", "walk", "to", "school", "every", "day", "with", "our", "friends."]
    assessment = read(words, 0.6, words_per_minute=110)

    assert 50 <= assessment.fluency < 75
    assert assessment.accuracy < read(words, 0.0, words_per_minute=150).accuracy
    assert assessment.pronunciation >= 60


def test_stops_are_told_from_the_signs_of_words() -> None:
    text = "Mind: 3.14 isn't well-known, e.g. to 漢字. A - b\nc “Why?” (yes) d"

    assert [*zip(written(text).words, written(text).stops, strict=True)] == [
        ("Mind", Stop.CLAUSE),
        ("3.14", Stop.NONE),
        ("isn't", Stop.NONE),
        ("well-known", Stop.CLAUSE),
        ("e.g.", Stop.NONE),
        ("to", Stop.SENTENCE),
        ("A", Stop.CLAUSE),
        ("b", Stop.CLAUSE),
        ("c", Stop.NONE),
        ("Why", Stop.SENTENCE),
        ("yes", Stop.CLAUSE),
        ("d", Stop.NONE),
    ]
