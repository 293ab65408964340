"""Which words of a sentence can be a term that something is said of."""

import re

from wordfreq import zipf_frequency

from jobs.providers.local_text.general import CLASSIFYING, GENERAL
from jobs.providers.local_text.naming import ARTICLES, goes_on_with_verb, is_kind_of_several
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.tags import FINITE
from jobs.providers.local_text.telling import CERTAIN, POSSIBLE, Said
from jobs.providers.local_text.verbs import BE, STATING
from jobs.study_text.labels import LABELS

EVERYDAY = 4.5  # zipf frequency from which a statement about a word is no definition of it
KNOWN = 4.0  # of several things that something is done to (`waves are made by the wind`)
RARE = 3.2  # of a word that only a subject has
TECHNICAL = 4.4  # of several words together, below which they are not only met with each other
_JOINING = frozenset(("that", "than", "iff"))
_TOLD_BESIDE = frozenset(
    ("which", "in", "by", "under", "whereby", "or")
    + ("measured", "used", "made", "formed", "caused", "composed")
)


def comma_behind(reading: Reading, end: int, or_else: int) -> int:
    """The place of the comma behind the term or a bracket after it (`independent variable (IV), which is ...`)."""
    letters = "".join(t if t in "(),)" else "w" for t in reading.tokens[end : end + 6])
    found = re.match(r"(?:\(w{1,3}\))?,", letters)
    return end + found.end() - 1 if found else or_else


def is_short(reading: Reading, first: int, end: int) -> bool:
    """`LRU`: capitals that stand for several words."""
    return (
        end - first == 1 and 1 < len(reading.tokens[first]) < 6 and reading.tokens[first].isupper()
    )


def is_of_some(reading: Reading, first: int, end: int, said: Said) -> bool:
    """Told of one thing or of several, not of what the term means (`The equation assumes ...`)."""
    verb, before = (
        reading.tokens[said.first].lower(),
        reading.tokens[first - 1].lower() if first else "",
    )
    if verb in BE:
        return (
            said.is_plural
            and end - first == 1
            and zipf_frequency(reading.tokens[first], "en") > KNOWN
        )
    is_of_several = said.is_plural and end - first > 1 and reading.sentence.kind != "item"
    frequency = zipf_frequency(reading.text(first, end), "en")
    if said.is_plural and frequency > EVERYDAY:
        return True  # `Issues arise in most cases that a judge decides`
    is_one = before == "the" and verb not in STATING and not is_technical(reading, first, end)
    return is_one or is_of_several


def is_technical(reading: Reading, first: int, end: int) -> bool:
    """Whether a compound is of words that seldom stand together (`common ion effect`, not `the new law`)."""
    is_compound = end - first > 2 or end - first == 2 and reading.letters[first] in "NP"
    if end - first == 1:
        word = reading.tokens[first]
        return not word[1:].islower() and word[1:].isalpha() or zipf_frequency(word, "en") < RARE
    return is_compound and zipf_frequency(reading.text(first, end), "en") < TECHNICAL


def is_word_of_lists(reading: Reading, first: int, end: int) -> bool:
    """Whether it is a word that opens lines of lists, here with its own meaning (`A function is ...`)."""
    word = reading.tokens[first].lower()
    before = reading.tokens[first - 1].lower() if first else ""
    is_general = word not in ("example", "examples", "exception") and before != "the"
    return end - first == 1 and word in LABELS and is_general


def is_noun_phrase(reading: Reading, first: int, end: int, strength: int) -> bool:
    """Whether the words can be a term. What is only told of something is taken of plain phrases alone."""
    letters = reading.letters[first:end]
    opening = reading.tokens[first].lower()
    is_clause = letters[0] in "VZ" or (
        letters[0] in "GE" and not set(letters).isdisjoint("TUIHWOV")
    )
    is_clause = is_clause or re.search(r"[LNPH]V", letters) is not None
    if is_clause or "W" in letters or not _JOINING.isdisjoint(reading.tokens[first:end]):
        return False
    if (
        opening.endswith("est")
        and letters[0] in "JK"
        or (letters[0] in "IOWCTUHQMKR" and "-" not in opening)
    ):
        return False
    if letters[-1] in "JI" and end - first > 1 and strength < CERTAIN:
        return False
    if strength == POSSIBLE:
        is_plain = letters[0] != "J" or opening not in GENERAL - CLASSIFYING or end - first > 2
        is_plain = is_plain or is_technical(reading, first, end)
        return (
            is_plain
            and letters[0] not in "GVZ"
            and set(letters) <= set("NLPJGESIQ")
            and set(
                re.findall(
                    r"\b(?:with|in|that|for|to|from|by|such|within|than|among|at|on|over)\b",
                    reading.text(first, end),
                )
            )
            == set()
            and "and" not in reading.tokens[first:end]
        )
    return "C" not in letters


def is_last_subject(reading: Reading, first: int, end: int) -> bool:
    """Whether a clause about several things goes on behind what stands beside the last of them
    (`Winds and the Coriolis effect, the apparent deflection of bodies, drive ...`)."""
    before = [token.lower() for token in reading.tokens[:first]]
    while before and before[-1] in ARTICLES:
        before.pop()
    is_joined = before[-1:] in (["and"], ["or"]) and not any(
        n in FINITE for n in reading.letters[:first]
    )
    if not is_joined or reading.tokens[end : end + 1] != (",",):
        return False
    commas = (n for n in range(end + 1, len(reading.tokens)) if reading.tokens[n] == ",")
    close = next(commas, None)
    return close is not None and goes_on_with_verb(reading, close)


def is_object_beside(reading: Reading, first: int, end: int) -> bool:
    """Whether `, a ...` or `, which ...` follows the phrase (`begins with insulin resistance, a ...`), or a clause
    without comma that tells what it is."""
    end = comma_behind(reading, end, or_else=end)
    follows = tuple(token.lower() for token in reading.tokens[end : end + 2])
    if follows[:1] in (("which",), ("that",)):
        there = tuple(token.lower() for token in reading.tokens[max(0, first - 3) : first])
        exists = there[-2:] in (("there", "is"), ("there", "are")) or there[:2] == ("there", "is")
        is_kind = follows in (("which", "is"), ("which", "are")) and reading.tokens[
            end + 2 : end + 3
        ] in (("a",), ("an",))
        return exists and end - first > 1 or is_kind and "this" not in there
    before = reading.tokens[first - 1].lower() if first else ""
    has_verb = any(letter in FINITE for letter in reading.letters[:first])
    is_bare = reading.letters[first] == "N" and before not in ("the", "a", "an") and end - first < 3
    is_apposed = has_verb and (
        follows in ((",", "a"), (",", "an")) or follows == (",", "the") and is_bare
    )
    is_apposed = is_apposed or has_verb and is_kind_of_several(reading, end)
    is_told = follows[:1] == (",",) and follows[-1] in _TOLD_BESIDE
    return (is_apposed or is_told) and before not in (
        "of",
        "on",
        "and",
        ",",
        "or",
        "this",
        "these",
        "such",
    )
