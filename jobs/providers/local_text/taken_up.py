"""Definitions of what the sentence before is about: `Loci repel. It is a process that ...`."""

import re

from jobs.providers.local_text.clause_subjects import subject
from jobs.providers.local_text.clauses import end_of_clause
from jobs.providers.local_text.naming import ARTICLES, GENUS, KIND_OF, is_clause
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.tags import FINITE
from jobs.providers.local_text.telling import LIKELY, said_of
from jobs.study_text.glossary import is_term

_PRONOUNS = {"it": "is", "this": "is", "they": "are", "these": "are"}
# `It is a mistake to think`, `It is a defense that the contract was illegal`: of what follows.
_OF_WHAT_FOLLOWS = re.compile(r"(?:an?|the) [\w-]+(?: [\w-]+)? to\b")


def taken_up(reading: Reading, before: Reading) -> tuple[int, int, str] | None:
    """The term in the sentence before, its first word and its end, and what this one says it is."""
    words = [token.lower() for token in reading.tokens[:2]]
    title = _title(before)
    if title and before.tokens[-1:] == (":",) and GENUS.match(reading.sentence.text):
        is_one = before.letters[title[1] - 1] != "L" and not is_clause(
            reading, 0, len(reading.tokens)
        )
        return (*title, reading.sentence.text) if is_one else None
    if len(words) < 2 or _PRONOUNS.get(words[0]) != words[1]:
        return None
    said = said_of(reading, 1)
    found = title or (_subject(before, words[1]) if words[0] in ("it", "they") else None)
    if found is None or said is None or said.strength < LIKELY:
        return None
    text = reading.text(said.first, end_of_clause(reading, said.first + 1))
    is_kind = bool(KIND_OF.search(text)) and not _OF_WHAT_FOLLOWS.match(text)
    return (*found, text) if is_kind and not _opens_new_clause(reading, said.first) else None


def _title(before: Reading) -> tuple[int, int] | None:
    """Words without a verb, behind their label (`Stage 2: Idea screening.`)."""
    is_labelled = before.letters[1:2] == "Q" and ":" in before.tokens
    first = before.tokens.index(":") + 1 if is_labelled else 0
    end = len(before.tokens) - (
        before.text(len(before.tokens) - 1, len(before.tokens)) in (".", ":")
    )
    is_title = FINITE.isdisjoint(before.letters[first:end]) and is_term(before.text(first, end))
    return (first, end) if is_title else None


def _subject(before: Reading, verb: str) -> tuple[int, int] | None:
    """What the sentence is about, where it is one thing and nothing else could be meant."""
    found = subject(before, 0)
    if found is None:
        return None
    first, end, context, _ = found
    fits = before.letters[end - 1] == "P" or (before.letters[end - 1] == "L") == (verb == "are")
    is_only = not context and "C" not in before.letters[first:end] and before.letters[first] != "S"
    is_opening = first == 0 or before.text(0, 1).lower() in ARTICLES
    return (
        (first, end)
        if fits and is_only and is_opening and is_term(before.text(first, end))
        else None
    )


def _opens_new_clause(reading: Reading, first: int) -> bool:
    """Whether `that` begins a sentence of its own, rather than narrowing the noun before it."""
    that = next(
        (n for n, token in enumerate(reading.tokens) if token == "that" and n > first), None
    )
    following = reading.letters[that + 1 : that + 3] if that and that <= first + 4 else ""
    return (
        following[:1] in tuple("TUHS") or following[:1] in tuple("NLP") and following[1:] in FINITE
    )
