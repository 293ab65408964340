"""Where the text itself says what a term means, in its own words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wordfreq import zipf_frequency

from jobs.providers.local_text.clause_subjects import LONGEST_TERM, NOT_OPENING, parts, subject
from jobs.providers.local_text.clauses import clause_starts, end_of_clause
from jobs.providers.local_text.entries import is_clause_of_title, is_remark, is_told
from jobs.providers.local_text.inserted import announced, inserted
from jobs.providers.local_text.naming import ARTICLES, GENUS, KIND_OF, apposed, named
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.tags import FINITE
from jobs.providers.local_text.taken_up import taken_up
from jobs.providers.local_text.telling import (
    CERTAIN,
    LEFT_OPEN,
    LIKELY,
    POSSIBLE,
    Said,
    said_of,
)
from jobs.providers.local_text.term_phrases import (
    EVERYDAY,
    comma_behind,
    is_last_subject,
    is_noun_phrase,
    is_object_beside,
    is_of_some,
    is_short,
    is_word_of_lists,
)
from jobs.study_text.abbreviations import abbreviations
from jobs.study_text.glossary import is_term

NAMES_WITH = frozenset(("called", "termed", "named", "known"))
# What it says comes below, in a table or a formula; or it is the value of a setting.
_SAYS_NOTHING = re.compile(
    r"^(?:We (?:assume|consider|define|denote|have|note|use|will|write)|Here (?:is|are)|The following|He|She|His|Her)\b|\bbelow\.?$|^(?:\w+ )?(?:in|from|since|around|about|until) \d{4}\b|^(?:true|false|yes|no|null|none)$"
)
# The rest of a phrase or of a formula, what is only compared or counted, and what is told of us.
_BROKEN_OFF = re.compile(
    r"^(?:and|or|but|nor)\b|\b(?:and|or|but|because|if|when|than|the|an?)$|^[\u00b2\u00b3\u00b9\u2070-\u209f\u2200-\u22ff]"
    r"|^an? (?:more|less|better|worse|similar|different|great|useful|remarkable) "
    r"|^the (?:\w+ )?(?:type|kind|one|thing|thread|reason|way|goal|point|question|option|site)\b(?! (?:of|in|at|that|which|where)\b)"
    r"|^the (?:second|third|fourth|fifth|last|next|other) (?:type|kind|one|way|goal|reason|example)\b"
    r"|^the (?:\w+ )?(?:most|least) \w+ \w+$|^(?:the|an?)\b(?!.*\b(?:that|which|as|where|in)\b)(?=.*\b(?:is|are)$)"
    r"|^(?:the|an?) [^,]{3,80}, (?:often|also|commonly|sometimes|usually) (?:noted|denoted|written|called)\b[^,]{0,40}$"
    r"|^(?:we|I)\b|\b(?:we|I) (?:are|will|shall|have|just|want)\b"
    r"|\b(?:later|earlier) in (?:the|this)\b|\b(?:next|previous) (?:chapter|section|lecture|part)\b",
    re.I,
)
_CUT_EXAMPLE = re.compile(r"\b(?:i\.e|e\.g|viz|namely|such as|for example)\.?,?$")
# `The set of all outcomes is the sample space` beside its name.
_NAMED_AT_END = re.compile(
    r"(?P<said>(?:the|an?|any) [^.,;:]{10,200}?) (?:is|are) (?:called |known as |said to be )?(?:the |an? )?(?P<term>[\w -]{2,60})(?=[.,]|$)",
    re.I,
)
# `In the example above, unemployment is the independent variable`: true of that one alone.
_EXAMPLE = re.compile(
    r"(?:In|For|From) (?:the|this|that|our|these|an?) (?:\w+ )?(?:examples?|case|study|scenario|instance|figure|diagram)\b(?! of\b)"
)
_CONTEXT = re.compile(r"^\([^()]*\) ")
_EMPTY = re.compile(r"\s?\([^\w()]{0,10}\)")  # a bracket whose figure or link is gone


@dataclass(frozen=True, slots=True)
class Definition:
    """`said` are words of the text; it explains the term certainly, likely or possibly.

    `is_listed`: an entry of a glossary; `is_plural`: it is said of several (`menu costs are ...`).
    """

    reading: int
    first: int
    end: int
    said: str
    strength: int
    is_listed: bool = False
    is_plural: bool = False


def definitions(readings: list[Reading]) -> Iterator[Definition]:
    return (
        found
        for found in _found(readings)
        if not _BROKEN_OFF.search(found.said) and found.said.count("(") <= found.said.count(")")
    )


def _found(readings: list[Reading]) -> Iterator[Definition]:
    named_parts = parts(readings)
    for number, reading in enumerate(readings):
        if reading.sentence.kind == "definition":
            yield from _listed(reading, number)
        elif not reading.sentence.text.rstrip().endswith("?"):
            yield from _short_forms(reading, number)
            if not _EXAMPLE.match(reading.sentence.text):
                yield from _in_clauses(reading, number, named_parts)
            for first, end, said in announced(reading):
                if is_term(reading.text(first, end)):
                    yield Definition(number, first, end, _tidy(said.text), said.strength)
            near = readings[number - 1] if number and _is_near(readings, number) else None
            yield from _named(reading, number, near)
            again = taken_up(reading, near) if near else None
            if again:
                yield Definition(number - 1, *again[:2], _tidy(again[2]), LIKELY)


def _is_near(readings: list[Reading], number: int) -> bool:
    one, other = readings[number - 1].sentence, readings[number].sentence
    is_title = one.kind == "item" and one.text.endswith(":") and other.kind == "item"
    return (one.block == other.block or is_title) and not one.text.endswith("?")


def _listed(reading: Reading, number: int) -> Iterator[Definition]:
    sentence = reading.sentence
    end = sum(start < len(sentence.term) for start in reading.starts)
    first = 1 if end > 1 and reading.tokens[0].lower() in ARTICLES else 0
    said = sentence.meaning
    named = _NAMED_AT_END.match(said)
    if named and named["term"].lower().rstrip("s") == sentence.term.lower().rstrip("s"):
        yield Definition(number, first, end, _tidy(named["said"]), CERTAIN, is_listed=True)
    elif is_remark(reading, end):
        yield from _in_clauses(reading, number, title=sentence.term)
        yield from _named(reading, number, None)
    elif end > first and not (
        is_clause_of_title(reading, first, end)
        or is_told(reading, first, end)
        or _SAYS_NOTHING.search(said)
    ):
        yield Definition(number, first, end, _tidy(said), CERTAIN, is_listed=True)


def _short_forms(reading: Reading, number: int) -> Iterator[Definition]:
    places = {start: at for at, start in enumerate(reading.starts)}
    for short in abbreviations(reading.sentence.text):
        at = places.get(short.short_start)
        long_at = places.get(short.long_start)
        is_adjective = (
            long_at is not None and " " not in short.long and reading.letters[long_at] not in "NLP"
        )
        if at is not None and not is_adjective:
            yield Definition(number, at, at + 1, short.long, CERTAIN)


def _in_clauses(
    reading: Reading, number: int, named_parts: frozenset[str] = frozenset(), title: str = ""
) -> Iterator[Definition]:
    for start in clause_starts(reading):
        found = subject(reading, start)
        if found is None:
            continue
        first, end, context, verb = found
        if reading.tokens[end : end + 1] == (",",):
            yield from _apposed(reading, number, first, end, is_subject=True)
        named = reading.text(first, end).lower()
        is_set_off = named in reading.sentence.set_off
        is_titled = bool(title) and named in title.lower()
        before = reading.tokens[first - 1].lower() if first else ""
        is_told_apart = is_short(reading, first, end) and {"that", "which"} & {
            *reading.tokens[verb:]
        }
        of_any = is_titled or is_set_off or before in ("a", "an") or named in named_parts
        of_any = of_any or bool(is_told_apart)
        said = said_of(reading, verb)
        if said and _is_good(reading, first, end, said, context, of_any=of_any):
            text = reading.text(said.first, _end_of_said(reading, said.first))
            text = _tidy(f"({context}) {text}" if context else text)
            if said.strength > POSSIBLE and _is_named_only(reading, first, end, text):
                continue
            # `An elastic collision is one in which`: the term has the kind in its name.
            whole = text.removeprefix("one ") if end - first > 1 else text
            if said.is_plural and said.strength == POSSIBLE:
                whole = whole.replace(
                    " their ", " the "
                )  # their own (`open their stomata at night`)
            if len(text.split()) > (1 if said.strength > POSSIBLE else 3) and not LEFT_OPEN.search(
                whole
            ):
                strength = CERTAIN if _is_of_any(reading, first, text) else said.strength
                strength = max(strength, LIKELY) if is_titled or is_set_off else strength
                yield Definition(number, first, end, text, strength, is_plural=said.is_plural)


def _end_of_said(reading: Reading, first: int) -> int:
    """Its clause; the next as well where that only begins to tell (`a rare case: people buy more of it when ...`)."""
    end = end_of_clause(reading, first + 1)
    is_begun = reading.tokens[end : end + 1] == (":",) and not KIND_OF.search(
        reading.text(first, end)
    )
    further = end_of_clause(reading, end + 1) if is_begun else end
    return end if FINITE.isdisjoint(reading.letters[end:further]) else further


def _is_named_only(reading: Reading, first: int, end: int, said: str) -> bool:
    """`The graph is a constraint hypergraph`: what one thing is, without what makes it one."""
    is_one = (
        first > 0 and reading.tokens[first - 1].lower() == "the" and reading.letters[first] != "P"
    )
    if said.lower().endswith(reading.tokens[first].lower()) and len(said.split()) < 4:
        return True  # `Runtime refers to container runtime`
    said = _CONTEXT.sub("", said)
    is_everyday = is_one and zipf_frequency(reading.tokens[first], "en") > EVERYDAY
    if is_everyday and end - first == 1 and not GENUS.match(said):
        return True  # `The cost is higher latency from crossing a border`
    is_bare = said.startswith(("a ", "an ", "the ")) and not KIND_OF.search(said)
    is_of_any = first > 0 and reading.tokens[first - 1].lower() in ("a", "an")
    return is_bare and (is_one or len(said.split()) < (3 if is_of_any else 4))


def _is_of_any(reading: Reading, first: int, said: str) -> bool:
    """`A lock is a device that ...`: said of every one, with its kind."""
    before = reading.tokens[first - 1].lower() if first else ""
    return before in ("a", "an") and said.startswith(("a ", "an ")) and bool(KIND_OF.search(said))


def _is_good(
    reading: Reading, first: int, end: int, said: Said, context: str, *, of_any: bool
) -> bool:
    its = reading.tokens[said.first].lower() in ("its", "their")
    if context and "meant" in reading.tokens[end : said.first]:
        return False  # told of one case (`the purchase of a machine meant that ...`)
    is_named = is_term(reading.text(first, end)) or is_word_of_lists(reading, first, end)
    if said.strength == POSSIBLE and not of_any and is_of_some(reading, first, end, said):
        return False
    return (
        is_named
        and is_noun_phrase(reading, first, end, said.strength)
        and (not its or bool(context))
    )


def _apposed(
    reading: Reading, number: int, first: int, end: int, *, is_subject: bool
) -> Iterator[Definition]:
    said = apposed(reading, comma_behind(reading, end, or_else=end - 1), is_subject=is_subject)
    if (
        said
        and is_term(reading.text(first, end))
        and is_noun_phrase(reading, first, end, said.strength)
    ):
        is_plural = reading.letters[end - 1] == "L"
        text = _tidy(said.text)
        yield Definition(number, first, end, text, said.strength, is_plural=is_plural)


def _named(reading: Reading, number: int, before: Reading | None) -> Iterator[Definition]:
    for chunk_first, end in reading.chunks():
        # `several product concepts`
        is_counted = reading.tokens[chunk_first].lower() in NOT_OPENING
        counted = chunk_first + (is_counted and end - chunk_first > 1)
        put_in = inserted(reading, counted, end)
        if put_in and is_term(reading.text(counted, end)):
            yield Definition(number, counted, end, _tidy(put_in.text), put_in.strength)
        is_subject = is_last_subject(reading, chunk_first, end)
        if is_subject or is_object_beside(reading, chunk_first, end):
            behind = reading.letters[chunk_first - 1] if chunk_first else ""
            is_participle = reading.letters[chunk_first] == "E" and behind not in tuple("TUI")
            is_participle = is_participle and end - chunk_first > 1
            first = chunk_first + is_participle
            yield from _apposed(reading, number, first, end, is_subject=is_subject)
        whole = _with_its_of(reading, end)
        for first in range(max(chunk_first, end - LONGEST_TERM), end):
            if reading.tokens[first].lower() in NAMES_WITH:
                continue
            said = named(reading, first, whole, before)
            if said and len(said.text.split()) > 2 and not LEFT_OPEN.search(said.text):
                text, is_kept = _tidy(said.text), whole > end  # `the Bill of Rights`
                yield Definition(number, first, whole, text, said.strength, is_plural=is_kept)
                break


def _with_its_of(reading: Reading, end: int) -> int:
    """The end of `division of labor`, of which the words up to `end` are the first phrase."""
    if reading.text(end, end + 1) != "of":
        return end
    found = (last for first, last in reading.chunks() if first == end + 1)
    last = next(found, end)
    return last if len(reading.tokens[last - 1]) > 1 else end


def _tidy(said: str) -> str:
    said = _CUT_EXAMPLE.sub("", _EMPTY.sub("", said).strip()).strip(' .;,:–—-"“”')
    if said.count("“") != said.count("”"):
        said = re.sub("[“”]", "", said)
    if said.count('"') % 2:
        said = said.replace('"', "")
    if said.count("(") < said.count(")"):
        said = said.rpartition(")")[0] if said.endswith(")") else ""
    return said.removesuffix(", respectively").rstrip("(").strip()
