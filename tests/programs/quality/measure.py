"""What a strict reader would say of a set of cards, in numbers: by lists made before the cards were."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from jobs.providers.base import Card

TEXTS = Path(__file__).parent / "texts"
MARK_UP = re.compile(
    r"\*\*|__|``|^#|\]\(|\[\^|</?[a-z]+[^<>]*>|&[a-z]{2,6};|\\[a-zA-Z]+|\$[^ ]|^\s*[-*•|]\s|\s\|\s|\.\[\d+\]|\[\d+\]|={2,}|~~"
)
GAPPED = re.compile(r"…|_{3,}|\.{3}|^In the text")
ALIKE = 0.87  # of a back and the definition that the text states


@dataclass(frozen=True, slots=True)
class Expected:
    """`stated`: what the text says a term means; `terms`: all that a teacher would put on a front."""

    terms: frozenset[str]
    stated: dict[str, str]
    compounds: frozenset[str]


@dataclass(slots=True)
class Verdict:
    """Counts of one text, or of several added up."""

    cards: int = 0
    good_fronts: int = 0
    stated: int = 0
    used: int = 0
    gapped: int = 0
    marked_up: int = 0
    compounds: int = 0
    compounds_found: int = 0
    quoted: int = 0
    remarks: list[str] = field(default_factory=list)

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


def names() -> list[str]:
    return sorted(path.stem for path in TEXTS.glob("*.terms"))


def text_of(name: str) -> str:
    return next(path for path in TEXTS.glob(f"{name}.*") if path.suffix != ".terms").read_text()


def expected(name: str) -> Expected:
    lines = (TEXTS / f"{name}.terms").read_text().splitlines()
    pairs = [line.partition(" = ") for line in lines if line.strip()]
    terms = frozenset(folded(term) for term, _, _ in pairs)
    stated = {folded(term): meaning for term, _, meaning in pairs if meaning}
    return Expected(terms, stated, frozenset(term for term in terms if " " in term or "-" in term))


def judged(cards: Sequence[Card], wanted: Expected) -> Verdict:
    backs = {folded(card.front): card.back for card in cards}
    verdict = Verdict(cards=len(cards), stated=len(wanted.stated))
    for card in cards:
        is_good = folded(card.front) in wanted.terms
        verdict.good_fronts += is_good
        is_gapped = card.kind != "cloze" and bool(GAPPED.search(card.back))
        verdict.gapped += is_gapped
        marked = any(MARK_UP.search(text) for text in (card.front, card.back, card.example))
        verdict.marked_up += marked
        if not is_good or marked or is_gapped:
            verdict.remarks.append(f"{card.front} | {card.back}{' (mark-up)' if marked else ''}")
    for term, meaning in wanted.stated.items():
        is_used = term in backs and says(backs[term], meaning)
        verdict.used += is_used
        if not is_used:
            verdict.remarks.append(f"not used: {term} = {meaning} [{backs.get(term, '')}]")
    verdict.compounds = len(wanted.compounds)
    verdict.compounds_found = sum(term in backs for term in wanted.compounds)
    return verdict


def says(back: str, meaning: str) -> bool:
    """Whether the back has the stated definition whole; it may say more."""
    back, meaning = plain(back), plain(meaning)
    return meaning in back or SequenceMatcher(None, back, meaning, autojunk=False).ratio() >= ALIKE


def folded(term: str) -> str:
    words = [
        word
        for word in re.findall(r"[^\W_]+(?:['’.-][^\W_]+)*", term.lower())
        if word not in ARTICLES
    ]
    if words:
        words[-1] = singular(words[-1])
    return " ".join(words).replace("’", "'")


ARTICLES = frozenset(("the", "a", "an", "to"))


def singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ses", "sis")):
        if word.endswith(ending) and len(word) > 4:
            return word[: -len(ending)] + instead
    return (
        word[:-1]
        if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
        else word
    )


def plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def together(verdicts: Iterable[Verdict]) -> Verdict:
    return sum(verdicts, Verdict())
