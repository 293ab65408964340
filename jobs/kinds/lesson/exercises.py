"""Exercises put together from a vocabulary: nothing in them that is not in it.

The same vocabulary and seed give the same exercises, so that a job that runs again makes no others.
"""

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Literal

from typing_extensions import TypedDict

from jobs.providers.base import Entry

GAP = "____"
CHOICES = 4
PAIRS = (3, 6)
WORDS_TO_ORDER = (4, 14)
ORDERINGS = 5


class Cloze(TypedDict):
    """A sentence with a gap, and the terms of which one fills it."""

    type: Literal["cloze"]
    sentence: str
    choices: list[str]
    answer: str


class MatchingPair(TypedDict):
    keyword: str
    meaning: str


class Matching(TypedDict):
    """`pairs` belong together; `meanings` are the same in another order."""

    type: Literal["matching"]
    pairs: list[MatchingPair]
    meanings: list[str]


class Ordering(TypedDict):
    """The words of a sentence in another order."""

    type: Literal["ordering"]
    words: list[str]
    answer: str


Exercise = Cloze | Matching | Ordering


def exercises(entries: Sequence[Entry], seed: str) -> list[Exercise]:
    random = Random(seed)
    return [*_clozes(entries, random), *_matchings(entries, random), *_orderings(entries, random)]


def _clozes(entries: Sequence[Entry], random: Random) -> Iterator[Cloze]:
    for entry in entries:
        gapped = _gapped(entry.example_target, entry.keyword)
        # Another term that is in the sentence would be no wrong answer that anybody chooses.
        others = [e.keyword for e in entries if e.keyword.lower() not in gapped.lower()]
        others = [keyword for keyword in others if keyword != entry.keyword]
        if GAP in gapped and others:
            choices = [entry.keyword, *random.sample(others, min(CHOICES - 1, len(others)))]
            random.shuffle(choices)
            yield Cloze(type="cloze", sentence=gapped, choices=choices, answer=entry.keyword)


def _gapped(sentence: str, keyword: str) -> str:
    pattern = re.escape(keyword)
    if keyword.isascii():
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.sub(pattern, GAP, sentence, flags=re.IGNORECASE)


def _matchings(entries: Sequence[Entry], random: Random) -> Iterator[Matching]:
    """As many of like size as the vocabulary takes; no meaning twice in one."""
    least, most = PAIRS
    meanings = {entry.translation or entry.definition: entry.keyword for entry in entries}
    pairs = [
        MatchingPair(keyword=keyword, meaning=meaning) for meaning, keyword in meanings.items()
    ]
    count = -(-len(pairs) // most)
    for number in range(count):
        group = pairs[number::count]
        if len(group) >= least:
            shuffled = [pair["meaning"] for pair in group]
            random.shuffle(shuffled)
            yield Matching(type="matching", pairs=group, meanings=shuffled)


def _orderings(entries: Sequence[Entry], random: Random) -> Iterator[Ordering]:
    least, most = WORDS_TO_ORDER
    sentences = dict.fromkeys(entry.example_target for entry in entries)
    short = [s for s in sentences if least <= len(s.split()) <= most]
    for sentence in short[:ORDERINGS]:
        words = sentence.split()
        shuffled = random.sample(words, len(words))
        if shuffled != words:
            yield Ordering(type="ordering", words=shuffled, answer=sentence)
