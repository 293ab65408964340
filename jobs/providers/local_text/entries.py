"""What stands beside a term of a list: what the term means, or something that is told of it."""

import re

from wordfreq import zipf_frequency

from jobs.providers.local_text.clauses import RELATIVE
from jobs.providers.local_text.naming import is_clause
from jobs.providers.local_text.reading import HEADS, Reading
from jobs.providers.local_text.senses import CONTENT_WORD, stem
from jobs.providers.local_text.term_phrases import EVERYDAY

NARROWS = RELATIVE | {"as"}
# A quality with its reach (`vulnerable to sniffing`), a verb with its object (`the bank uses two measures`), or a plural that something was done to (`concepts explored`).
_CLAUSE = re.compile(r"Z.|V[TUHS]|.*L.*V$|J+O|.+[ZM][TUQSH]|.*L[ED]$")


def is_clause_of_title(reading: Reading, first: int, end: int) -> bool:
    """Whether the words before the sign are no term but a clause."""
    return _CLAUSE.match(reading.letters[first:end]) is not None


def is_told(reading: Reading, first: int, end: int) -> bool:
    """Whether an effect or a sentence is told of the term (`Bolting: Promote bolting in plants`)."""
    is_effect = reading.letters[end + 1 : end + 2] == "V" and repeats(reading, end)
    is_everyday = end - first == 1 and zipf_frequency(reading.tokens[first], "en") > EVERYDAY
    return is_effect or is_everyday and states(reading, end, stop_of(reading, end))


def is_remark(reading: Reading, end: int) -> bool:
    """Whether a sentence about the term stands beside it (`humidity: High humidity slows evaporation`) or below it."""
    stop, sentence = stop_of(reading, end), reading.sentence
    if sentence.term.lower() in sentence.heading.lower() and is_clause(reading, end + 1, stop):
        return True
    term, said = stems(reading, 0, end), stems(reading, end, stop)
    return bool(term) and term <= said and states(reading, end, stop)


def repeats(reading: Reading, end: int) -> bool:
    """`Bolting: Promote bolting in plants`: what causes it, said with its own words."""
    term = stems(reading, 0, end)
    return bool(term) and term <= stems(reading, end, len(reading.tokens))


def stems(reading: Reading, first: int, end: int) -> set[str]:
    return {stem(word) for word in CONTENT_WORD.findall(reading.text(first, end).lower())}


def stop_of(reading: Reading, end: int) -> int:
    return reading.tokens.index(".", end) if "." in reading.tokens[end:] else len(reading.tokens)


def states(reading: Reading, end: int, stop: int) -> bool:
    """Whether what stands beside the term is a subject and its verb, not a noun that is narrowed."""
    rest = range(end + 1, stop)
    opens = (n for n in rest if reading.letters[n] in "ZVMW" or reading.tokens[n] in NARROWS)
    verb = next(opens, end)
    has_subject = not {*reading.letters[end + 1 : verb]}.isdisjoint(HEADS)
    return reading.letters[verb] != "W" and reading.tokens[verb] not in NARROWS and has_subject
