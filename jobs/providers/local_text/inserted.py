"""Definitions put in behind their term, between dashes or in brackets, and those that a phrase announces."""

import re
from collections.abc import Iterator

from jobs.providers.local_text.clauses import clause_starts, end_of_clause
from jobs.providers.local_text.naming import ARTICLES, GENUS, KIND_OF, Beside, is_bare_genus
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.telling import CERTAIN, LIKELY, POSSIBLE, VAGUE
from jobs.providers.local_text.verbs import BE

_DASH = re.compile(r"\s?—\s?| (?:–|--) ")
_OPENING = re.compile(rf"(?P<dash>{_DASH.pattern})|\s\((?:i\.e\.,? |that is,? |meaning )?")
_THOSE = re.compile(
    r"(?:those|people|someone|anyone|something|anything) (?:who|that|with|born|\w+ed)\b"
)
_OTHER = re.compile(
    r"[()]|\b(?:see|fig|figure|table|chapter|section|credit|pp?|you|we|our)\b|https?:", re.I
)
_ANNOUNCING = (
    re.compile(
        r"^(?:Here,? )?By (?:the (?:term|word) )?(?:an? |the )?[\"“”'‘’]?(?P<term>[\w -]{2,50}?)[\"“”'‘’]?,? "
        r"(?:we|one|I|[\w-]+s) (?:mean|understand|meant|understood)s? (?:that )?(?P<said>\S.+)"
    ),
    re.compile(
        r"\b(?:what|all) (?:an?|the) (?P<term>[\w -]{2,50}?)(?: in [A-Z]\w+)? is\s?(?::|—|–|--?)\s(?P<said>(?:an?|the) .+)"
    ),
)
# `When firms sell below cost, economists speak of dumping.`
_CASE = re.compile(
    r"^(?P<said>(?:When|Where|If) [^;:]{15,200}), (?:we|one|[\w-]+s) (?:(?:speak|talk) of|call (?:this|it|them)|refer to (?:this|it) as) "
    r"(?:an? |the )?[\"“'‘]?(?P<term>[\w -]{3,50})[\"”'’]?(?:[.,;]|$)"
)
_SUBJECT_OPENS = frozenset((",", "the", "each", "all", "every"))
_LEFT_OPEN = re.compile(
    r"^(?:\S+ ){0,5}(?:it|they|them)\b|\bwe\b|^(?:that|for|some|many|most|others|several|if|when)\b"
)
FEWEST, MOST = 4, 40  # words


def inserted(reading: Reading, first: int, end: int) -> Beside | None:
    """What follows the term up to the other dash or bracket, if it says what the term is."""
    text = reading.sentence.text
    opening = _OPENING.match(text, reading.starts[end - 1] + len(reading.tokens[end - 1]))
    if not opening:
        return None
    rest = text[opening.end() :]
    close = _DASH.search(rest) if opening["dash"] else re.search(r"\)", rest)
    is_one = first > 0 and reading.tokens[first - 1].lower() in ("the", "this", "that")
    if not close and (not opening["dash"] or is_one):
        return None  # after the last dash stands rather what the whole sentence means
    said = (rest[: close.start()] if close else rest).rstrip(" .;,")
    words = said.lower().split()
    if not FEWEST <= len(words) <= MOST or _OTHER.search(said) or words[-1].endswith("?"):
        return None
    if reading.tokens[end - 1].lower() in words[:FEWEST]:
        return None
    at = next((n for n, start in enumerate(reading.starts) if start >= opening.end()), None)
    if at is None or _is_clause(reading, at):
        return None
    if GENUS.match(said) and KIND_OF.search(said) or _THOSE.match(said):
        return Beside(said, LIKELY)
    is_of_some = first and reading.tokens[first - 1].lower() not in ARTICLES - {"the"}
    is_plain = is_bare_genus(reading, at) and ", " not in said
    return (
        Beside(said, POSSIBLE) if is_plain and not (is_of_some and words[0].endswith("s")) else None
    )


def _is_clause(reading: Reading, first: int) -> bool:
    """Whether a subject with its verb follows, rather than a noun that is narrowed."""
    opening = range(first, min(first + MOST, len(reading.tokens)))
    ends = (
        n for n in opening if reading.letters[n] in "ZMWI" or reading.tokens[n] in ("that", ")")
    )
    at = next(ends, first)
    return reading.letters[at] in "ZM" or reading.tokens[at].lower() in BE


def announced(reading: Reading) -> Iterator[tuple[int, int, Beside]]:
    """The term's first word and end, and what is said of it behind a phrase that announces it."""
    yield from _by_name(reading)
    yield from _defined_as(reading)
    yield from _holding_in(reading)


def _by_name(reading: Reading) -> Iterator[tuple[int, int, Beside]]:
    """`By a lien we mean a claim against property.`"""
    numbers = {start: number for number, start in enumerate(reading.starts)}
    for pattern in (*_ANNOUNCING, _CASE):
        found = pattern.search(reading.sentence.text)
        if found and found.start("term") in numbers:
            end = sum(start < found.end("term") for start in reading.starts)
            yield (
                numbers[found.start("term")],
                end,
                Beside(_small(found["said"].rstrip(" .")), CERTAIN),
            )


def _small(said: str) -> str:
    return said[0].lower() + said[1:] if said.startswith(("When", "Where", "If")) else said


def _defined_as(reading: Reading) -> Iterator[tuple[int, int, Beside]]:
    """`It defines a sale as a transfer of title for a price.`"""
    for first, end in reading.chunks():
        verb = first - 1 - (reading.tokens[first - 1].lower() in ARTICLES) if first else -1
        is_defined = verb >= 0 and reading.tokens[verb].lower() in ("define", "defines", "defined")
        if is_defined and [t.lower() for t in reading.tokens[end : end + 1]] == ["as"]:
            said = reading.text(end + 1, end_of_clause(reading, end + 1))
            if len(said.split()) > 2:
                yield first, end, Beside(said, CERTAIN)


def _holding_in(reading: Reading) -> Iterator[tuple[int, int, Beside]]:
    """`In a transverse wave the particles move at right angles to it`: what holds in every one of them."""
    for start in clause_starts(reading):
        if reading.text(start, start + 2).lower() not in ("in a", "in an"):
            continue
        ends = range(start + 3, min(start + 8, len(reading.tokens)))
        end = next((n for n in ends if reading.tokens[n].lower() in _SUBJECT_OPENS), None)
        if end is None:
            continue
        first = end + (reading.tokens[end] == ",")
        said = reading.text(first, end_of_clause(reading, first + 1))
        if len(said.split()) > 4 and not VAGUE.match(said) and not _LEFT_OPEN.search(said):
            yield start + 2, end, Beside(said, POSSIBLE)
