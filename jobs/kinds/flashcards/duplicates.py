"""Cards that teach the same: one front written in two ways, or one explanation on two cards."""

import re
from collections.abc import Iterable, Iterator

from jobs.providers.base import Card

KNOWN = "Terms left out because a card of them is kept already: {count}."
SAME_MEANING = "Cards left out because another one says the same"
FEWEST = 5  # different words of an explanation that can be told from others

_ARTICLES = frozenset(("a", "an", "the", "to"))


def standing_in(text: str, fronts: Iterable[str]) -> dict[str, str]:
    """Those of the fronts that the text has in the singular or the plural, by what is the same of all their spellings."""
    words = f" {' '.join(_words(text))} "
    found = {key: front for front in fronts if (key := front_key(front))}
    return {k: f for k, f in found.items() if f" {k} " in words or f" {k}s " in words}


def without_duplicates(cards: Iterable[Card], left_out: list[Card]) -> Iterator[Card]:
    """The first of each kind; the others go to `left_out`. Translations may be those of synonyms, and
    of two explanations even one word (`raises`, `lowers`) or their order may make two meanings."""
    fronts: dict[tuple[str, str], str] = {}
    backs: set[tuple[str, ...]] = set()
    for card in cards:
        key, spelling = (card.topic.casefold(), front_key(card.front)), card.front.casefold()
        said = tuple(_words(card.back))
        is_explained = card.back_source != "translation" and len(set(said)) >= FEWEST
        is_variant = fronts.setdefault(key, spelling) != spelling
        if is_variant or (is_explained and said in backs):
            left_out.append(card)
            continue
        if is_explained:
            backs.add(said)
        yield card


def front_key(front: str) -> str:
    """The same for `the Heart-rate`, `heart rate` and `heart rates`."""
    words = [word for word in _words(front) if word not in _ARTICLES] or _words(front)
    return " ".join([*words[:-1], _singular(words[-1])]) if words else front.casefold()


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
