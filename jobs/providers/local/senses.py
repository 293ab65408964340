"""Which meaning of a listed word a text uses: the simplified Lesk method.

The senses' definitions, with those of the broader terms, are compared with the words of the text;
what overlaps counts by its rarity. Commoner senses and senses of the text's subject are preferred.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from math import log1p

from wordfreq import zipf_frequency

from jobs.providers.local.lexicon import Lexicon, Sense

CONTENT_WORD = re.compile(r"[a-z]{4,}")
COMMONEST = 5.6
RANK_COST, BROADER_WEIGHT, SUBJECT_BONUS = 0.35, 0.5, 1.2


@lru_cache(100_000)
def stem(word: str) -> str:
    """Enough of a word to match its other forms (`ventricle`, `ventricular`)."""
    return word[: max(4, len(word) - 3)] if len(word) > 5 else word.rstrip("s")


@lru_cache(100_000)
def weight(word: str) -> float:
    return max(0.0, COMMONEST - zipf_frequency(word, "en")) / 2


def weights(text: str) -> dict[str, float]:
    """The stems of a text's content words, each with the rarity of its word."""
    found = {word: weight(word) for word in CONTENT_WORD.findall(text.lower())}
    return {stem(word): rarity for word, rarity in found.items() if rarity > 0}


class SenseChooser:
    """Chooses senses for one text, about which the caller says the words and the subjects."""

    def __init__(self, lexicon: Lexicon, text: str, listed: Iterable[tuple[Sense, ...]]) -> None:
        self._lexicon = lexicon
        self._context = weights(text)
        single = [senses[0] for senses in listed if len(senses) == 1]
        self._subjects = Counter(subject for sense in single for subject in sense.subjects)

    def choose(self, senses: tuple[Sense, ...], form: str, sentence: str) -> tuple[Sense, bool]:
        """The sense meant, and whether that is beyond reasonable doubt."""
        own = {stem(word) for word in CONTENT_WORD.findall(form.lower())}
        near = weights(sentence)
        scored = sorted(
            ((self._score(sense, rank, own, near), -rank) for rank, sense in enumerate(senses)),
            reverse=True,
        )
        best = senses[-scored[0][1]]
        return best, len(senses) == 1 or scored[0][0] - scored[1][0] > RANK_COST

    def _score(self, sense: Sense, rank: int, own: set[str], near: dict[str, float]) -> float:
        told = weights(" ".join((sense.definition, *sense.words)))
        broader = [self._lexicon.synset(number) for number in (*sense.broader, *sense.subjects)]
        wider = weights(" ".join(f"{b.definition} {' '.join(b.words)}" for b in broader))
        score = sum(
            share * rarity * (1.5 if key in near else 1.0)
            for share, words in ((1.0, told), (BROADER_WEIGHT, wider))
            for key, rarity in words.items()
            if key in self._context and key not in own
        )
        score /= 1 + 0.15 * len(told)
        if any(self._subjects[subject] for subject in sense.subjects):
            score += SUBJECT_BONUS
        return score + 0.3 * log1p(sense.count) - RANK_COST * rank
