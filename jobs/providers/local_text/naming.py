"""Definitions that come before their term (`... is called X`), and those that stand beside it (`X, a ... that`)."""

import re
from dataclasses import dataclass

from jobs.providers.local_text.clauses import end_of_clause
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.telling import CERTAIN, LIKELY, POSSIBLE

BE = r"(?:is|are|was|were)(?: (?:often|usually|commonly|sometimes|also|generally|now|then|simply|therefore))?"
NAMING = rf"{BE} (?:called|known as|termed|named|referred to as|what is known as)"
NAMED = re.compile(
    rf"(?:,? (?:which |that )?{NAMING}|, an? \w{{1,30}} (?:called|known as|termed)|"
    r", (?:(?:also|often|sometimes|commonly|usually|collectively|together) )?(?:called|termed|dubbed|known as|referred to as)|"
    r", an? \w{1,30} (?:known|referred to) as) (?:an? |the |its )?[\"“'‘]?$",
    re.I,
)
# The name comes last: `The lowest temperature at which it grows is its minimum growth temperature.`
NAMED_LAST = re.compile(
    r"(?P<said>(?:the|an?) (?:[\w-]+ ){1,4}(?:that|which|who|at which|in which|where|whose) [^,;:()]{10,}?) (?:is|are) (?:the |an? |its )$",
    re.I,
)
POINTED = re.compile(
    rf"(?P<clause>.*?)(?:^|; |, (?:and )?|: )(?:this|these|such|which|that)(?: [\w-]+){{0,2}} (?:{NAMING}|{BE}) (?:an? |the )?[\"“'‘]?$",
    re.I,
)
KIND_CALLED = re.compile(
    r"(?P<kind>\b(?:an?|the) (?:[\w-]+ ){1,4})(?:called|known as|termed) (?:an? |the )?[\"“'‘]?$",
    re.I,
)
# A clause that tells something of the term before its comma.
TELLS = re.compile(
    r"(?:(?P<kept>(?:in|by|under|through|with) which|whereby) |which )"
    r"(?!(?:can|may|might|will|would|could|should|must|did|had?|have|has|was|were|is|are|been)\b)"
)
RELATIVE = re.compile(
    r"^,? (?:which|that) (?!can|may|might|will|would|could|should|must|do|ha[sd]|have|was|were|(?:is|are) (?:called|known))"
    r"(?P<said>[^;]{14,}?)(?:, (?:and|but|so)\b.*|\.)?$"
)
ENDS = re.compile(r"^[\"”'’]?(?:\s*\([^()]{1,40}\))?\s*(?:[.,;:]|$)")
TAIL = re.compile(
    r"[,;]? (?:which|that|what|this|a (?:process|state|condition|phenomenon|practice))$", re.I
)
# After `or` stands another name, or a choice, unless it is a description.
RENAMED = re.compile(
    r"(?!or )|or the (?:[\w-]+ ){1,4}(?:of|between|that|which|in|for|from|to) [^,;:]*[,.;]"
)
FEWEST, MOST = 15, 260  # characters of what is given a name
GENUS = re.compile(r"(?:an?|the|any|one of the)\s", re.I)
KIND_OF = re.compile(
    r"\b(?:of|that|which|in|who|for|from|with|by|between|to|where|when|released|made|used|found|formed|at)\b"
)


@dataclass(frozen=True, slots=True)
class Beside:
    text: str
    strength: int


def named(reading: Reading, first: int, end: int, previous: Reading | None) -> Beside | None:
    """What the words before the term say it is the name of."""
    text = reading.sentence.text
    before = text[: reading.starts[first]]
    after = text[reading.starts[end - 1] + len(reading.tokens[end - 1]) :]
    pointed = POINTED.match(before)
    if pointed and ENDS.match(after):
        if len(pointed["clause"].split()) > 3:
            return Beside(
                _last_clause(pointed["clause"]), CERTAIN if re.search(NAMING, before) else LIKELY
            )
        is_named = bool(re.search(NAMING, before))
        return (
            Beside(previous.sentence.text, CERTAIN)
            if previous and is_named and not pointed["clause"]
            else None
        )
    match = NAMED.search(before)
    told = before[: match.start()] if match else ""
    if FEWEST <= len(told) <= MOST and told.count(" ") > 2 and ENDS.match(after):
        said = _last_clause(TAIL.sub("", told))
        is_open = re.match(r"(?:it|they|this|these|he|she|such)\b", said, re.I)
        return None if is_open else Beside(said, CERTAIN)
    last = NAMED_LAST.fullmatch(before)
    if last and re.match(r"[\"”']?\.?$", after):
        return Beside(last["said"], LIKELY)
    kind, relative = KIND_CALLED.search(before), RELATIVE.match(after)
    if (
        kind
        and relative
        and not re.search(r"\b(?:their|them|they|this|these|it)\b", relative["said"])
    ):
        return Beside(f"{kind['kind'].strip()} that {relative['said']}", CERTAIN)
    return None


def _last_clause(said: str) -> str:
    """Of what stands before the name, the clause that it belongs to."""
    parts = re.split(r"; |: ", said)
    return parts[-1].strip(" ,") if len(parts[-1].split()) > 3 else said.strip(" ,;")


def apposed(reading: Reading, comma: int, *, is_subject: bool) -> Beside | None:
    """What stands behind the comma after the term: an apposition, or a clause that says what it is."""
    tokens = reading.tokens
    rest = reading.text(comma + 1, len(tokens)) if comma + 1 < len(tokens) else ""
    close = next(
        (n for n in range(comma + 1, len(tokens)) if tokens[n] in (",", ";", ":")), len(tokens)
    )
    relative = re.match(
        r"(?:which (?:is|are) |that is,? |i\.e\.,? |meaning |or )(?P<said>.+)", rest
    )
    if relative and RENAMED.match(rest) and GENUS.match(relative["said"]):
        start = comma + 1 + len(re.findall(r"\S+", rest[: relative.start("said")]))
        return (
            Beside(reading.text(start, min(close, end_of_clause(reading, start))), LIKELY)
            if start < close
            else None
        )
    clause = TELLS.match(rest)
    if clause:
        start = comma + 1 + (clause["kept"] is None)
        said = (
            reading.text(start, min(close, end_of_clause(reading, start))) if start < close else ""
        )
        return Beside(said, POSSIBLE) if len(said.split()) > 4 else None
    if not GENUS.match(rest):
        return None
    said = reading.text(comma + 1, close).rstrip(" .")
    following = tokens[close].lower() if close < len(tokens) else ""
    if is_subject and following != ",":
        return None
    is_list = (
        following == "," and close + 1 < len(tokens) and tokens[close + 1].lower() in ("and", "or")
    )
    if is_list or " or " in said or not KIND_OF.search(said) or len(said.split()) < 4:
        return None
    return Beside(said, LIKELY)
