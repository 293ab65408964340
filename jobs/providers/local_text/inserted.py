"""Definitions put in behind their term, between dashes or in brackets, and those that a phrase announces."""

import re
from collections.abc import Iterator

from wordfreq import zipf_frequency

from jobs.providers.local_text.clauses import clause_starts, end_of_clause
from jobs.providers.local_text.general import CLASSIFYING, GENERAL
from jobs.providers.local_text.naming import ARTICLES, GENUS, KIND_OF, Beside, is_bare_genus
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.telling import CERTAIN, LIKELY, NAMING_ANOTHER, POSSIBLE, VAGUE
from jobs.providers.local_text.term_phrases import is_technical
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
        r"(?:we|one|I|[\w-]+s|[A-Z]\w+) (?:mean|understand|meant|understood)s? (?:that )?(?P<said>\S.+)"
    ),
    re.compile(
        r"\b(?:use|uses|used) the (?:term|word|name) [\"“'‘]?(?P<term>[\w -]{3,40}?)[\"”'’]? "
        r"(?:for|to (?:describe|denote|mean|refer to)) (?P<said>(?:the|an?) .+)"
    ),
    re.compile(
        r"^(?:[A-Z]\w+s|We|[A-Z]\w+) call(?:ed)? (?P<said>(?:the|an?) [^,;:]{8,}? (?:that|which|who|of|in|between|where|when) [^,;:]{3,}) "
        r"(?:the|an?) [\"“'‘]?(?P<term>[\w-]+(?: [\w-]+){0,3})[\"”'’]?\.?$"
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
# `A contract is voidable if one party may set it aside.`
_SO_CALLED = re.compile(
    r"(?:^|; )(?P<of>(?:(?:An?|an?|The|Any|Two|Its?) )?[\w -]{3,40}?) (?:is|are) (?:(?P<sure>said to be|called|termed|considered) )?"
    r"[\"“'‘]?(?P<term>[\w-]{4,30})[\"”'’]? (?P<said>(?:if|when|where) .{12,})"
)
_LEADS = re.compile(
    r"(?:In|With|Under|During|By|According to) (?P<of>an? |the )?(?P<term>[\w-]+(?: [\w-]+){0,3}), (?P<said>.+)"
)
_PROCESS = re.compile(r".{2,}(?:[ts]ion|ing|[ae]nce|ment|ism|[oey]sis|age|ity)|.+-.+")
_OF_BEFORE = re.compile(r"(?:When|Where|If) (?:it|they|this|these|he|she)\b")
_SUBJECT_OPENS = frozenset((",", "the", "a", "an", "each", "all", "every"))
_LEFT_OPEN = re.compile(
    r"^(?:\S+ ){0,5}(?:it|they|them)\b|^we\b|\bwe (?:will|shall|have|saw|see|discuss|call|turn)\b|^(?:that|for|some|many|most|others|several|if|when)\b"
)
FIELD = re.compile(r".+(?:ology|ics|istry|onomy|ography|metry)|law|history")
FEWEST, MOST = 4, 40  # words
TECHNICAL = 4.4  # zipf frequency below which a word may be a term by itself


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
    yield from _led_in(reading)
    yield from _so_called(reading)


def _by_name(reading: Reading) -> Iterator[tuple[int, int, Beside]]:
    """`By a lien we mean a claim against property.`"""
    numbers = {start: number for number, start in enumerate(reading.starts)}
    for pattern in (*_ANNOUNCING, _CASE):
        found = pattern.search(reading.sentence.text)
        if found and found.start("term") in numbers and not _OF_BEFORE.match(found["said"]):
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
            strength = LIKELY if is_technical(reading, start + 2, end) else POSSIBLE
            yield start + 2, end, Beside(said, strength)


def _led_in(reading: Reading) -> Iterator[tuple[int, int, Beside]]:
    """`In folding, the chain takes on its shape`: what goes on in a process, or under a rule."""
    found = _LEADS.match(reading.sentence.text)
    if not found or re.search(r"[A-Z]", found["term"][1:]):
        return
    first = sum(start < found.start("term") for start in reading.starts)
    end = sum(start < found.end("term") for start in reading.starts)
    words = found["term"].split()
    is_ruled = len(words) > 1 and (
        found[0].startswith("According")
        or found[0].startswith("Under")
        and not FIELD.fullmatch(words[-1])
    )
    if not (is_ruled or _is_process(reading, first, end)):
        return
    said = reading.text(end + 1, end_of_clause(reading, end + 2))
    is_said = not (VAGUE.match(said) or _LEFT_OPEN.search(said) or NAMING_ANOTHER.match(said))
    if len(said.split()) > 4 and is_said:
        yield first, end, Beside(said, LIKELY)


def _is_process(reading: Reading, first: int, end: int) -> bool:
    """Not a time, a place or a subject (`In recent years`, `In organic chemistry`)."""
    words = reading.text(first, end).lower().split()
    letters = reading.letters[first:end]
    is_phrase = (
        set(letters) <= set("NJGEPK.")
        and letters[-1] in "NGP"
        and (letters[0] != "J" or words[0] not in GENERAL - CLASSIFYING)
    )
    if not is_phrase or words[-1] in GENERAL or FIELD.fullmatch(words[-1]):
        return False
    is_technical = zipf_frequency(" ".join(words), "en") < TECHNICAL
    return is_technical and (len(words) > 1 or _PROCESS.fullmatch(words[0]) is not None)


def _so_called(reading: Reading) -> Iterator[tuple[int, int, Beside]]:
    """`Demand is said to be inelastic when ...`: the name of a quality, with the case that it is said of."""
    found = _SO_CALLED.search(reading.sentence.text)
    if not found:
        return
    number = sum(start < found.start("term") for start in reading.starts)
    is_any = (
        found["sure"]
        or found["of"].startswith(("A ", "An ", "Two ", "Any ", "a ", "an "))
        and found["said"].startswith("if")
    )
    is_quality = (
        reading.letters[number : number + 1] in tuple("JENL") and found["of"].split()[0] != "It"
    )
    is_any = is_any and " called " not in found["said"]
    if is_any and is_quality and zipf_frequency(found["term"], "en") < TECHNICAL:
        said = reading.text(number + 1, end_of_clause(reading, number + 2))
        of = found["of"][0].lower() + found["of"][1:]
        yield number, number + 1, Beside(f"(of {of}) {said}", CERTAIN)
