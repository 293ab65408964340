"""Rows of tables: with pipes, tabs or wide gaps between their cells."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jobs.study_text.block import Block
from jobs.study_text.glossary import is_meaning, is_term, plain_term
from jobs.study_text.lines import Line
from jobs.study_text.markdown import unmarked

_RULE = re.compile(r"[\s|:+=-]{3,}")
_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_CELLS = re.compile(r"\t+| {3,}")
_TERM = re.compile(
    r"(?:key )?(?:terms?|words?|names?|concepts?|vocabulary|expressions?|phrases?|acronyms?|abbreviations?|nouns?|verbs?|entry|component|element|organelle|symbol|english|item|keyword|protocol|device|instrument|tool|method)\b.*",
    re.I,
)
_MEANING = re.compile(
    r".*\b(?:definitions?|meanings?|descriptions?|explanations?|translations?|what (?:it|they) \w+|used for|how it works|stands for|functions?|purpose|english|spanish|german|french|italian|role)\b.*",
    re.I,
)
# Two columns of a kind, neither of which explains the other.
_CONTRASTED = re.compile(
    r"(?:advantages?|pros?|benefits?|strengths?|before|do'?s?|good|wrong|incorrect|true|myth|old|similarit(?:y|ies)|causes?|from|input|question)\b.*",
    re.I,
)
LONGEST_ROW = 2_000


def is_row(lines: Sequence[Line], number: int) -> bool:
    text = lines[number].text.strip()
    if len(text) > LONGEST_ROW:
        return False
    if (
        "\t" in text
        or text.startswith("|")
        and text.count("|") > 1
        or (" | " in text and _has_neighbour(lines, number, "|"))
    ):
        return True
    if not _GAP.search(text):
        return _is_among_rows(lines, number)
    return (
        sum(bool(_GAP.search(line.text.strip())) for line in lines[max(0, number - 2) : number + 3])
        > 2
    )


def _is_among_rows(lines: Sequence[Line], number: int) -> bool:
    """Whether all lines around are rows whose second column this line has reached."""
    text = lines[number].text
    if " " not in text:
        return False
    near = [
        line.text for line in [*lines[max(0, number - 2) : number], *lines[number + 1 : number + 3]]
    ]
    ends = {found.end() for text in near for found in _GAP.finditer(text[:200])}
    return (
        len(ends) == 1 and len(near) > 1 and len(text) > (at := ends.pop()) and text[at - 1] == " "
    )


def _has_neighbour(lines: Sequence[Line], number: int, sign: str) -> bool:
    near = [*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2]]
    return any(sign in line.text for line in near)


def rows(lines: Sequence[Line]) -> Iterator[Block]:
    """The rows of one table; those of a table of terms are definitions."""
    lines = _aligned(lines)
    table = [(line, cells(line.text)) for line in lines if not _RULE.fullmatch(line.text)]
    table = [(line, found) for line, found in table if found]
    if not table:
        return
    has_rule = any(_RULE.fullmatch(line.text) for line in lines)
    head = table[0][1]
    columns = _columns(head)
    is_head = bool(columns) or has_rule
    is_explained = not (has_rule and _CONTRASTED.fullmatch(head[0]))
    if (
        columns is None
        and len(head) == 2
        and is_explained
        and all(len(found) == 2 for _, found in table)
    ):
        columns = (0, 1)
    if (
        columns == (0, 1)
        and not is_head
        and "\t" not in table[0][0].text
        and "|" not in table[0][0].text
    ):
        columns = columns if _are_terms(table) else None
    for number, (line, found) in enumerate(table):
        place = Block("row", " | ".join(found), line.start, line.end)
        if number == 0 and is_head:
            yield replace(place, left_out="heads of tables")
        else:
            yield _definition(place, found, columns) if columns else place


def _aligned(lines: Sequence[Line]) -> Sequence[Line]:
    """Lines in whose place of the second column only one space is left get the gap of the others."""
    starts = Counter(found.end() for line in lines for found in _GAP.finditer(line.text[:200]))
    if not starts:
        return lines
    at, count = starts.most_common(1)[0]
    if 2 * count < len(lines):
        return lines
    return [
        line.with_text(f"{line.text[:at]}  {line.text[at:]}")
        if len(line.text) > at and line.text[at - 1] == " " and not _GAP.search(line.text)
        else line
        for line in lines
    ]


def _are_terms(table: Sequence[tuple[Line, list[str]]]) -> bool:
    """Of columns that only gaps part: whether the second one explains the first."""
    explained = sum(len(found[1].split()) > 2 and not found[1][0].isupper() for _, found in table)
    return len(table) > 2 and explained > 0.6 * len(table)


def cells(text: str) -> list[str]:
    text = text.strip().strip("|")
    parts = re.split(r"(?<!\\)\|", text) if "|" in text else _CELLS.split(text)
    return [unmarked(part.replace("\\|", "|")) for part in parts]


def _columns(head: Sequence[str]) -> tuple[int, int] | None:
    """Which column has the terms, and which their meanings."""
    if any(len(cell.split()) > 5 for cell in head) or len(head) < 2:
        return None
    terms = [n for n, cell in enumerate(head) if _TERM.fullmatch(cell.strip())]
    meanings = [n for n, cell in enumerate(head) if _MEANING.fullmatch(cell.strip())]
    if meanings and (meanings[0] > 0 or terms):
        term = terms[0] if terms else 0
        meaning = next((n for n in meanings if n != term), None)
        return None if meaning is None else (term, meaning)
    return (terms[0], 1) if terms and terms[0] == 0 and len(head) == 2 else None


def _definition(place: Block, found: Sequence[str], columns: tuple[int, int]) -> Block:
    if max(columns) >= len(found):
        return place
    term, meaning = plain_term(found[columns[0]].strip(" :")), found[columns[1]].strip()
    if not term or not is_term(term) or not is_meaning(meaning):
        return place
    return replace(place, kind="definition", text=f"{term}: {meaning}", term=term, meaning=meaning)
