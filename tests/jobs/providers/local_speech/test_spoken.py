"""Words beside others, as people say them; and as nobody does."""

import pytest

from jobs.providers.base import Language
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.local_speech.phones import Way, _listed
from jobs.providers.local_speech.spoken import linked
from jobs.providers.local_speech.written import written
from jobs.providers.speech import Recording
from tests.speech import speak


def said(text: str, place: int) -> set[str]:
    words = text.split()
    ways = [[Way(phones, phones) for phones in _listed(word)] for word in words]
    return {"".join(way.phones) for way in linked(words, ways)[place]}


@pytest.mark.parametrize(
    ("text", "place", "form"),
    [
        ("would you", 0, "wʊ"),
        ("would you", 1, "d͡ʒu"),
        ("last year", 1, "t͡ʃɪɹ"),
        ("old man", 0, "oʊl"),
        ("in bed", 0, "ɪm"),
        ("ten girls", 0, "tɛŋ"),
        ("that boy", 0, "ðæp"),
        ("this year", 0, "ðɪʃ"),
        ("put on", 0, "pʊd"),
        ("tell his", 1, "ɪz"),
        ("salt and pepper", 1, "ən"),
        ("going to", 1, "nə"),
    ],
)
def test_two_words_are_said_as_one(text: str, place: int, form: str) -> None:
    assert form in said(text, place)


@pytest.mark.parametrize(
    ("text", "place", "form"),
    [
        ("last year", 1, "ɪɹ"),
        ("would you", 1, "u"),
        ("in time", 0, "ɪm"),
        ("old apple", 0, "oʊl"),
        ("walked back", 0, "wɔk"),
        ("his book", 0, "ɪz"),
        ("come to", 1, "nə"),
        ("that one", 0, "ðæ"),
    ],
)
def test_what_words_beside_each_other_do_not_explain_stays_wrong(
    text: str, place: int, form: str
) -> None:
    assert form not in said(text, place)


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("He stayed in bed in Paris.", "He stayed [[Im]] bed [[Im]] Paris."),
        ("Did you see the old house?", "[[dI dZ@]] see the old house?"),
        ("We saw 'em and ate fish 'n chips.", "We saw them and ate fish and chips."),
    ],
)
def test_a_reading_as_people_speak_has_no_wrong_word(text: str, spoken: str) -> None:
    recording = Recording(speak(spoken), text, Language("en-US", "English"))
    words = LocalSpeechAssessor().assess(recording).value.words

    assert len(words) == len(written(text).words)
    assert not [word.word for word in words if word.error != "None"]
