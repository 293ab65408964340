"""Exercises put together from a vocabulary: nothing in them that is not in it.

The same vocabulary and seed give the same exercises, so that a job that runs again makes no others.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from jobs.providers.base import Entry
from profiles.content import Cloze, Exercise, Matching, MatchingPair, Ordering

GAP = "____"
CHOICES = 4
PAIRS = (3, 6)
WORDS_TO_ORDER = (4, 14)
ORDERINGS = 5
VOWELS = "aeiou"
TELLING = 5  # letters of a word from which on it tells the term it belongs to


def exercises(
    entries: Sequence[Entry], seed: str, steps: Iterable[Sequence[str]] = ()
) -> list[Exercise]:
    """`steps`: those that the text puts in an order."""
    random = Random(seed)
    ordered = [*_steps(steps, random), *_orderings(entries, random)]
    return [*_clozes(entries, random), *_matchings(entries, random), *ordered[:ORDERINGS]]


def _clozes(entries: Sequence[Entry], random: Random) -> Iterator[Cloze]:
    for entry in entries:
        gapped = _gapped(entry.example_target, entry.keyword)
        # Another term that is in the sentence would be no wrong answer that anybody chooses.
        others = [e.keyword for e in entries if e.keyword.lower() not in gapped.lower()]
        others = [k for k in others if k != entry.keyword and _could_stand(gapped, k)]
        if GAP in gapped and others and not gapped.startswith(f"{GAP}:"):
            choices = [entry.keyword, *random.sample(others, min(CHOICES - 1, len(others)))]
            random.shuffle(choices)
            yield Cloze(type="cloze", sentence=gapped, choices=choices, answer=entry.keyword)


def _could_stand(gapped: str, keyword: str) -> bool:
    """Whether the article before the gap does not rule the word out (`an ____`)."""
    article = re.search(rf"\b(an?) {GAP}", gapped, re.IGNORECASE)
    return not article or (article[1].lower() == "an") == (keyword[0].lower() in VOWELS)


def _gapped(sentence: str, keyword: str) -> str:
    pattern = re.escape(keyword)
    if keyword.isascii():
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.sub(pattern, GAP, sentence, flags=re.IGNORECASE)


def _matchings(entries: Sequence[Entry], random: Random) -> Iterator[Matching]:
    """As many of like size as the vocabulary takes; no meaning twice in one, and all of one kind."""
    least, most = PAIRS
    translated = [entry for entry in entries if entry.translation]
    if 2 * len(translated) > len(entries):
        meanings = {entry.translation: entry.keyword for entry in translated}
    else:
        defined = [e for e in entries if e.definition and not _gives_away(e, entries)]
        meanings = {entry.definition: entry.keyword for entry in defined}
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


def _gives_away(entry: Entry, entries: Sequence[Entry]) -> bool:
    """Whether the definition has a word of its term that no other term has."""
    said = _long_words(entry.definition)
    others = {word for e in entries if e is not entry for word in _long_words(e.keyword)}
    own = (word for word in _long_words(entry.keyword) if word not in others)
    return any(
        told.startswith(word[: max(TELLING, len(word) - 2)]) for word in own for told in said
    )


def _long_words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if len(word) >= TELLING]


def _steps(runs: Iterable[Sequence[str]], random: Random) -> Iterator[Ordering]:
    for steps in runs:
        shuffled = random.sample(list(steps), len(steps))
        if shuffled != list(steps):
            yield Ordering(type="ordering", words=shuffled, answer=" ".join(steps))


def _orderings(entries: Sequence[Entry], random: Random) -> Iterator[Ordering]:
    least, most = WORDS_TO_ORDER
    sentences = dict.fromkeys(entry.example_target for entry in entries)
    whole = [s for s in sentences if s.endswith((".", "!"))]
    for sentence in (s for s in whole if least <= len(s.split()) <= most):
        words = sentence.split()
        shuffled = random.sample(words, len(words))
        if shuffled != words:
            yield Ordering(type="ordering", words=shuffled, answer=sentence)
