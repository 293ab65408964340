"""Cards that teach the same: one front written in two ways, or one explanation on two cards."""

import re
from collections.abc import Iterable, Iterator

from jobs.providers.base import Card
from jobs.study_text.abbreviations import abbreviations

KNOWN = "Terms left out because a card of them is kept already: {count}."
SAME_MEANING = "Cards left out because another one says the same"
FEWEST = 5  # different words of an explanation that can be told from others

_ARTICLES = frozenset(("a", "an", "the", "to"))
# What they mean is not several of what they mean without the `s`.
_PLURAL_ALONE = frozenset(
    ("arms", "customs", "damages", "glasses", "goods", "grounds", "means", "minutes", "mores", "news", "premises", "proceeds", "remains", "savings", "spirits", "works")
)  # fmt: skip
# British spelling as the American one; nobody reads the result.
_SPELLINGS = [
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<=\w)our(?=$|s$|ed$|ing|al|able|ite|ist)", "or"),
        (r"is(?=ations?$|e$|es$|ed$|er$|ers$|ing$)", "iz"),
        (r"ys(?=e$|es$|ed$|er$|ing$)", "yz"),
        (r"(?<=[bt])re(?=$|s$)", "er"),
        (r"[ao]e(?=\w{3})", "e"),
        (r"sulph", "sulf"),
        (r"ogue(?=$|s$)", "og"),
        (r"grey", "gray"),
    )
]
SHORTEST_SPELLED = 5


def standing_in(text: str, fronts: Iterable[str]) -> dict[str, str]:
    """Those of the fronts that the text has in the singular or the plural, by what is the same of all their spellings and
    of the short or long form that the text gives beside them."""
    words = f" {' '.join(map(_spelled, _words(text)))} "
    known = {key: front for front in fronts if (key := front_key(front))}
    found = {k: f for k, f in known.items() if f" {k} " in words or _has_plural(words, k)}
    for short, long, *_ in abbreviations(text) if found else ():
        keys = front_key(short), front_key(long)
        for key, other in (keys, keys[::-1]):
            if key in found:
                found.setdefault(other, found[key])
    return found


def _has_plural(words: str, key: str) -> bool:
    return f" {key}s " in words and f"{key}s".split()[-1] not in _PLURAL_ALONE


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
    """The same for `the Heart-rate`, `heart rate` and `heart rates`, `colour` and `color`."""
    words = [word for word in _words(front) if word not in _ARTICLES] or _words(front)
    if not words:
        return front.casefold()
    return " ".join(map(_spelled, (*words[:-1], _singular(words[-1]))))


def _singular(word: str) -> str:
    is_kept = len(word) <= 3 or word.endswith("ss") or word in _PLURAL_ALONE
    return word[:-1] if word.endswith("s") and not is_kept else word


def _spelled(word: str) -> str:
    if len(word) >= SHORTEST_SPELLED:
        for pattern, plain in _SPELLINGS:
            word = pattern.sub(plain, word)
    return word


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
