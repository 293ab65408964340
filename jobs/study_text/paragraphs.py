"""A run of lines -> its paragraphs, points, rows and definitions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jobs.study_text import block as why
from jobs.study_text import plain
from jobs.study_text.block import Block, Kind
from jobs.study_text.glossary import UNFINISHED, Stated, sign_of, stated, untitled
from jobs.study_text.lines import Line
from jobs.study_text.markdown import Marked, unmarked
from jobs.study_text.pages import without_citations
from jobs.study_text.tables import is_row, rows

_MID_SENTENCE = re.compile(r"[.!?:;)\]”\"*]\s*$")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*_]{1,60}\1")
_TITLE = re.compile(r"(\*\*|__)([^*_]{1,60})\1(?!\S)")
_SET_OFF = re.compile(r"(?<![\w*_])(\*{1,3}|_{1,3})(?=\w)([^*_\n]{2,60}?)(?<=\w)\1(?![\w*_])")
# Words that have a capital only where a sentence begins, in notes that leave out full stops.
_OPENS_SENTENCE = re.compile(
    r"\s*(?:The|An?|This|These|It|They|In|If|When|For|At|There|We|You) [a-z]"
)
# `Control 3: Output encoding`.
_COUNTED = re.compile(r"^[A-Z][a-z]+ \d{1,2}\s*[:–—-]\s+")
_TIDY = re.compile(r"(?<!\s)\s+([,.;:!?)])(?=\s|$)")
# Signs that prose has as well: what stands before them is a term only in a list of its like.
DOUBTFUL = frozenset(("dash", "glued", "tight", "gap", "bold-only", "equals", "arrow", "dots"))


def blocks_of(part: Marked, heading: str) -> Iterator[Block]:
    lines = [line for line in part.lines if line.text.strip()]
    gathered: list[Line] = []
    table: list[Line] = []
    listed, noted = _listed(lines), _is_noted(lines)
    for number, line in enumerate(lines):
        row = is_row(lines, number)
        if table and not row:
            yield from rows(table)
            table = []
        is_led_to = (
            part.part == "item" and bool(gathered) and gathered[-1].text.rstrip().endswith(":")
        )
        goes_on = is_led_to or bool(gathered) and _continues(gathered[-1].text, line.text)
        goes_on = goes_on and not (noted and _opens_note(gathered[-1].text, line.text))
        if gathered and (row or number in listed or not goes_on):
            yield _paragraph(part, gathered, heading, is_listed=number - len(gathered) in listed)
            gathered = []
        if row:
            table.append(line)
        else:
            gathered.append(line)
    if table:
        yield from rows(table)
    if gathered:
        yield _paragraph(part, gathered, heading, is_listed=len(lines) - len(gathered) in listed)


def _listed(lines: Sequence[Line]) -> set[int]:
    """The lines that begin a definition in a list of definitions: at least two with one sign."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        sign = said.sign if (said := stated(line.text)) else sign_of(line.text)
        if sign and (said or sign not in ("gap", "tight")):
            found.setdefault(sign, []).append(number)
    if _is_noted(lines):
        return {number for numbers in found.values() for number in numbers}
    listed: set[int] = set()
    for sign, numbers in found.items():
        if len(numbers) > 2 and 2 * len(numbers) > len(lines):
            listed.update(numbers)
        elif len(numbers) > 1 or sign not in DOUBTFUL:
            near = (n for n in numbers if n - 1 in numbers and lines[n].text[:1].isupper())
            listed.update(near, (n for n in numbers if _may_begin(lines, n)))
    return listed


def _is_noted(lines: Sequence[Line]) -> bool:
    """Whether most lines state something, with whatever sign, as in notes taken in a hurry."""
    entries = sum(stated(line.text) is not None for line in lines)
    return entries > 2 and 2 * entries > len(lines)


def _opens_note(before: str, line: str) -> bool:
    is_wrapped = len(before) >= plain.WRAPPED_AT and line.lstrip()[:1].islower()
    return not (is_wrapped or _ends_open(before) or before.rstrip().endswith((",", "-")))


def _may_begin(lines: Sequence[Line], number: int) -> bool:
    """Whether the line before is no sentence that goes on in this one."""
    before = lines[number - 1].text if number else ""
    if (
        len(before) >= plain.WRAPPED_AT
        and before[-1].isalnum()
        and lines[number].text[:1].islower()
    ):
        return before[:1].islower() and bool(stated(before))
    return len(before) <= 70 or bool(_MID_SENTENCE.search(before))


def _continues(before: str, line: str) -> bool:
    """Whether `line` goes on with the paragraph, rather than being the next point on a slide."""
    if plain.is_code(before) != plain.is_code(line) or _begins_anew(before, line):
        return False
    if _BOLD_LINE.fullmatch(before.strip()):
        return True
    if _OPENS_SENTENCE.match(line) and before.rstrip()[-1].isalnum() and not _ends_open(before):
        return False
    wrapped = len(before) >= plain.WRAPPED_AT or before.rstrip().endswith((",", "-"))
    return wrapped or _ends_open(before) or line.lstrip()[:1].islower()


def _begins_anew(title: str, line: str) -> bool:
    """Whether `line` has what the one before has set off for its subject (`**Osmosis**`, `Osmosis is ...`)."""
    found = _TITLE.match(title.strip())
    term = found[2].strip(" :").casefold().removesuffix("s") if found else ""
    article, _, after = line.strip(" *_").casefold().partition(" ")
    return bool(term) and (
        f"{article} {after}".startswith(term) or (len(article) < 5 and after.startswith(term))
    )


def _ends_open(line: str) -> bool:
    return line.split()[-1].lower() in UNFINISHED


def _paragraph(part: Marked, lines: Sequence[Line], heading: str, *, is_listed: bool) -> Block:
    raw = " ".join(" ".join(line.text for line in lines).split())
    kind: Kind = "item" if part.part == "item" else "paragraph"
    plain_text = tidied(raw)
    set_off = frozenset(found[2].lower() for found in _SET_OFF.finditer(raw))
    place = Block(kind, plain_text, lines[0].start, lines[-1].end, set_off=set_off)
    if plain.is_code(raw) and all(plain.is_code(line.text) for line in lines):
        return replace(place, kind="code", left_out=why.CODE)
    if not any(map(str.isalnum, plain_text)):
        return replace(place, left_out=why.PAGE)
    said = stated(" ".join(line.text.strip() for line in lines))
    if (
        said
        and (is_listed or kind == "item" or said.sign not in DOUBTFUL)
        and _is_definition(said, kind, is_listed)
    ):
        return _definition(place, said, heading)
    sentence = plain_text if said else untitled(plain_text)
    return place if sentence == plain_text else replace(place, text=sentence)


def _is_definition(said: Stated, kind: Kind, is_listed: bool) -> bool:
    """A sentence of prose with a colon or a dash is none (`The heart - a muscle - beats`)."""
    if said.is_label or kind == "item" and said.sign not in ("tight", "bold-only"):
        return True
    if is_listed and said.sign not in ("colon", "tight"):
        return True
    return said.sign == "bold" or (
        len(said.term.split()) <= 5 and said.sign in ("colon", "tight", "gap")
    )


def _definition(place: Block, said: Stated, heading: str) -> Block:
    term, meaning = tidied(said.term) or _COUNTED.sub("", heading), tidied(said.meaning)
    if not term or not meaning:
        return place
    return replace(place, kind="definition", text=f"{term}: {meaning}", term=term, meaning=meaning)


def tidied(raw: str) -> str:
    return _TIDY.sub(r"\1", without_citations(unmarked(raw))).strip()
