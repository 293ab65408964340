"""What is said of each word of a reading: right, wrong, or not sure."""

import math
from dataclasses import dataclass, replace

import numpy as np

from jobs.providers.base import PhonemeScore, WordScore
from jobs.providers.local_speech.acoustics import FRAME_SECONDS, Posteriors
from jobs.providers.local_speech.alignment import AlignedWord
from jobs.providers.local_speech.certainty import (
    CLEAR,
    HARDLY,
    PASSES,
    SURE_PASSES,
    SURELY,
    UNSURE_FROM,
    WRONG_FROM,
    Signs,
    score,
)

# The ear for sounds alone finds fault with a word below this, and with one that has a sound below the other.
WORD_PASSES, PHONE_PASSES = PASSES, 25.0
JUST_BELOW = 0.1


@dataclass(frozen=True, slots=True)
class Sounds:
    """Of an aligned word: the score of each phone, and whether one of them is surely another."""

    scores: list[float]
    has_other: bool

    @property
    def mean(self) -> float:
        return sum(self.scores) / len(self.scores)

    @property
    def pass_alone(self) -> bool:
        return self.mean >= WORD_PASSES and min(self.scores) >= PHONE_PASSES


@dataclass(frozen=True, slots=True)
class Said:
    """A word of the text where it was found in the recording."""

    word: AlignedWord
    sounds: Sounds
    posteriors: Posteriors


def sounds_of(word: AlignedWord, posteriors: Posteriors) -> Sounds:
    scores, has_other = [], False
    for position, phone in enumerate(word.way.phones):
        frames = word.frames.get(position)
        if frames is None:
            scores.append(0.0)
            continue
        alike, exact, other = posteriors.belief(phone, *frames)
        scores.append(_phone_score(alike, exact, other))
        has_other |= alike < HARDLY and other > SURELY
    return Sounds(scores, has_other)


def _phone_score(alike: float, exact: float, other: float) -> float:
    """How sure the model is of this phone, and how far ahead (or behind) of the likeliest other one."""
    belief = max(0.75 * alike + 0.25 * max(exact, 0.6 * alike), 1e-4)
    if belief >= other:
        return 55 + 45 * min(1.0, math.pow(belief, 0.35))
    return 75 * math.pow(belief / other, 0.45) * math.pow(belief, 0.15)


def is_clear(words: list[Sounds]) -> bool:
    """A reading whose sounds are found on the whole, so that one which is not stands out."""
    scores = [score for word in words for score in word.scores]
    return bool(scores) and float(np.mean(scores)) >= CLEAR


def by_sounds(text: str, said: Said) -> WordScore:
    """Of the ear for sounds alone."""
    if said.sounds.pass_alone:
        return _told(said, WordScore(text, said.sounds.mean, "None"))
    accuracy = min(said.sounds.mean, PASSES - JUST_BELOW)
    return _told(said, WordScore(text, accuracy, "Mispronunciation"))


def by_both(
    text: str, said: Said, sign: Signs, risk: float, *, in_clear_reading: bool
) -> WordScore:
    sounds, accuracy = said.sounds, score(risk)
    if risk > WRONG_FROM or (in_clear_reading and sounds.has_other):
        accuracy = min(accuracy, PASSES - JUST_BELOW)
        return _told(said, WordScore(text, accuracy, "Mispronunciation"))
    excused = sign.share == 1 and not sounds.has_other
    if risk > UNSURE_FROM or not (sounds.pass_alone or excused):
        accuracy = min(max(accuracy, PASSES), SURE_PASSES - JUST_BELOW)
        return _told(said, WordScore(text, accuracy, "None", confidence="unsure"))
    return _told(said, WordScore(text, max(accuracy, SURE_PASSES), "None"))


def _told(said: Said, judged: WordScore) -> WordScore:
    names, scores = said.word.way.names, said.sounds.scores
    if len(names) != len(scores):
        # The one name of a word whose phones have none each.
        scores = [judged.accuracy]
    if judged.accuracy >= SURE_PASSES:
        # No sound of a right word is shown as a wrong one.
        scores = [max(one, PASSES) for one in scores]
    first, last = said.word.first, said.word.last
    heard = said.posteriors.phones_at(range(first, last + 1)) if judged.error != "None" else []
    return replace(
        judged,
        accuracy=round(judged.accuracy, 1),
        phonemes=tuple(
            PhonemeScore(name, round(one, 1)) for name, one in zip(names, scores, strict=True)
        ),
        start=seconds(first),
        end=seconds(last + 1),
        heard="".join(heard),
    )


def seconds(frame: int) -> float:
    return round(float(frame * FRAME_SECONDS), 2)
