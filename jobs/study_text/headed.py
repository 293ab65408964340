"""Glossaries whose terms are headings, each with its meaning in the paragraph below."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from jobs.study_text.block import Block
from jobs.study_text.glossary import is_meaning, is_term

_NAMED = re.compile(r"\b(?:glossary|terminology|key terms|vocabulary|definitions)\b", re.I)
# A sentence that has the heading for its subject (`It is a technique that ...`).
_GOES_ON = re.compile(r"(?:It|This|These|They) (?:is|are) (?=(?:an?|the|any|one) \S+ \S)")
FEWEST, IN_ORDER, WORDS = 4, 8, 60
LOOKED_AT = 4  # blocks at the beginning, one of which says that it is a glossary


def defined_by_headings(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, first paragraphs below a heading as definitions, where the text calls itself a glossary
    or has its terms in alphabetical order."""
    below = [n for n in range(1, len(blocks)) if _is_entry(*blocks[n - 1 : n + 1])]
    going_on = {n for n in below if _GOES_ON.match(blocks[n].text)}
    if not _is_glossary(blocks):
        below = _in_order(blocks, below)
    headings = sum(block.kind == "heading" for block in blocks)
    if len(below) < FEWEST or 2 * len(below) < headings:
        below = []
    entries = {*below, *going_on}
    return [_definition(block) if n in entries else block for n, block in enumerate(blocks)]


def _in_order(blocks: Sequence[Block], below: list[int]) -> list[int]:
    """The entries, without the title of the text, where all but a tenth are in alphabetical order; else none."""
    terms = [blocks[n].heading.casefold() for n in below]
    if terms[1:2] < terms[:1]:
        below, terms = below[1:], terms[1:]
    misplaced = sum(one > other for one, other in pairwise(terms))
    return below if len(terms) >= IN_ORDER and 10 * misplaced <= len(terms) else []


def _is_glossary(blocks: Sequence[Block]) -> bool:
    """A heading that calls itself one has no list of its own below."""
    opening = zip(blocks[:LOOKED_AT], blocks[1 : LOOKED_AT + 1], strict=False)
    return any(
        _NAMED.search(one.text) and following.kind in ("heading", "paragraph")
        for one, following in opening
    )


def _is_entry(heading: Block, below: Block) -> bool:
    is_named = heading.kind == "heading" and not heading.left_out and is_term(heading.text)
    is_said = below.kind == "paragraph" and not below.left_out and is_meaning(below.text)
    return is_named and is_said and 3 < len(below.text.split()) <= WORDS


def _definition(block: Block) -> Block:
    term = block.heading
    subject = rf"(?:An? |The )?{re.escape(term)}s? (?:is|are|means|refers to) (?=\S+ \S)"
    meaning = _GOES_ON.sub("", re.sub(subject, "", block.text, count=1, flags=re.I), count=1)
    return replace(block, kind="definition", text=f"{term}: {meaning}", term=term, meaning=meaning)
