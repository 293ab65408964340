"""From an aligned reading to scores from 0 to 100, in the shape that Azure gives them.

docs/pronunciation.md explains the numbers and how they were found.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from jobs.providers.local_speech import fluency
from jobs.providers.local_speech.acoustics import Posteriors
from jobs.providers.local_speech.alignment import Alignment
from jobs.providers.local_speech.certainty import (
    LEAST_LIKELIHOOD,
    PASSES,
    SURE_PASSES,
    Signs,
)
from jobs.providers.local_speech.hearing import Hearing
from jobs.providers.local_speech.miscues import (
    PHONES_SAID,
    Miscues,
    added_vowels,
    miscues,
)
from jobs.providers.local_speech.phones import Phones
from jobs.providers.local_speech.verdicts import (
    Said,
    Sounds,
    by_both,
    by_sounds,
    is_clear,
    seconds,
    sounds_of,
)
from jobs.providers.local_speech.written import Written
from jobs.providers.speech import Assessment, PhonemeScore, WordScore

# Below this a word was said, but as good as another one: it does not count as read.
WORD_COUNTS = 35.0
# A word that the ear for sounds did not find, and the other heard whole.
HEARD_BY_ONE = (PASSES + SURE_PASSES) / 2

# So many words out of their order are a slip where the second ear finds the text likely: it has a sense of language, and
# takes words for unlikely that follow the wrong ones. Mean logarithms.
MISPLACED_SLIP = 0.2
LIKELY, LIKELY_WITHIN = -4.5, 2.0
# Of the whole score.
DISORDER_COSTS = 0.5

# Experts hear the weakest of a reading: one part in so many, and two words at least; and take halting for less accurate.
WEAKEST_PART, WEAKEST_WORDS = 4, 2
FLOW_IN_ACCURACY = 0.25
# With weaker words a reading passes for neither its fluency nor its completeness.
WEAKEST_ENOUGH = 70.0

# Spells phones as English would.
Speller = Callable[[Sequence[str]], str]


@dataclass(frozen=True)
class Reading:
    """What was to be read (`text`, and the sounds of each of its words, `wanted`), what both ears heard, and how that lies on the text."""

    text: Written
    wanted: list[Phones]
    posteriors: Posteriors
    alignment: Alignment
    hearing: Hearing | None
    spell: Speller
    # The sounds that the ear for sounds was taught for a word, right or wrong.
    taught: Callable[[str], Phones]

    @cached_property
    def sounds(self) -> list[Sounds]:
        return [sounds_of(word, self.posteriors) for word in self.alignment.words]

    @cached_property
    def miscues(self) -> Miscues:
        return miscues(self.alignment, self.posteriors, self.wanted, self.hearing)

    @cached_property
    def signs(self) -> list[Signs]:
        """Empty without the second ear."""
        if self.hearing is None:
            return []
        likelihoods, places = self.hearing.likelihoods, self.hearing.agreement.places
        return [
            Signs(sounds.lag, likelihood, place.share)
            for sounds, likelihood, place in zip(self.sounds, likelihoods, places, strict=True)
        ]

    def heard_whole(self, place: int) -> bool:
        """By the second ear."""
        return bool(self.signs) and self.signs[place].share == 1.0

    @property
    def explained(self) -> float:
        """The share of the sounds said that belong to the text, said once or more often."""
        said = sum(len(word.frames) for word in self.alignment.words)
        extra = sum(len(self.posteriors.phones_at(frames)) for frames in self.alignment.extras)
        added = sum(map(len, self.miscues.added.values()))
        of_others = added / (added + self.miscues.repeated) if self.miscues.repeated else 1.0
        return said / max(1.0, said + extra * of_others)

    @property
    def misplaced(self) -> float:
        """The share of the words that were heard somewhere, but not where the text has them."""
        if self.hearing is None:
            return 0.0
        whole = Counter(s for place, s in enumerate(self.wanted) if self.heard_whole(place))
        spare, missing = Counter(self.hearing.sounds) - whole, Counter(self.wanted) - whole
        return (spare & missing).total() / len(self.wanted)

    @property
    def disorder(self) -> float:
        """From 0, said as the text goes, to 1: in another order, or something else."""
        if not self.signs:
            return 0.0
        likelihood = sum(max(s.likelihood, LEAST_LIKELIHOOD) for s in self.signs) / len(self.signs)
        unlikely = max(-1.0, (LIKELY - likelihood) / LIKELY_WITHIN)
        return min(1.0, max(0.0, self.misplaced / MISPLACED_SLIP + unlikely))


def assess(reading: Reading) -> Assessment:
    judged = _words(reading)
    words: list[WordScore] = []
    recognized: list[str] = []
    for place in range(len(judged) + 1):
        added = [word for word in _added(reading, place) if word]
        words += [WordScore(word, 0.0, "Insertion") for word in added]
        recognized += added
        if place < len(judged):
            words.append(judged[place])
            recognized += _recognized(reading, place, judged[place])
    return _assessment(reading, words, " ".join(recognized))


def _words(reading: Reading) -> list[WordScore]:
    """Of each word of the text."""
    added = added_vowels(reading.alignment, reading.posteriors)
    aligned = zip(reading.text.words, reading.alignment.words, reading.sounds, strict=True)
    all_said = [
        Said(word, sounds, reading.posteriors, added.get(place), reading.taught(text))
        if sounds.others or place in added
        else Said(word, sounds, reading.posteriors)
        for place, (text, word, sounds) in enumerate(aligned)
    ]
    clear = is_clear([said.sounds for said in all_said if said.word.frames])
    judged = []
    for place, (text, said) in enumerate(zip(reading.text.words, all_said, strict=True)):
        if not said.word.frames:
            judged.append(_unfound(reading, place))
        elif reading.signs:
            judged.append(by_both(text, said, reading.signs[place], in_clear_reading=clear))
        else:
            judged.append(by_sounds(text, said))
    return judged


def _unfound(reading: Reading, place: int) -> WordScore:
    text, frames = reading.text.words[place], reading.miscues.replaced.get(place)
    by_one = reading.heard_whole(place)
    if not frames and not by_one:
        return WordScore(text, 0.0, "Omission")
    span = frames or _between_neighbours(reading, place)
    found = WordScore(text, 0.0, "None", start=seconds(span[0]), end=seconds(span[-1] + 1))
    if by_one:
        return replace(found, accuracy=HEARD_BY_ONE, confidence="unsure")
    heard = "".join(reading.posteriors.phones_at(span))
    phonemes = tuple(PhonemeScore(phone, 0.0) for phone in reading.wanted[place])
    return replace(found, error="Mispronunciation", heard=heard, phonemes=phonemes)


def _between_neighbours(reading: Reading, place: int) -> range:
    """At least a frame: all that is known of where a word lies that only one ear heard."""
    places = [
        range(word.first, word.last + 1)
        if word.frames
        else reading.miscues.replaced.get(number, ())
        for number, word in enumerate(reading.alignment.words)
    ]
    begin = max((frames[-1] + 1 for frames in places[:place] if frames), default=0)
    end = min((frames[0] for frames in places[place:] if frames), default=begin + 1)
    return range(begin, max(end, begin + 1))


def _added(reading: Reading, place: int) -> list[str]:
    words = reading.miscues.added.get(place, [])
    return (
        words
        if reading.hearing
        else [_spelled(reading, reading.alignment.extras[place]) for _ in words]
    )


def _recognized(reading: Reading, place: int, word: WordScore) -> list[str]:
    """What was really heard where this word stands; nothing where that is not known."""
    if word.error == "None" and (word.confidence == "sure" or reading.heard_whole(place)):
        return [word.word]
    if word.error == "Omission":
        return []
    if reading.hearing:
        return reading.hearing.agreement.places[place].heard
    frames = reading.miscues.replaced.get(place)
    aligned = reading.alignment.words[place]
    return [_spelled(reading, frames or range(aligned.first, aligned.last + 1))]


def _spelled(reading: Reading, frames: Sequence[int]) -> str:
    heard = reading.posteriors.phones_at(frames)
    return reading.spell(heard) if len(heard) >= PHONES_SAID else ""


def _assessment(reading: Reading, words: list[WordScore], recognized: str) -> Assessment:
    weakest = _weakest([w.accuracy for w in words if w.error in ("None", "Mispronunciation")])
    of_text = [word for word in words if word.error != "Insertion"]
    counted = sum(
        word.error == "None" or (bool(aligned.frames) and sounds.mean >= WORD_COUNTS)
        for word, aligned, sounds in zip(
            of_text, reading.alignment.words, reading.sounds, strict=True
        )
    )
    completeness = 100 * counted / (len(of_text) + reading.text.unread_words)
    insertions = sum(word.error == "Insertion" for word in words)
    flow = fluency.score(reading.alignment, reading.posteriors, reading.text.stops, insertions)
    flow *= fluency.share_of_text(completeness, reading.explained)
    accuracy = (1 - FLOW_IN_ACCURACY) * weakest + FLOW_IN_ACCURACY * flow
    scores = accuracy, flow, completeness
    share = (1 - DISORDER_COSTS * reading.disorder) * min(1.0, weakest / WEAKEST_ENOUGH)
    return Assessment.summed_up(scores, recognized.strip(), words, share)


def _weakest(scores: Sequence[float]) -> float:
    """The mean of the weakest words that were said."""
    weakest = sorted(scores)[: max(WEAKEST_WORDS, math.ceil(len(scores) / WEAKEST_PART))]
    return sum(weakest) / max(1, len(weakest))
