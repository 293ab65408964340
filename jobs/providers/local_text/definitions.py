"""Where the text itself says what a term means, in its own words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jobs.providers.local_text.reading import Reading

BE = r"(?:is|are)(?: (?:simply|essentially|just|basically|therefore|thus|often|usually|commonly|sometimes|also|generally|now))?"
NAMING = (
    rf"(?:{BE} (?:called|known as|termed|named|referred to as)|{BE} (?:what is )?said to be in)"
)
BRACKET = r"(?:\s*\([^()]{1,40}\))?"
# Before the term.
OPENING = re.compile(r"(?:^|; |: |, (?:and|but|while|whereas|yet) )(?:an? |the )?$", re.I)
NAMED = re.compile(
    rf"(?P<said>.{{15,260}}?)(?:,? (?:which |that )?{NAMING}|, an? \w+ (?:called|known as|termed)) (?:an? |the )?$",
    re.I,
)
NAMED_BACK = re.compile(rf"^(?:this|these|such)(?: \w+){{0,2}} {NAMING} (?:an? |the )?$", re.I)
KIND_CALLED = re.compile(
    r"(?P<kind>\b(?:an?|the) (?:[\w-]+ ){1,4})(?:called|known as|termed) (?:an? |the )?$", re.I
)
# After the term.
EXPLAINED = re.compile(
    rf"^{BRACKET},? (?P<verb>{BE} defined as|refers? to|means?|denotes?|describes?|consists? of|deals? with"
    rf"|stud(?:y|ies)|{BE})(?: that)? (?P<said>.+)$",
    re.I,
)
GENUS = re.compile(r"(?:an?|the|any|one|that|those|when|where|how)\b", re.I)
PLAIN_GENUS = re.compile(
    r"(?:an?|the|one)(?: of the)?(?: (?:most|least|\w+est)\b| (?:[\w-]+ ){0,2}(?:reasons?|problems?|examples?|"
    r"causes?|results?|consequences?|issues?|goals?|aims?|case|same|keys?|questions?|answers?|way|only|best|"
    r"main|first|leading|major|heart|option|other|matter|latter|former|enemy|subject|topic|rule)\b)",
    re.I,
)
OPENED = re.compile(rf"^{BRACKET}(?:: | [–—-] )(?P<said>\S.{{9,}})$")
CLAUSE = re.compile(r"^: (?P<said>(?:it|they) .{14,})$")
RELATIVE = re.compile(
    r"^, (?:which (?!can|may|might|will|would|could|should|must|do|ha[sd]|have|was|were|are|(?:is|are) (?:called|known))"
    r"|(?P<kept>(?:in|by|under|from) which |where (?!it|they|he|she)|that is,? |i\.e\.,? |meaning ))"
    r"(?P<said>[^;]{14,}?)(?:, (?:and|but|so)\b.*|\.)?$"
)
APPOSED = re.compile(
    r"^, (?P<said>(?:an?|the|any) (?:[\w-]+ )+(?:of|that|which|in|who|for|from|with|by|between)\b"
    r"[^,;:.]{3,120})(?:[,.]|$)(?! (?:and|or)\b)"
)
# A phrase after these words, up to a comma, opens a sentence and is explained by nothing behind it.
ADVERBIAL = re.compile(
    r"(?:^|[,;:] )(?:in|for|at|on|by|as|if|with|under|over|during|when|after|before|while|because|since|"
    r"to|from|through|beyond|unless|where|although|according)\b[^,;:]*$",
    re.I,
)
ENDS = re.compile(rf"^{BRACKET}\s*(?:[.,;:]|$)")
TAIL = re.compile(
    r"[,;]? (?:which|that|what|this|a (?:process|state|condition|phenomenon|practice))$", re.I
)
OTHER_CLAUSE = re.compile(r"; |, (?:and|but|while|whereas|so) (?=(?:[\w-]+ ){3})")
DEFINING = ("refer", "mean", "denote", "describe", "is defined", "are defined")
CONCERNING = ("consist", "deal", "stud")
LONGEST_TERM = 5
CERTAIN, LIKELY, POSSIBLE = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Definition:
    """`said` are words of the text; it explains the term certainly, likely or possibly."""

    reading: int
    first: int
    end: int
    said: str
    strength: int


def definitions(readings: list[Reading]) -> Iterator[Definition]:
    for number, reading in enumerate(readings):
        previous = readings[number - 1].sentence if number else None
        is_near = previous is not None and previous.block == reading.sentence.block
        for chunk_first, end in reading.chunks():
            for first in range(max(chunk_first, end - LONGEST_TERM), end):
                said, strength = explained(reading, first, end)
                if previous and is_near and is_named_back(reading, first, end):
                    said, strength = previous.text, CERTAIN
                if len(tidy(said).split()) > 2:
                    yield Definition(number, first, end, tidy(said), strength)
                    break


def around(reading: Reading, first: int, end: int) -> tuple[str, str]:
    text = reading.sentence.text
    return text[: reading.starts[first]], text[
        reading.starts[end - 1] + len(reading.tokens[end - 1]) :
    ]


def is_named_back(reading: Reading, first: int, end: int) -> bool:
    """`This is called inertia.`: the sentence before says what it is."""
    before, after = around(reading, first, end)
    return bool(NAMED_BACK.match(before) and ENDS.match(after))


def explained(reading: Reading, first: int, end: int) -> tuple[str, int]:
    before, after = around(reading, first, end)
    if reading.letters[first] == "E":
        return "", 0
    named = NAMED.match(before)
    if named and ENDS.match(after) and named["said"].count(" ") > 2:
        return TAIL.sub("", named["said"]), CERTAIN
    relative = RELATIVE.match(after)
    kind = KIND_CALLED.search(before)
    if kind and relative and not relative["kept"]:
        return f"{kind['kind'].strip()} that {relative['said']}", CERTAIN
    said, strength = opened(reading, before, after) if OPENING.search(before) else ("", 0)
    if said:
        return said, strength
    apposed = APPOSED.match(after)
    if apposed and not (
        ADVERBIAL.search(before) or PLAIN_GENUS.match(apposed["said"]) or " or " in apposed["said"]
    ):
        return apposed["said"], LIKELY
    if relative:
        return (relative["kept"] or "") + re.sub("^(?:is|are) ", "", relative["said"]), POSSIBLE
    clause = CLAUSE.match(after)
    return (clause["said"], POSSIBLE) if clause else ("", 0)


def opened(reading: Reading, before: str, after: str) -> tuple[str, int]:
    """What is said of a term that opens a clause."""
    lead = OPENED.match(after)
    if lead and not before and reading.sentence.kind == "item":
        return lead["said"], CERTAIN
    found = EXPLAINED.match(after)
    if not found or re.match(r"(?:\S+ ){1,4}(?:it|them|this)\.?$", found["said"]):
        return "", 0
    verb = found["verb"].lower()
    if verb.startswith(DEFINING):
        return found["said"], CERTAIN
    if verb.startswith(CONCERNING):
        return f"{found['verb']} {found['said']}", CERTAIN
    is_kind = GENUS.match(found["said"]) and not PLAIN_GENUS.match(found["said"])
    return (found["said"], LIKELY) if is_kind else ("", 0)


def tidy(said: str) -> str:
    """Without the clauses that follow, which are about something else."""
    return OTHER_CLAUSE.split(said)[0].strip(" .;,:")
