"""What is said of each word of a reading: right, wrong, or not sure."""

import math
from dataclasses import dataclass, replace

import numpy as np

from jobs.providers.local_speech.acoustics import FRAME_SECONDS, Belief, Posteriors
from jobs.providers.local_speech.alignment import AlignedWord
from jobs.providers.local_speech.certainty import MOST_LAG, PASSES, SURE_PASSES, Signs, score
from jobs.providers.local_speech.miscues import AddedVowel
from jobs.providers.local_speech.phones import WEAK, Phones
from jobs.providers.speech import PhonemeScore, WordScore

# The ear for sounds alone finds fault with a word below this, and with one that has a sound below the other.
WORD_PASSES, PHONE_PASSES = PASSES, 25.0
JUST_BELOW = 1.0
# A sound is surely another one below and above these probabilities, in a reading whose sounds have this score on average.
HARDLY, SURELY, CLEAR = 0.05, 0.7, 80.0
# No frame speaks wholly for or against a sound.
LEAST_BELIEF = 0.01


@dataclass(frozen=True, slots=True)
class Sounds:
    """Of an aligned word: the score of each phone, how far the worst lies behind what was heard there, and the sounds that
    were surely heard in the place of its own."""

    scores: list[float]
    lag: float
    others: frozenset[str]

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
    # A vowel that is not the word's.
    added: AddedVowel | None = None
    # The sounds of the word as the model was taught it (`come` as `koʊm`), which it tends to hear whatever was said.
    taught: Phones = ()

    @property
    def has_foreign(self) -> bool:
        if self.word.way.words:
            # A number or a sign is many sounds, and has more readings than are known.
            return False
        return not self.sounds.others.issubset(self.taught) or self._has_vowel_added

    @property
    def _has_vowel_added(self) -> bool:
        if self.added is None or not self.added.is_sure:
            return False
        vowel = self.added.vowel
        return self.taught.count(vowel) <= self.word.way.phones.count(vowel)

    @property
    def span(self) -> range:
        beside = self.added.frame if self.added else self.word.first
        return range(min(self.word.first, beside), max(self.word.last, beside) + 1)


def sounds_of(word: AlignedWord, posteriors: Posteriors) -> Sounds:
    scores, lag, others = [], 0.0, set()
    for position, phone in enumerate(word.way.phones):
        frames = word.frames.get(position)
        if frames is None:
            scores.append(0.0)
            lag = MOST_LAG
            continue
        belief = posteriors.belief(phone, *frames)
        scores.append(_phone_score(belief))
        lag = max(lag, _lag(belief))
        if _is_other(phone, belief):
            others.add(belief.heard)
    return Sounds(scores, min(lag, MOST_LAG), frozenset(others))


def _lag(belief: Belief) -> float:
    ahead = max(belief.alike, belief.other) + LEAST_BELIEF
    return math.log(ahead / (belief.alike + LEAST_BELIEF))


def _is_other(phone: str, belief: Belief) -> bool:
    """Which weak vowel it is says nothing: regions and speakers differ in them (`even`, `consider`)."""
    is_weak = phone in WEAK and belief.heard in WEAK
    return belief.alike < HARDLY and belief.other > SURELY and not is_weak


def _phone_score(belief: Belief) -> float:
    """How sure the model is of this phone, and how far ahead (or behind) of the likeliest other one."""
    own = max(0.75 * belief.alike + 0.25 * max(belief.exact, 0.6 * belief.alike), 1e-4)
    if own >= belief.other:
        return 55 + 45 * min(1.0, math.pow(own, 0.35))
    return 75 * math.pow(own / belief.other, 0.45) * math.pow(own, 0.15)


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


def by_both(text: str, said: Said, signs: Signs, *, in_clear_reading: bool) -> WordScore:
    accuracy = score(signs)
    if accuracy < PASSES or (in_clear_reading and said.has_foreign):
        accuracy = min(accuracy, PASSES - JUST_BELOW)
        return _told(said, WordScore(text, accuracy, "Mispronunciation"))
    if accuracy < SURE_PASSES or (in_clear_reading and (said.sounds.others or said.added)):
        accuracy = min(accuracy, SURE_PASSES - JUST_BELOW)
        return _told(said, WordScore(text, accuracy, "None", confidence="unsure"))
    return _told(said, WordScore(text, accuracy, "None"))


def _told(said: Said, judged: WordScore) -> WordScore:
    names, scores = said.word.way.names, said.sounds.scores
    if len(names) != len(scores):
        # The one name of a word whose phones have none each.
        scores = [judged.accuracy]
    if judged.accuracy >= SURE_PASSES:
        # No sound of a right word is shown as a wrong one.
        scores = [max(one, PASSES) for one in scores]
    first, last = said.word.first, said.word.last
    heard = said.posteriors.phones_at(said.span) if judged.error != "None" else []
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
