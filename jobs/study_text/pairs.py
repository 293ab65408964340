"""Lists in which terms and their meanings take turns, each a point or a line of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from jobs.study_text.block import Block
from jobs.study_text.glossary import is_meaning, is_term

FEWEST, WORDS_OF_TERM = 2, 5


def paired(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, those of such a list put together as definitions."""
    at = 0
    while at < len(blocks):
        end = at
        while end + 1 < len(blocks) and _is_pair(blocks[end], blocks[end + 1]):
            end += 2
        if end - at >= 2 * FEWEST:
            yield from (_joined(*blocks[n : n + 2]) for n in range(at, end, 2))
            at = end
        else:
            yield blocks[at]
            at += 1


def _is_pair(term: Block, meaning: Block) -> bool:
    if term.kind != meaning.kind or term.kind not in ("item", "paragraph"):
        return False
    if term.left_out or meaning.left_out or term.heading != meaning.heading:
        return False
    words = meaning.text.split()
    is_named = 0 < len(term.text.split()) <= WORDS_OF_TERM and is_term(term.text)
    is_said = len(words) > max(2, len(term.text.split())) and is_meaning(meaning.text)
    return is_named and is_said and term.text[-1] not in ".:" and words[0][0].islower()


def _joined(term: Block, meaning: Block) -> Block:
    return replace(
        term,
        kind="definition",
        text=f"{term.text}: {meaning.text}",
        end=meaning.end,
        term=term.text,
        meaning=meaning.text,
    )
