"""Where in a sentence something is said of a term: its clauses, and where what is said ends."""

import re

from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.tags import FINITE

_JOINT = re.compile(r"; |, (?:and|but|while|whereas|so|yet|or) ")
_LEAD = re.compile(
    r"(?:(?:In|For|By|On|At|To|Within|Among|Under|From|As|With|During|After|Like|Unlike)\b[^,;:()]{2,90}|However|Thus|Therefore|Hence|Moreover|"
    r"Furthermore|Similarly|Likewise|Conversely|Finally|First|Second|Third|Secondly|Next|Here|Formally|Informally|Technically|"
    r"Usually|Typically|Often|Normally|Commonly|Basically|Essentially|Roughly|Strictly speaking|Loosely speaking|Simply put|Put simply|"
    r"Traditionally|Historically|Generally|Specifically|Recall that|Note that|Remember that),? ",
)
_SUBORDINATE = frozenset(
    ("when", "if", "although", "though", "because", "since", "while", "whereas", "once", "after")
    + ("before", "as", "unless", "until")
)
RELATIVE = frozenset(("that", "which", "who", "whose", "where", "when", "whom", "in", "to"))


def clause_starts(reading: Reading) -> list[int]:
    """The words that a clause begins with: the first, the one after a lead-in, and those after joints."""
    text = reading.sentence.text
    places = [0]
    lead = _LEAD.match(text)
    if lead:
        places.append(lead.end())
    places += [found.end() for found in _JOINT.finditer(text)]
    numbers = {start: number for number, start in enumerate(reading.starts)}
    places += [
        found.end() for found in re.finditer(r"(?:: | [–—-] |^[-*] |\([a-z]\) |[“\"(])", text)
    ]
    starts = {numbers[place] for place in places if place in numbers}
    return sorted(starts | _behind_subordinate(reading))


def _behind_subordinate(reading: Reading) -> set[int]:
    """Behind the comma that ends a clause with which the sentence opens (`When they fail, phagocytes engulf ...`)."""
    if reading.text(0, 1).lower() not in _SUBORDINATE:
        return set()
    commas = (n for n, token in enumerate(reading.tokens) if token == ",")
    comma = next((n for n in commas if not FINITE.isdisjoint(reading.letters[:n])), None)
    return {comma + 1} if comma and comma + 1 < len(reading.tokens) else set()


def end_of_clause(reading: Reading, first: int) -> int:
    """The word before which what begins with word `first` ends: at the full stop, or where another
    clause begins that has its own subject. Enumerations (`stems, roots, and leaves`) go on."""
    depth, is_within, is_narrowed = 0, False, False
    for number in range(first, len(reading.tokens)):
        token = reading.tokens[number]
        depth += (token in "([{") - (token in ")]}")
        if depth > 0:
            continue
        if token in "”»" and number > first + 2:
            return number
        is_within = is_within or token.lower() in RELATIVE
        is_narrowed = is_narrowed or reading.letters[number] == "W" or token == "that"
        if token.lower() == "and" and (
            not is_within
            and _goes_on_as_sentence(reading, number + 1)
            or not is_narrowed
            and _has_own_subject(reading, number + 1)
        ):
            return number
        if token == "." and reading.tokens[number + 1 : number + 2] != ():
            return number
        if token == ";" or token == ":" and number > first + 3:
            return number
        if token == "," and number + 1 < len(reading.tokens) and _opens_clause(reading, number + 1):
            return number
    return len(reading.tokens)


def _goes_on_as_sentence(reading: Reading, number: int) -> bool:
    """`the final electron acceptor and is reduced to water`: something else is said of the subject."""
    return number < len(reading.tokens) and reading.tokens[number].lower() in (
        "is",
        "are",
        "was",
        "were",
        "has",
        "can",
    )


def _has_own_subject(reading: Reading, number: int) -> bool:
    """`a structure in a cell and the organism is made of cells`: another subject has its verb."""
    found = re.match(r"[TU]?[JNEG]{0,3}[NLP]", reading.letters[number:])
    at = number + found.end() if found else len(reading.tokens)
    return reading.text(at, at + 1) in ("is", "are", "was", "were")


def _opens_clause(reading: Reading, number: int) -> bool:
    """Whether a conjunction at the word is followed by a subject and its verb."""
    word = reading.tokens[number].lower()
    if word == "in" and reading.tokens[number + 1 : number + 2] in (("a",), ("an",), ("contrast",)):
        return not FINITE.isdisjoint(reading.letters[number:])
    if word in ("whereas", "while", "so", "although", "though", "yet"):
        return reading.tokens[number + 1 : number + 2] not in (("that",), ("as",))
    if word not in ("and", "or", "but"):
        return False
    has_subject = False
    for at in range(number + 1, min(number + 9, len(reading.tokens))):
        letter, token = reading.letters[at], reading.tokens[at].lower()
        if letter in FINITE:
            return has_subject
        if token in RELATIVE or letter in ".WC":
            return False
        has_subject = has_subject or letter in "NLPH"
    return False
