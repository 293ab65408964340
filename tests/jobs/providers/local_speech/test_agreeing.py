"""Nothing in an answer contradicts anything else in it: readings of any kind, as each ear may hear them.

The ears are made up here, so that they may disagree in every way; all behind them is real.
"""

import random
from itertools import pairwise

import hama
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.kinds.pronunciation.feedback import ACCURACY, OVERALL, PASS_MARK, feedback_on
from jobs.providers.local_speech.acoustics import Posteriors
from jobs.providers.local_speech.agreement import agreement
from jobs.providers.local_speech.alignment import Aligner
from jobs.providers.local_speech.hearing import Hearing
from jobs.providers.local_speech.phones import VOWELS, Phones, Pronouncer
from jobs.providers.local_speech.remarks import remarks
from jobs.providers.local_speech.scores import Reading, assess
from jobs.providers.local_speech.written import written
from jobs.providers.speech import Assessment, WordScore

TOKENS = ["<blank>", "<wb>", *sorted(VOWELS), *"bdfghjklmnpstvwzðŋɹʃʒθ", "t͡ʃ", "d͡ʒ"]
TEXT = ["we", "walk", "to", "school", "every", "morning", "with", "our", "old", "friends"]
OTHERS = ["house", "yellow", "of", "window"]
LIKELY, UNLIKELY = -0.3, -9.0

pronouncer = Pronouncer(hama.G2PModel(), frozenset(TOKENS))


@st.composite
def spoken(draw: st.DrawFn, texts: list[str]) -> list[str]:
    """The words of the text with some left out, replaced, added, said twice or exchanged."""
    said: list[str] = []
    for text in texts:
        other = draw(st.sampled_from(OTHERS))
        kinds = {"right": [text], "out": [], "wrong": [other], "added": [other, text]}
        kinds |= {"again": [text, text], "exchanged": [text, *said[-1:]]}
        kind = draw(st.sampled_from(["right", "right", "right", "right", *kinds]))
        said = (said[:-1] if kind == "exchanged" else said) + kinds[kind]
    return said


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    texts = draw(st.lists(st.sampled_from(TEXT), min_size=1, max_size=7))
    stop = draw(st.sampled_from([" ", ", ", ". "]))
    said = draw(spoken(texts)) or draw(st.sampled_from([OTHERS, texts]))
    words = draw(st.one_of(st.just(said), spoken(texts), st.none()))
    astray = draw(st.sampled_from([0.0, 0.1, 0.4]))
    return _reading(texts, said, words, stop, draw(st.integers(0, 9)), astray)


def _reading(
    texts: list[str],
    said: list[str],
    words: list[str] | None,
    stop: str = " ",
    seed: int = 0,
    astray: float = 0.0,
) -> Reading:
    """`said` is what the ear for sounds hears, and `words` what the other does, if there is one."""
    wanted = [pronouncer.usual(word) for word in texts]
    ways = [pronouncer.ways(word, "en-US") for word in texts]
    ear = _ear(said, random.Random(seed), astray)
    evidence = ear.evidence(phone for word in ways for way in word for phone in way.phones)
    alignment = Aligner(ways).align(evidence)
    hearing = None if words is None else _hearing(words, texts, wanted)
    return Reading(
        written(stop.join(texts)), wanted, ear, alignment, hearing, "".join, pronouncer.taught
    )


def _ear(said: list[str], chance: random.Random, astray: float) -> Posteriors:
    """Each phone of two frames and a quiet one behind it; a part of them is heard as others."""
    heard: list[str] = ["<blank>"] * 5
    for word in said:
        for phone in pronouncer.usual(word):
            other = chance.choice(TOKENS[2:]) if chance.random() < astray else phone
            heard += [other, other, "<blank>"]
        heard += ["<blank>"] * chance.choice([1, 5, 80])
    frames = np.full((len(heard), len(TOKENS)), 0.1 / len(TOKENS))
    frames[np.arange(len(heard)), [TOKENS.index(phone) for phone in heard]] += 0.9
    return Posteriors(frames, TOKENS)


def _hearing(words: list[str], texts: list[str], wanted: list[Phones]) -> Hearing:
    sounds = [pronouncer.usual(word) for word in words]
    likelihoods = [LIKELY if text in words else UNLIKELY for text in texts]
    return Hearing(words, sounds, likelihoods, agreement(wanted, sounds, words))


def of_text(assessment: Assessment) -> list[WordScore]:
    return [word for word in assessment.words if word.error != "Insertion"]


@given(readings())
@settings(max_examples=150, deadline=None)
def test_scores_marks_and_sentences_agree(reading: Reading) -> None:
    assessment, notes = assess(reading), remarks(reading)
    feedback, words = feedback_on(assessment), of_text(assessment)
    marked = [word for word in assessment.words if word.error != "None"]

    assert [word.word for word in words] == reading.text.words
    for word in assessment.words:
        assert (word.accuracy < PASS_MARK) == (word.error != "None")
        assert (word.start is None) == (word.error in ("Omission", "Insertion"))
        assert word.confidence == "sure" or 60 <= word.accuracy < 75
        assert word.error != "Mispronunciation" or word.heard
    starts = [word.start for word in words if word.start is not None]
    assert all(a <= b for a, b in pairwise(starts))
    assert all(word.start < word.end for word in words if word.start is not None and word.end)

    assert [issue["word"] for issue in feedback["wordIssues"]] == [word.word for word in marked]
    assert not marked or feedback["overall"] != OVERALL[0] and feedback["accuracy"] != ACCURACY[0]
    assert marked or assessment.pronunciation >= PASS_MARK or notes
    right = {word.word for word in words if word.error == "None"}
    if reading.hearing:
        assert {*assessment.recognized_text.split()} <= right | {*reading.hearing.words}
    read = sum(word.error == "None" for word in words) / len(words)
    assert 100 * read - 0.1 <= assessment.completeness <= 100 * _found(words) + 0.1


def _found(words: list[WordScore]) -> float:
    return sum(word.error != "Omission" for word in words) / len(words)


@given(st.integers(0, len(TEXT) - 1), st.sampled_from([*OTHERS, None]), st.booleans())
@settings(max_examples=40, deadline=None)
def test_left_out_is_told_from_said_wrong(place: int, other: str | None, both: bool) -> None:
    said = [*TEXT[:place], *([other] if other else []), *TEXT[place + 1 :]]
    words = of_text(assess(_reading(TEXT, said, said if both else None)))

    expected = ["None"] * len(TEXT)
    expected[place] = "Mispronunciation" if other else "Omission"
    assert [word.error for word in words] == expected


@pytest.mark.parametrize(
    ("said", "error", "confidence"),
    [("come", "None", "sure"), ("comb", "None", "unsure"), ("Kim", "Mispronunciation", "sure")],
)
def test_what_the_ear_for_sounds_was_taught_wrongly_is_no_error(
    said: str, error: str, confidence: str
) -> None:
    text = ["we", "come", "to", "school", "every", "morning"]
    heard = _reading(text, [said if word == "come" else word for word in text], text)

    assert (assess(heard).words[1].error, assess(heard).words[1].confidence) == (error, confidence)
