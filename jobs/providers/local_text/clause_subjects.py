"""The term that a clause is about, and the place of its verb."""

import re
from collections.abc import Iterable

from jobs.providers.local_text.general import words_of
from jobs.providers.local_text.naming import ARTICLES
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.verbs import ADVERBS, BE

WITHIN = frozenset(("of", "in", "on", "for", "between", "at"))
_QUOTES = frozenset("\"“”'‘’«»")
_CALLED = (["term"], ["word"], ["phrase"], ["concept"], ["name"], ["expression"])
NOT_OPENING = words_of("no_subject.txt")
_WORD = re.compile(r"[^\W_]")
_SYMBOL = re.compile(r"Δ?[α-ωΑ-Ωℓ].?|[b-z]")  # the sign of a quantity behind its name
_BESIDE = ADVERBS | {"itself", "themselves"}
LONGEST_TERM, MOST_CONTEXT = 6, 6


def subject(reading: Reading, start: int) -> tuple[int, int, str, int] | None:
    """The term that a clause is about: its first word and end, what it is said to hold for, and the verb's place."""
    first = _after_article(reading, start)
    if [token.lower() for token in reading.tokens[first : first + 1]] in _CALLED and first > start:
        first = _after_article(reading, first + 1)
    if first >= len(reading.tokens) or reading.tokens[first].lower() in NOT_OPENING:
        return None
    at = _end_of_subject(reading, first)
    if reading.text(at, at + 1) in _QUOTES and reading.text(at + 1, at + 2) == "of":
        end = _end_of_subject(reading, at + 2)  # `"consent" of the data subject means ...`
        context, verb = reading.text(at + 1, end), _after_asides(reading, end)
        return (first, at, context, verb) if verb and len(context.split()) <= MOST_CONTEXT else None
    inner = range(first + 1, at)
    within = next(
        (n for n in inner if reading.tokens[n].lower() in WITHIN and not _belongs(reading, n)), at
    )
    context = reading.text(within, at) if within < at else ""
    if within == first or within - first > LONGEST_TERM or len(context.split()) > MOST_CONTEXT:
        return None
    is_relative = context.split()[1:2] in (["which"], ["that"], ["what"])
    if is_relative or context.startswith(("on ", "at ", "for ", "of this ", "of these ")):
        return None  # said of these alone (`goods on a shelf are ...`)
    while within - first > 1 and (
        reading.tokens[within - 1].lower() in _BESIDE
        or reading.letters[within - 1] == "R"
        or _SYMBOL.fullmatch(reading.tokens[within - 1])
    ):
        within -= 1
    verb = _after_asides(reading, at)
    if verb is None:
        return None
    name = _name_beside(reading, start, at, verb)
    return (*name, "", verb) if name else (first, within, context, verb)


def parts(readings: Iterable[Reading]) -> frozenset[str]:
    """What the text tells of one after the other, as the parts of a whole (`The inode layer provides ...`,
    `The directory layer holds ...`): each is then told what it is."""
    named: dict[str, set[str]] = {}
    for reading in readings:
        found = subject(reading, 0) if reading.text(0, 1).lower() == "the" else None
        if found and found[1] - found[0] > 1 and reading.letters[found[3] : found[3] + 1] == "Z":
            name = reading.text(*found[:2]).lower()
            named.setdefault(name.rpartition(" ")[2], set()).add(name)
    return frozenset(name for names in named.values() if len(names) > 1 for name in names)


def _name_beside(reading: Reading, start: int, comma: int, verb: int) -> tuple[int, int] | None:
    """The name between commas behind a description of it (`The reverse process, exocytosis, releases ...`)."""
    letters = reading.letters[comma + 1 : verb - 1]
    is_described = reading.tokens[start].lower() == "the" and reading.tokens[comma] == ","
    is_name = is_described and 0 < len(letters) <= 3 and set(letters) <= set("NLP")
    return (comma + 1, verb - 1) if is_name else None


def _after_article(reading: Reading, start: int) -> int:
    at = start
    while at < len(reading.tokens) and (
        reading.tokens[at] in _QUOTES or (reading.tokens[at].lower() in ARTICLES and at < start + 2)
    ):
        at += 1
    return at


def _end_of_subject(reading: Reading, first: int) -> int:
    at = first
    while at < len(reading.tokens) and at - first <= LONGEST_TERM + 6:
        if not _WORD.match(reading.tokens[at]) or (
            at > first and reading.tells(at) and not _narrows(reading, at)
        ):
            break
        at += 1
    return at


def _narrows(reading: Reading, at: int) -> bool:
    """Whether it is a participle behind its noun (`the quantity demanded is ...`)."""
    is_last = at + 1 < len(reading.tokens) and reading.tokens[at + 1].lower() in BE
    return (
        is_last
        and reading.tokens[at].lower().endswith(("ed", "en"))
        and reading.tokens[at].lower() not in BE
    )


def _belongs(reading: Reading, at: int) -> bool:
    """Whether `of` is a part of the term: `right of withdrawal` and `the War of the Roses`, but not `the level of an organism`."""
    following = reading.tokens[at + 1].lower() if at + 1 < len(reading.tokens) else ""
    if reading.tokens[at].lower() != "of":
        return (
            following not in ARTICLES | NOT_OPENING
            and reading.tokens[at].lower() in ("to", "in")
            and at + 2 < len(reading.tokens)
            and reading.tells(at + 2)
        )
    if following == "the" and at > 1:
        return reading.tokens[at - 1].istitle() and reading.text(at + 2, at + 3).istitle()
    return following not in (
        *("a", "an", "each", "every", "any", "its", "this", "these", "the", "such", "some"),
        "two",
    )


def _after_asides(reading: Reading, at: int) -> int | None:
    """The verb behind quotes, a bracket and a short insertion (`, by contrast,`)."""
    tokens = reading.tokens
    while at < len(tokens) and tokens[at] in _QUOTES:
        at += 1
    if at < len(tokens) and tokens[at] == "(":
        close = next((n for n in range(at, min(at + 24, len(tokens))) if tokens[n] == ")"), None)
        if close is None:
            return None
        at = close + 1
    if at < len(tokens) and tokens[at] == ",":
        close = next(
            (
                n
                for n in range(at + 1, min(at + 24, len(tokens)))
                if tokens[n] == "," and n + 1 < len(tokens) and reading.tells(n + 1)
            ),
            None,
        )
        if close is None:
            return at if at else None
        at = close + 1
    return at if at < len(tokens) else None
