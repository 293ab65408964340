"""From an aligned reading to scores from 0 to 100, in the shape that Azure gives them.

docs/pronunciation.md explains the numbers and how they were found.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from jobs.providers.base import Assessment, PhonemeScore, WordScore
from jobs.providers.local_speech.acoustics import FRAME_SECONDS, Posteriors
from jobs.providers.local_speech.alignment import AlignedWord, Alignment

# A word below this is mispronounced; so is one with a phone below the other, however good the rest.
WORD_PASSES = 60.0
PHONE_PASSES = 25.0
# Below this a word was said, but as good as another one: it does not count as read.
WORD_COUNTS = 35.0
# Fewer are a breath or a slip, and cannot be spelled.
PHONES_TO_SPELL = 2

PAUSE_SECONDS = 0.35
LONG_PAUSE_SECONDS = 0.7
# Phones a second. Read aloud, English has 10 to 15.
SLOW, FAST = 7.0, 22.0
COSTS_SLOW, COSTS_FAST = 8.0, 6.0
COSTS_LONG_PAUSE, COSTS_INSERTION = 10.0, 6.0
COSTS_PAUSING, PAUSING_AT_MOST = 90.0, 55.0
COMPLETE_ENOUGH = 60.0

# Spells phones as English would.
Speller = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was to be read (`texts`, word by word), what was heard, and how both lie on each other."""

    texts: list[str]
    posteriors: Posteriors
    alignment: Alignment
    spell: Speller


def assess(reading: Reading) -> Assessment:
    words: list[WordScore] = []
    recognized: list[str] = []
    for place, extra in enumerate(reading.alignment.extras):
        heard = reading.posteriors.phones_at(extra)
        if len(heard) >= PHONES_TO_SPELL and (spelled := reading.spell(heard)):
            words.append(WordScore(spelled, 0.0, "Insertion"))
            recognized.append(spelled)
        if place < len(reading.texts):
            word = _word(reading, place)
            words.append(word)
            if word.error == "None":
                recognized.append(word.word)
            elif word.error == "Mispronunciation":
                heard = _heard(reading, place)
                spelled = reading.spell(heard) if len(heard) >= PHONES_TO_SPELL else ""
                recognized.append(spelled or word.word)
    return _assessment(reading, words, " ".join(recognized))


def _assessment(reading: Reading, words: list[WordScore], recognized: str) -> Assessment:
    said = [word for word in words if word.error in ("None", "Mispronunciation")]
    weights = [len(word.phonemes) for word in said]
    accuracy = float(np.average([w.accuracy for w in said], weights=weights)) if said else 0.0
    counted = sum(word.accuracy >= WORD_COUNTS for word in said)
    completeness = 100 * counted / len(reading.texts)
    insertions = sum(word.error == "Insertion" for word in words)
    fluency = _fluency(reading, insertions) * min(1.0, completeness / COMPLETE_ENOUGH)
    return Assessment.summed_up((accuracy, fluency, completeness), recognized, words)


def _word(reading: Reading, place: int) -> WordScore:
    text, aligned = reading.texts[place], reading.alignment.words[place]
    if not aligned.frames:
        return WordScore(text, 0.0, "Omission")
    way = aligned.way
    scores = [
        _phone_score(reading.posteriors, phone, aligned.frames.get(position))
        for position, phone in enumerate(way.phones)
    ]
    accuracy = round(sum(scores) / len(scores), 1)
    shown = scores if len(way.names) == len(scores) else [accuracy]
    phonemes = tuple(
        PhonemeScore(name, round(score, 1)) for name, score in zip(way.names, shown, strict=True)
    )
    is_right = accuracy >= WORD_PASSES and min(scores) >= PHONE_PASSES
    return WordScore(text, accuracy, "None" if is_right else "Mispronunciation", phonemes)


def _phone_score(posteriors: Posteriors, phone: str, frames: tuple[int, int] | None) -> float:
    """How sure the model is of this phone, and how far ahead (or behind) of the likeliest other one."""
    if frames is None:
        return 0.0
    alike, exact, other = posteriors.belief(phone, *frames)
    belief = max(0.75 * alike + 0.25 * max(exact, 0.6 * alike), 1e-4)
    if belief >= other:
        return 55 + 45 * min(1.0, math.pow(belief, 0.35))
    return 75 * math.pow(belief / other, 0.45) * math.pow(belief, 0.15)


def _heard(reading: Reading, place: int) -> list[str]:
    spans = reading.alignment.words[place].frames.values()
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return reading.posteriors.phones_at(range(first, last + 1))


def _fluency(reading: Reading, insertions: int) -> float:
    said = [word for word in reading.alignment.words if word.frames]
    if not said:
        return 0.0
    first, last = _first_frame(said[0]), _last_frame(said[-1])
    seconds = (last + 1 - first) * FRAME_SECONDS
    pauses = [p for p in reading.posteriors.pauses(first, last) if p > PAUSE_SECONDS]
    # A short rest between phrases belongs to reading.
    pausing = sum(pause - PAUSE_SECONDS + 0.1 for pause in pauses)
    rate = sum(len(word.way.phones) for word in said) / max(0.3, seconds - pausing)
    lost = min(PAUSING_AT_MOST, COSTS_PAUSING * pausing / max(0.5, seconds))
    lost += COSTS_LONG_PAUSE * sum(pause > LONG_PAUSE_SECONDS for pause in pauses)
    lost += COSTS_SLOW * max(0.0, SLOW - rate) + COSTS_FAST * max(0.0, rate - FAST)
    return max(0.0, float(100 - lost - COSTS_INSERTION * insertions))


def _first_frame(word: AlignedWord) -> int:
    return min(first for first, _ in word.frames.values())


def _last_frame(word: AlignedWord) -> int:
    return max(last for _, last in word.frames.values())
