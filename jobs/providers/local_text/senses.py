"""Which meaning of a listed word a text uses: the simplified Lesk method.

The senses' definitions, with those of the broader terms, are compared with the words of the text;
what overlaps counts by its rarity. Commoner senses and senses of the text's subject are preferred.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import log1p

import simplemma
from wordfreq import zipf_frequency

from jobs.providers.local_text.lexicon import Lexicon, Sense

LABEL = re.compile(r"\(([a-z ]{4,30})\)")
CONTENT_WORD = re.compile(r"[a-z]{4,}")
COMMONEST, STEM = 6.0, 6
FEWEST, RARE = 3, 1.8  # words of one subject, and how rare they are together
# WordNet's animal body object phenomenon plant state substance
NATURAL = frozenset((5, 8, 17, 19, 20, 26, 27))
RANK_COST, BROADER_WEIGHT, SUBJECT_BONUS = 0.35, 0.5, 1.2
ENOUGH, AHEAD = 1.0, 0.35  # evidence for the sense of several, and more than for any other
HARDLY, BARELY = 0.3, 0.2 - SUBJECT_BONUS


@lru_cache(100_000)
def stem(word: str) -> str:
    """Enough of a word to match its other forms (`ventricle`, `ventricular`)."""
    return simplemma.lemmatize(word, lang="en")[:STEM]


@lru_cache(100_000)
def weight(word: str) -> float:
    return max(0.0, COMMONEST - zipf_frequency(word, "en")) / 2


def weights(text: str) -> dict[str, float]:
    """The stems of a text's content words, each with the rarity of its word."""
    found = {word: weight(word) for word in CONTENT_WORD.findall(text.lower())}
    return {stem(word): rarity for word, rarity in found.items() if rarity > 0}


def prior(sense: Sense, rank: int) -> float:
    return 0.3 * log1p(sense.count) - RANK_COST * rank


def is_dominant(senses: tuple[Sense, ...]) -> bool:
    """Whether the word was hardly ever met in another sense than its first."""
    return senses[0].count >= 5 and senses[0].count >= 0.8 * sum(sense.count for sense in senses)


def field_of(listed: Iterable[tuple[Sense, ...]]) -> int | None:
    """The subject that several of a text's words can be words of (`host`, `client`, `protocol`)."""
    votes: dict[int, list[float]] = {}
    for senses in listed:
        rarity = min(map(weight, senses[0].words)) if senses else 0.0
        for subject in {subject for sense in senses for subject in sense.subjects}:
            votes.setdefault(subject, []).append(rarity)
    leading = max(votes, key=lambda subject: sum(votes[subject]), default=None)
    is_enough = leading is not None and len(votes[leading]) >= FEWEST and sum(votes[leading]) > RARE
    return leading if is_enough else None


class SenseChooser:
    """Chooses senses for one text, of which it is told the words and the terms with their senses."""

    def __init__(self, lexicon: Lexicon, text: str, listed: Iterable[tuple[Sense, ...]]) -> None:
        self._lexicon = lexicon
        self._context = weights(text)
        self._words = frozenset(CONTENT_WORD.findall(text.lower()))
        told = list(listed)
        single = [senses[0] for senses in told if len(senses) == 1]
        self._subjects = Counter(subject for sense in single for subject in sense.subjects)
        self._field = field_of(told)

    def choose(self, senses: tuple[Sense, ...], form: str, sentence: str) -> Sense | None:
        """The sense meant; None where nothing in the text speaks for one of several."""
        own = {stem(word) for word in CONTENT_WORD.findall(form.lower())}
        near = weights(sentence)
        is_alone = len(senses) == 1
        evidence = [self._evidence(sense, own, near, is_alone) for sense in senses]
        if is_alone:
            is_clear = " " in form or senses[0].field in NATURAL
            return senses[0] if evidence[0] > (BARELY if is_clear else HARDLY) else None
        best = max(range(len(senses)), key=lambda n: evidence[n] + prior(senses[n], n))
        is_usual = best == 0 and is_dominant(senses) and evidence[0] > HARDLY
        is_usual = is_usual and not any(self._field in sense.subjects for sense in senses[1:])
        others = max(told for n, told in enumerate(evidence) if n != best)
        is_ahead = evidence[best] >= ENOUGH and evidence[best] - others >= AHEAD
        return senses[best] if is_ahead or is_usual else None

    def _evidence(
        self, sense: Sense, own: set[str], near: dict[str, float], is_alone: bool
    ) -> float:
        told = weights(" ".join((sense.definition, *sense.words)))
        broader = [self._lexicon.synset(number) for number in sense.broader]
        wider = weights(" ".join(f"{b.definition} {' '.join(b.words)}" for b in broader))
        shared = sum(
            share * rarity * (1.5 if key in near else 1.0)
            for share, words in ((1.0, told), (BROADER_WEIGHT, wider))
            for key, rarity in words.items()
            if key in self._context and key not in own
        )
        return shared / (1 + 0.15 * len(told)) + self._fit(sense, is_alone)

    def _fit(self, sense: Sense, is_alone: bool) -> float:
        """Whether the sense belongs to the text's subject, to another one or to none; `is_alone`: its
        own subject is among those of the text's words."""
        named = [word for n in sense.subjects for word in self._lexicon.synset(n).words]
        label = LABEL.match(sense.definition)
        if label:
            named.append(label[1])
        if not named:
            return 0.0
        voted = any(self._subjects[s] > is_alone or s == self._field for s in sense.subjects)
        spoken_of = any(
            stem(word) in self._context for word in CONTENT_WORD.findall(" ".join(named))
        )
        return SUBJECT_BONUS if voted or spoken_of else -SUBJECT_BONUS
