"""Verbs with which a text says what its subject is, and what it says with them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.providers.local_text.general import words_of
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.verbs import ADVERBS, BE, DEFINING, REPORTING, STATING, TELLING

CERTAIN, LIKELY, POSSIBLE = 3, 2, 1
PASSIVE = re.compile(
    r"(?:used (?:to|for|in|when|by)|found (?:in|on|at)|caused by|formed (?:when|by|from|in|of)|made (?:of|from|by|up)|composed of|"
    r"(?:reached|raised|triggered|produced|created|generated|released|secreted|granted|obtained) (?:when|by|from|if)|"
    r"(?:measured|calculated|expressed) (?:by|in|as|from|with|through)|based on|characteri[sz]ed by|located in|known for|marked by|"
    r"designed to|driven by|stored in|defined by)\b",
    re.I,
)
# Words that point at something the back does not have.
LEFT_OPEN = re.compile(
    r"\b(?:so|that|but|and|because) (?:it|they)$|^(?:\S+ ){0,8}(?:it|this|those|one|do so|each)$|^\S+ (?:(?!\S*[^su]s\b)\S+ ){0,8}(?:them|these)$|^(?:one (?:in|that|which|where|with)|those|that of|the (?:one|ones|latter|former)) |"
    r"^(?:\S+ ){0,5}of (?:these|them)\b|^(?:(?:the|this|these|such) (?:resulting|latter|former|same|above|other)\b)|"
    r"^(?:(?!\S*s\b)\S+ )*(?:they|them|their)\b",  # no plural before it
    re.I,
)
_NAMING = re.compile(r"(?:called|known as|termed|named|referred to as)\b", re.I)
_PLAIN_GENUS = re.compile(
    r"(?:an?|the|one)(?: of the)?(?: (?:most|least|\w+est)\b(?! (?:common|basic) (?:form|type|kind|unit))| (?:[\w-]+ ){0,2}(?:reasons?|problems?|examples?|"
    r"results?|causes?|consequences?|issues?|goals?|aims?|case|same|keys?|questions?|answers?|only|best|"
    r"main|first|leading|major|fact|option|other|matter|latter|former|enemy|subject|topic)\b(?! (?:of|that|which|where) ))",
    re.I,
)
_EXAMPLE = re.compile(
    r"(?:an?|the|one)(?: [\w-]+){0,2} (?:examples?|exceptions?|topic|matter|result) (?:of|to) "
)
_SMALLEST = re.compile(
    r"the (?:small|great|larg|high|low|short)est (?!\w+ (?:causes?|problems?|reasons?)\b)", re.I
)
VAGUE = re.compile(
    r"(?:it|they|this|these|such|he|she|his|her|them|so|also|too|very|more|less|not|no|only(?! (?:in|when|if|by|on|to|at|for|from|with)\b)|above|below|as follows|"
    r"important|necessary|essential|possible|different|similar|common|good|bad|true|false|there|here|never|still|already|full|able|likely|subject|due|aware|responsible|capable)\b",
    re.I,
)
_POINTING = re.compile(
    r"\b(?:this (?:chapter|section|book|page|course|lecture|figure|table|paper|article|way|case)|see (?:figure|section|chapter)|following|today|(?:above|below)(?=[.,:]?$)|"
    r"for (?:\w+ )?reasons|in (?:two|three|four|many|several|various|different) ways|yesterday|homework|I|us|my|he|she|his|her|him|the (?:former|latter)"
    # What all people do is no word of the author's (`events that we can put into words`).
    r"|(?<!that )(?<!what )(?<!when )(?<!which )(?<!where )(?<!how )we|we (?:will|shall|have|saw|see|discuss|call|stud\w+)|(?<!of )our)\b"
)


_DESCRIBING = re.compile(r"\w+-\w+(?:ing|ed) [,.]")  # `time-consuming, requires downtime`
NAMING_ANOTHER = re.compile(
    r"the (?:term|word|name|expression)\b"
)  # `psychologists use the term ...`
EVENTS = frozenset(("occurs", "occur", "happens", "happen", "arises", "arise"))
_REPORTED = re.compile(
    r"(?:(?:us|you) )?(?:how|what|which|whether) "
)  # `tells us how strongly ...`
_CAN_BE = re.compile(r"be (?:defined|described|thought of|understood|regarded) as ")
_SAYING_LITTLE = words_of("saying_little.txt")
MEANING = frozenset(("can", "may", *DEFINING))
OPENING_QUOTES = ("“", "‘", "«", '"')


@dataclass(frozen=True, slots=True)
class Said:
    """What is said begins with word `first`."""

    first: int
    strength: int
    is_plural: bool = False


def said_of(reading: Reading, verb: int) -> Said | None:
    """What the clause with its verb at word `verb` says its subject is."""
    tokens = reading.tokens
    if verb >= len(tokens):
        return None
    word = tokens[verb].lower()
    rest = _behind(tokens, verb)
    text = reading.text(rest, len(tokens)) if rest < len(tokens) else ""
    if word in BE:
        return _being(reading, word, verb, rest, text)
    if word in MEANING and text:
        return _meaning(reading, word, rest, text)
    if word in REPORTING | STATING and _REPORTED.match(text):
        first = rest + 1 if text.startswith(("us ", "you ")) else verb
        return Said(first, LIKELY, not word.endswith("s"))
    if (
        NAMING_ANOTHER.match(text)
        or _POINTING.search(text)
        or VAGUE.match(text)
        or len(text.split()) < 3
    ):
        return None
    is_plural = not word.endswith("s")
    is_of_it = _is_of_it(reading, verb, text, is_plural)
    return _telling(reading, verb, rest, is_plural) if is_of_it else None


def _is_of_it(reading: Reading, verb: int, text: str, is_plural: bool) -> bool:
    if is_plural and reading.letters[verb - 1 : verb] in ("N", "P"):
        return False  # rather a noun (`electron transport`)
    if is_plural and re.search(r"\bits?\b", text):
        return False  # of something else (`moraines form along its sides`)
    return " than " not in text.partition(",")[0]  # compared, not explained


def _telling(reading: Reading, verb: int, rest: int, is_plural: bool) -> Said | None:
    word, following = reading.tokens[verb].lower(), reading.text(rest, rest + 1)
    if word in EVENTS and following in ("when", "if"):
        return Said(verb, LIKELY, is_plural)
    if word in STATING and following in ("how", "that", "whether", "the"):
        return Said(verb, LIKELY, is_plural)
    is_stating = word in TELLING or reading.letters[verb] in "ZV" and word not in _SAYING_LITTLE
    return Said(verb, POSSIBLE, is_plural) if is_stating else None


def _behind(tokens: Sequence[str], verb: int) -> int:
    """Where what is said begins, behind adverbs and insertions (`is usually`, `is, in general, a ...`)."""
    rest = verb + 1
    while rest < len(tokens) and (
        tokens[rest].lower() in ADVERBS
        or tokens[rest] == ","
        and tokens[rest - 1].lower() in ADVERBS
    ):
        rest += 1
    if tokens[rest : rest + 1] == (",",) and "," in tokens[rest + 1 : rest + 5]:
        rest = tokens.index(",", rest + 1) + 1
    return rest + (rest < len(tokens) and tokens[rest] in OPENING_QUOTES)


def _meaning(reading: Reading, word: str, rest: int, text: str) -> Said | None:
    """Behind `means`, `refers to` or `can be defined as`."""
    if word not in DEFINING:
        found = _CAN_BE.match(text)
        return Said(rest + len(found[0].split()), CERTAIN) if found else None
    rest += reading.tokens[rest].lower() in ("to", "that")
    text = reading.text(rest, len(reading.tokens))
    if text and (text.startswith(("no ", "not ")) or not VAGUE.match(text)):
        return Said(rest, CERTAIN)
    return None


def _being(reading: Reading, word: str, verb: int, rest: int, text: str) -> Said | None:
    is_plural = word in ("are", "were")
    defined = re.match(
        r"(?:defined (?:in [^,;]{2,60} )?as|the (?:term|name)(?: used| given)? (?:for|to)|short for|another (?:word|name|term) for|understood (?:as|to be)) ",
        text,
    )
    if defined:
        skipped = len(defined[0].split()) if defined[0].startswith(("defined", "understood")) else 0
        return Said(rest + skipped, CERTAIN, is_plural)
    if not text or _NAMING.match(text) or VAGUE.match(text):
        return None
    if PASSIVE.match(text):
        good = len(text.split()) > 3 and not _POINTING.search(text)
        return Said(verb, POSSIBLE, is_plural) if good else None
    if (
        _PLAIN_GENUS.match(text)
        and not _SMALLEST.match(text)
        or _EXAMPLE.match(text)
        or re.match(r"(?:an?|the|its) \w+(?:\.?$|, \w+ing\b)", text)
    ):
        return None
    if re.match(r"(?:two|three|four|\d+) \w+\.?$", text):
        return None
    if re.match(
        r"(?:an?|the|any|one|both|when|where|how|that (?:which|part|of|portion)|those|its|their|anything|something|someone)\b",
        text,
        re.I,
    ):
        return Said(rest, LIKELY, is_plural)
    if _is_doing(reading, rest):
        return Said(rest, LIKELY, is_plural)
    return Said(rest, LIKELY, is_plural) if _is_bare_noun(reading, rest, is_plural) else None


def _is_doing(reading: Reading, first: int) -> bool:
    """`Chunking is grouping single items into units`: an action with its object, rather than what goes on (`is rising`)."""
    return reading.letters[first] == "G" and reading.letters[first + 1 : first + 2] in tuple(
        "TUNLJH"
    )


def _is_bare_noun(reading: Reading, first: int, is_plural: bool) -> bool:
    """Whether a noun with something that narrows it follows (`damage to the retina`, `organisms that ...`)."""
    letters = reading.letters
    at = first
    if _DESCRIBING.fullmatch(" ".join(reading.tokens[first : first + 2])):
        return False
    while at < len(letters) and (letters[at] in "JEGKRQNPSC" or _parts_adjectives(reading, at)):
        at += 1
    heads = "NLP"
    ends_with_noun = at > first and letters[at - 1] in heads
    if at < len(letters) and letters[at] == "L":
        at += 1
        ends_with_noun = True
    if not ends_with_noun or at >= len(letters) + 1:
        return False
    following = reading.tokens[at].lower() if at < len(reading.tokens) else "."
    if reading.letters[at : at + 2] in ("RE", "RG"):
        return True  # `plant hormones primarily involved in ...`
    narrows = following in (
        *("that", "which", "who", "of", "to", "in", "between", "from", "for", "with"),
        *("without", "whose", "when", "by", "on", "at", "through", ",", "and", "or", "into"),
        "against",
        "(",
    )
    return narrows or (at < len(letters) and letters[at] in "EGIOW") or at - first > 2


def _parts_adjectives(reading: Reading, at: int) -> bool:
    """Whether it is the comma of `smooth, elongated hills`."""
    around = reading.letters[at - 1 : at] + reading.letters[at + 1 : at + 2]
    return reading.tokens[at] in (",", "/") and len(around) == 2 and set(around) <= set("JEG")
