"""Reads study text: whatever form it has becomes lines of Markdown, and those become blocks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jobs.study_text import (
    asciidoc,
    columns,
    front_matter,
    html_source,
    laid_out,
    latex,
    org,
    pages,
    plain,
    templates,
)
from jobs.study_text import block as why
from jobs.study_text.block import Block, StudyBlocks
from jobs.study_text.glossary import sign_of
from jobs.study_text.headed import defined_by_headings
from jobs.study_text.labels import without_labels
from jobs.study_text.lines import Line, lines_of
from jobs.study_text.markdown import Marked, marked_parts, unmarked
from jobs.study_text.pairs import paired
from jobs.study_text.paragraphs import blocks_of, tidied
from jobs.study_text.words import capitalised

_CONTENTS = re.compile(r"(?:table of )?contents|inhaltsverzeichnis|índice|sommaire|toc", re.I)
_REFERENCE = re.compile(
    r"\s*(?:\^ |\[\d{1,3}\]|\[[A-Z][\w.+-]{1,20}\]|[A-Z][\w'’-]{1,25}, (?:[A-Z]\.[ ,-]?){1,4})\s?.{0,300}?\b(?:1[5-9]|20)\d\d\b"
)
_CAPTION = re.compile(
    r"(?:fig(?:ure)?|table|tab|photo|image|box|listing)\.?\s?\d{1,3}(?:\.\d{1,3})?[.:]?\s", re.I
)
_LEFT_OUT = {"code": why.CODE, "formula": why.FORMULA, "note": why.NOTES, "matter": why.PAGE}


def read(content: str) -> StudyBlocks:
    lines, taken = pages.without_furniture(list(lines_of(content)))
    lines, settings = front_matter.parted(lines)
    taken = [*taken, *settings]
    lines = templates.without_tags(lines)
    if org.is_org(lines):
        lines = org.markdown(lines)
    elif asciidoc.is_asciidoc(lines):
        lines = asciidoc.markdown(lines)
    lines = columns.unspread(columns.one_by_one(lines))
    if latex.is_latex(content):
        lines = latex.markdown("\n".join(line.text for line in lines), lines)
    if html_source.is_html(content):
        lines = html_source.markdown(lines)
    lines = list(plain.markdown(laid_out.with_lists(pages.unhyphenated(lines))))
    found = defined_by_headings(without_labels(list(paired(list(_blocks(marked_parts(lines)))))))
    found += [
        Block("paragraph", line.text.strip(), line.start, line.end, left_out=why.PAGE)
        for line in taken
    ]
    return StudyBlocks(tuple(found))


def _blocks(parts: Iterator[Marked]) -> Iterator[Block]:
    """Every block under its heading; what stands under `References` and `Contents` is left out."""
    heading, left_out = "", ""
    term: Marked | None = None
    for part in _without_lone_arrows(list(parts)):
        if part.part == "heading":
            title = _title(part)
            left_out = (
                why.REFERENCES
                if plain.NO_STUDY.fullmatch(title)
                else why.CONTENTS
                if _CONTENTS.fullmatch(title)
                else ""
            )
            if title and any(map(str.isalpha, title)):
                heading = heading if left_out else title
                yield _block("heading", title, part.lines, left_out=left_out)
            continue
        if part.part == "term":
            term = part
            continue
        for block in _of(part, term, heading):
            if block.text:
                judged = block.left_out or _judged(block, left_out)
                yield replace(block, heading=heading, left_out=judged)


def _without_lone_arrows(parts: list[Marked]) -> Iterator[Marked]:
    """A point with an arrow says what follows from what, and is read as prose, where no neighbour has a sign."""
    signs = [sign_of(part.lines[0].text) if part.part == "item" else "" for part in parts]
    for number, part in enumerate(parts):
        near = signs[max(0, number - 2) : number] + signs[number + 1 : number + 3]
        is_lone = signs[number] == "arrow" and not any(near)
        yield replace(part, part="text") if is_lone else part


def _title(part: Marked) -> str:
    title = plain.unnumbered(tidied(_joined(part.lines))).strip(" #:*_-–—")
    return capitalised(title)


def _of(part: Marked, term: Marked | None, heading: str) -> Iterator[Block]:
    text = _joined(part.lines)
    if part.part in _LEFT_OUT:
        kind = (
            "formula" if part.part == "formula" else "code" if part.part == "code" else "paragraph"
        )
        yield _block(kind, text, part.lines, left_out=_LEFT_OUT[part.part])  # type: ignore[arg-type]
    elif part.part == "meaning" and term:
        name, meaning = unmarked(_joined(term.lines)), unmarked(text)
        yield replace(
            _block("definition", f"{name}: {meaning}", (*term.lines, *part.lines)),
            term=name,
            meaning=meaning,
        )
    else:
        yield from blocks_of(part, heading)


def _judged(block: Block, left_out: str) -> str:
    """Why nothing is learned from the block, by where it stands and what it looks like."""
    if pages.is_contents(block.text):
        return why.CONTENTS
    if block.kind in ("paragraph", "item") and _REFERENCE.match(block.text):
        return why.REFERENCES
    if block.kind == "paragraph" and _CAPTION.match(block.text) and len(block.text) < 200:
        return why.NOTES
    return "" if left_out == why.CONTENTS and len(block.text) > 150 else left_out


def _block(kind: why.Kind, text: str, lines: Sequence[Line], left_out: str = "") -> Block:
    return Block(kind, " ".join(text.split()), lines[0].start, lines[-1].end, left_out=left_out)


def _joined(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)
