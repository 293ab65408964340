"""Definitions that come before their term (`... is called X`), and those that stand beside it (`X, a ... that`)."""

import re
from dataclasses import dataclass

from jobs.providers.local_text.clauses import end_of_clause
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.tags import FINITE
from jobs.providers.local_text.telling import CERTAIN, LEFT_OPEN, LIKELY, PASSIVE, POSSIBLE

BE = r"(?:is|are|was|were)(?: (?:\w{1,20}ly|often|sometimes|also|now|then|therefore))?"
NAMING = rf"{BE} (?:called|known(?: collectively| together)? as|termed|named|referred to as|what is known as)"
NAMED = re.compile(
    rf"(?:,? (?:which |that )?{NAMING}|, an? \w{{1,30}} (?:called|known as|termed)|"
    r", (?:(?:also|often|sometimes|commonly|usually|collectively|together) )?(?:called|termed|dubbed|known as|referred to as)|"
    r", an? \w{1,30} (?:known|referred to) as) (?:an? |the |its )?[\"“'‘]?$",
    re.I,
)
# The name comes last: `The lowest temperature at which it grows is its minimum growth temperature.`
NAMED_LAST = re.compile(
    r"(?:.*; )?(?P<said>(?:the|an?) (?:[\w-]+ ){1,4}(?:that|which|who|at which|in which|where|whose) [^,;:()]{10,}?) (?:is|are) (?:the |an? |its )$",
    re.I,
)
POINTED = re.compile(
    rf"(?P<clause>.*?)(?:^|; |, (?:and )?|: )(?:(?:this|these|such)(?P<kind>(?: [\w,-]+){{0,12}})|(?:which|that)(?: [\w-]+){{0,2}}) (?:{NAMING}|{BE}) (?:an? |the )?[\"“'‘]?$",
    re.I,
)
KIND_CALLED = re.compile(
    r"(?P<kind>\b(?:an?|the) (?:[\w-]+,? ){1,4})(?:called|known as|termed) (?:an? |the )?[\"“'‘]?$",
    re.I,
)
# A clause that tells something of the term before its comma.
TELLS = re.compile(
    r"(?:(?P<kept>(?:in|by|under|through|with) which|whereby) |(?:which|that) )"
    r"(?!(?:can|may|might|will|would|could|should|must|did|had?|have|has|was|were|is|are|been|depends?|in turn)\b)"
)
# `reliability, which refers to how likely ...`, `a variable, which is the cause of the change`.
DEFINES = re.compile(
    r"(?:which|that) (?:(?:means|denotes|designates|signifies|(?:is|are) defined as|(?:refers?|refer) to) (?:that )?"
    r"|(?:is|are) (?=(?:an?|the) (?!(?:most|only|main|first|same|best|reason|result|case)\b)[\w -]{2,40} (?:of|that|which|for|to|in|between|by|with)\b))(?P<said>.+)"
)
RELATIVE = re.compile(
    r"^,? (?:which|that) (?!can|may|might|will|would|could|should|must|do|ha[sd]|have|was|were|(?:is|are) (?:called|known))"
    r"(?P<said>[^;]{14,}?)(?:, (?:and|but|so)\b.*|\.)?$"
)
ENDS = re.compile(
    r"^[\"”'’]?(?: or (?:an? |the )?[\"“]?[\w -]{3,30}[\"”]?)?(?:\s*\([^()]{1,120}\))?\s*(?:and (?:is|are) (?:denoted|written|noted|given)\b|(?:because|since)\b|[.,;:]|$)"
)
_OF_IT = re.compile(r"[\"”'’]? of (?:the|an?) (\w+)")
TAIL = re.compile(
    r"[,;]? (?:which|that|what|this|a (?:process|state|condition|phenomenon|practice))$", re.I
)
RENAMING = re.compile(r"(?:which (?:is|are) |that is,? |i\.e\.,? |meaning |or )(?P<said>.+)")
# After `or` stands another name, or a choice, unless it is a description.
RENAMED = re.compile(
    r"(?!or )|or the (?:[\w-]+ ){1,4}(?:of|between|that|which|in|for|from|to) [^,;:]*[,.;]"
)
# Pointing back, or what the author does rather than what the name stands for.
_OPEN = re.compile(
    r"\b(?:this|these) [\w-]+$|^(?:it|they|this|these|he|she|such)\b|\bwe(?:['’]ll)?(?: \w+ly)? (?:want|will|can|now|therefore|shall|would|could|may|might|make|have|use|call|define)\b|we['’]ll\b",
    re.I,
)
# A clause begins behind them, behind another name (`... is called an acid, and one that ...`), or behind
# what leads in to it (`Furthermore, the loss ... is called`).
_PARTS = re.compile(
    rf"{NAMING} [^,;]{{2,60}},? (?:and|but|while|whereas) (?=(?:the|an?|any|one) )|"
    r"; |: | [–—] |(?<=[a-z])\. (?=[A-Z])|^[A-Z]\w+, (?=(?:the|an?) )|^(?:To|By|In) [^,]{3,60}, (?=(?:the|an?) )"
)
_RELATIVES = frozenset(("that", "which", "who", "whose", "where", "when", "how", "why", "what"))
_NARROWING = frozenset(("that", "which", "who", "of", "with", "from", "in", "for", "between"))
ARTICLES = frozenset(("a", "an", "the"))
FEWEST, MOST = 15, 260  # characters of what is given a name
WHOLE = 5  # words of a kind that explains itself (`this grouping of people and tasks into units is called`)
LEAD = 3  # words of what only leads in to a clause
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
        return _pointed(reading, pointed, previous, is_last=after[:1] != ",")
    kind, relative = KIND_CALLED.search(before), RELATIVE.match(after)
    if (
        kind
        and relative
        and not re.search(r"\b(?:their|them|they|this|these|it)\b", relative["said"])
    ):
        return Beside(f"{kind['kind'].strip(' ,')} that {relative['said']}", CERTAIN)
    match = NAMED.search(before)
    told = before[: match.start()] if match else ""
    of_it = _OF_IT.match(after)
    if of_it and of_it[1] in told.split():
        after = after[of_it.end() :]
    if told.endswith(" what"):
        return None  # `they fight against what are called ...`
    if FEWEST <= len(told) <= MOST and told.count(" ") > 2 and ENDS.match(after):
        said = _last_clause(TAIL.sub("", told))
        is_alias = match is not None and "also" in match[0] and _tells(reading, told, said)
        return None if is_alias or _OPEN.search(said) else Beside(said, CERTAIN)
    last = NAMED_LAST.fullmatch(before)
    if last and re.match(r"[\"”']?(?: (?:for|of|in) (?:that|this|the|its) \w+)?\.?$", after):
        return Beside(last["said"], LIKELY)
    return None


def _tells(reading: Reading, told: str, said: str) -> bool:
    """Whether it is a sentence: another name is then of its last words alone (`..., a, also called b`)."""
    end = sum(start < len(told) for start in reading.starts)
    first = end - len(said.split())
    is_narrowed = re.search(r"\b(?:that|which|who|whose|where|when)\b", said)
    return not is_narrowed and any(n in FINITE for n in reading.letters[max(first, 0) : end])


def _pointed(
    reading: Reading, found: re.Match[str], previous: Reading | None, *, is_last: bool
) -> Beside | None:
    """What `this is called X` points at: its own kind, the clause before it, or the sentence before."""
    clause, kind = found["clause"], (found["kind"] or "").strip()
    is_named = bool(re.search(NAMING, found[0]))
    if found["kind"] and _has_verb(reading, found.start("kind"), found.end("kind")):
        return None
    if is_named and len(kind.split()) >= WHOLE and KIND_OF.search(kind):
        return Beside(kind, CERTAIN)
    if len(clause.split()) <= LEAD:
        return Beside(previous.sentence.text, CERTAIN) if previous and is_named else None
    is_told = is_named or is_last and _has_verb(reading, 0, found.end("clause"))
    if not is_told or _OPEN.search(clause):
        return None
    return Beside(_last_clause(clause), CERTAIN if is_named else LIKELY)


def _has_verb(reading: Reading, start: int, end: int) -> bool:
    """Whether a finite verb stands between two places of the sentence."""
    places = zip(reading.starts, reading.letters, strict=True)
    return any(letter in FINITE for at, letter in places if start <= at < end)


def _last_clause(said: str) -> str:
    """Of what stands before the name, the clause that it belongs to."""
    parts = _PARTS.split(said)
    return parts[-1].strip(" ,") if len(parts[-1].split()) > 3 else said.strip(" ,;")


def apposed(reading: Reading, comma: int, *, is_subject: bool) -> Beside | None:
    """What stands behind the comma after the term: an apposition, or a clause that says what it is."""
    first = comma + 1
    rest = reading.text(first, len(reading.tokens)) if first < len(reading.tokens) else ""
    renamed = RENAMING.match(rest)
    if renamed:
        opening = first + _words_before(reading, first, renamed.start("said"))
        is_plain = is_bare_genus(reading, opening)
        if RENAMED.match(rest) and GENUS.match(renamed["said"]) or is_plain:
            said = _clause_to_comma(reading, opening)
            return Beside(said, LIKELY) if len(said.split()) > 2 else None
    if not is_subject and PASSIVE.match(rest):
        said = _clause_to_comma(reading, first)
        return Beside(said, POSSIBLE) if len(said.split()) > 3 else None
    defines = DEFINES.match(rest)
    if defines:
        said = _clause_to_comma(
            reading, first + _words_before(reading, first, defines.start("said"))
        )
        is_said = len(said.split()) > 2 and not LEFT_OPEN.search(said) and not _OPEN.search(said)
        return Beside(said, LIKELY) if is_said else None
    clause = TELLS.match(rest)
    if clause and reading.letters[first + 1 : first + 2] != "D":
        said = _clause_to_comma(reading, first + (clause["kept"] is None))
        is_whole = len(said.split()) > 4 and not LEFT_OPEN.search(said)
        is_whole = is_whole and not re.search(r"\b(?:you|your|we|our|us)\b", said)
        return Beside(said, POSSIBLE) if is_whole else None
    return _apposition(reading, comma, rest, is_subject=is_subject)


def _apposition(reading: Reading, comma: int, rest: str, *, is_subject: bool) -> Beside | None:
    first = comma + 1
    if not is_subject and is_kind_of_several(reading, comma):
        return Beside(reading.text(first, end_of_clause(reading, first)), LIKELY)
    is_bare = is_subject and is_bare_genus(reading, first)
    if not GENUS.match(rest) and not is_bare:
        return None
    close = _end_of_apposition(reading, first)
    following = [token.lower() for token in reading.tokens[close : close + 2]]
    if is_subject and following[:1] != [","] or is_bare and not goes_on_with_verb(reading, close):
        return None
    said = reading.text(first, close).rstrip(" .")
    if is_clause(reading, first, close):
        return None
    is_list = following in ([",", "and"], [",", "or"])
    if is_list or " or " in said or not KIND_OF.search(said) or len(said.split()) < 4:
        return None
    return Beside(said, LIKELY)


def is_kind_of_several(reading: Reading, comma: int) -> bool:
    """`They formed guilds, associations that set prices`: several things, and their kind."""
    found = re.match(r"[JNG]{0,2}L", reading.letters[comma + 1 :])
    at = comma + 1 + found.end() if found else len(reading.tokens)
    is_narrowed = reading.text(at, at + 1) in ("that", "who", "which", "whose")
    is_first = "," not in reading.tokens[:comma]  # of no list
    return is_narrowed and is_first and reading.letters[comma - 1] == "L"


def is_clause(reading: Reading, first: int, end: int) -> bool:
    """Whether a subject with its verb stands there (`on a loss, a sender is not limited`), not a noun that is narrowed."""
    verbs = [n for n in range(first, end) if reading.letters[n] in "ZM" or _is_past(reading, n)]
    narrowing = [token for token in reading.tokens[first:end] if token.lower() in _RELATIVES]
    return len([n for n in verbs if reading.letters[n - 1] != "C"]) > len(narrowing)


def _is_past(reading: Reading, number: int) -> bool:
    """A verb in the past, not a participle that narrows its noun (`a curve obtained by plotting`)."""
    return reading.letters[number] == "D" and reading.letters[number + 1 : number + 2] != "I"


def goes_on_with_verb(reading: Reading, comma: int) -> bool:
    return (
        reading.tokens[comma : comma + 1] == (",",)
        and comma + 1 < len(reading.tokens)
        and (reading.tells(comma + 1) or reading.letters[comma + 1] == "V")
    )


def _words_before(reading: Reading, first: int, characters: int) -> int:
    place = reading.starts[first] + characters
    return sum(start < place for start in reading.starts[first:])


def _clause_to_comma(reading: Reading, first: int) -> str:
    close = min(_end_of_apposition(reading, first), end_of_clause(reading, first))
    return reading.text(first, close) if first < close else ""


def _end_of_part(reading: Reading, first: int) -> int:
    tokens = reading.tokens
    return next((n for n in range(first, len(tokens)) if tokens[n] in (",", ";", ":")), len(tokens))


def is_bare_genus(reading: Reading, first: int) -> bool:
    """Whether a noun without article comes that is narrowed (`microscopic algae that drift`)."""
    found = re.match(r"[JNEG]{0,3}[NL](?:C[JNEG]{0,2}[NL])?", reading.letters[first:])
    at = first + found.end() if found else len(reading.tokens)
    is_told = re.match(r"[ED][IO]", reading.letters[at : at + 2])  # `fees charged for moving goods`
    return bool(is_told) or " ".join(reading.tokens[at : at + 1]) in _NARROWING


def _end_of_apposition(reading: Reading, first: int) -> int:
    """Its comma; those within an enumeration (`marked by fatigue, fever and thirst`) are not its end."""
    close = _end_of_part(reading, first)
    begun = [token.lower() for token in reading.tokens[first:close]]
    opening = max(
        (n for n, letter in enumerate(reading.letters[first:close]) if letter == "I"), default=0
    )
    if not opening or not ARTICLES.isdisjoint(begun[opening:]):
        return close
    end = close
    while reading.tokens[end : end + 1] == (",",):
        start, end = end + 1, _end_of_part(reading, end + 1)
        listed = [token.lower() for token in reading.tokens[start:end]]
        has_verb = any(letter in FINITE for letter in reading.letters[start:end])
        if has_verb or not listed:
            return close
        if not {"and", "or"}.isdisjoint(listed if start > close + 1 else listed[1:]):
            return end
    return close
