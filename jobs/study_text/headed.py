"""Glossaries whose terms are headings, each with its meaning in the paragraph below."""

import re
from collections.abc import Sequence
from dataclasses import replace

from jobs.study_text.block import Block
from jobs.study_text.glossary import is_meaning, is_term

_NAMED = re.compile(r"\b(?:glossary|terminology|key terms|vocabulary|definitions)\b", re.I)
FEWEST, WORDS = 4, 60
LOOKED_AT = 4  # blocks at the beginning, one of which says that it is a glossary


def defined_by_headings(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, first paragraphs below a heading as definitions, where the text calls itself a glossary."""
    below = {
        number for number in range(1, len(blocks)) if _is_entry(*blocks[number - 1 : number + 1])
    }
    headings = sum(block.kind == "heading" for block in blocks)
    if len(below) < FEWEST or 2 * len(below) < headings or not _is_glossary(blocks):
        return list(blocks)
    return [_definition(block) if n in below else block for n, block in enumerate(blocks)]


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
    meaning = re.sub(subject, "", block.text, count=1, flags=re.I)
    return replace(block, kind="definition", text=f"{term}: {meaning}", term=term, meaning=meaning)
