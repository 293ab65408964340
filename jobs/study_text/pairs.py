"""Lists in which terms and their meanings take turns, each a point or a line of its own."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jobs.study_text.block import Block
from jobs.study_text.glossary import is_meaning, is_term
from jobs.study_text.headed import is_phrase

FEWEST, WORDS_OF_TERM = 2, 5
_QUESTION = re.compile(
    r"(?:Q(?:uestion)?\s?\d{0,3}[:.)]\s*)?(?:What (?:is|are|does)|Define|Who (?:is|was)) (?:meant by )?(?:an? |the )?"
    r"(?P<term>[^?:]{2,60}?)(?: mean)?[?.](?:\s*A(?:nswer)?\s?\d{0,3}[:.)]\s*(?P<meaning>\S.{5,400}))?"
)
_ANSWER = re.compile(r"A(?:nswer|ns)?\s?\d{0,3}[:.)]\s*(?P<meaning>\S.{5,400})")


def paired(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks, those of such a list put together as definitions."""
    titled = {n for n in range(len(blocks) - 1) if _is_titled(*blocks[n : n + 2])}
    at = 0
    while at < len(blocks):
        if at in titled and len(titled) >= FEWEST:
            yield _joined(replace(blocks[at], text=_name(blocks[at])), blocks[at + 1])
            at += 2
            continue
        end = at
        answered = _answered(blocks[at], blocks[at + 1] if at + 1 < len(blocks) else None)
        if answered:
            yield answered
            at += 1 + (answered.end > blocks[at].end)
            continue
        while end + 1 < len(blocks) and _is_pair(blocks[end], blocks[end + 1]):
            end += 2
        if end - at >= 2 * FEWEST:
            yield from (_joined(*blocks[n : n + 2]) for n in range(at, end, 2))
            at = end
        else:
            yield blocks[at]
            at += 1


def _is_titled(term: Block, meaning: Block) -> bool:
    """`Osmosis:`, or `Osmosis` in bold type, in a line of its own above what it means."""
    is_set_off = term.text.lower() in term.set_off
    if term.kind != "paragraph" or not (is_set_off or term.text.endswith(":")):
        return False
    if meaning.kind != "paragraph" or term.left_out or meaning.left_out:
        return False
    name, words = _name(term), meaning.text.split()
    is_named = ": " not in name and len(name.split()) <= WORDS_OF_TERM and is_term(name)
    is_said = len(words) > 2 and words[-1][-1] != ":" and is_meaning(meaning.text)
    # Below titles in bold type there are many sentences.
    is_explained = name.lower() not in meaning.text.lower() and is_phrase(meaning.text)
    return is_named and is_said and (is_explained or not is_set_off)


def _name(term: Block) -> str:
    return term.text.rstrip(" :")


def _answered(question: Block, answer: Block | None) -> Block | None:
    """`Q: What is a stoma?` and `A: A pore ...` as a definition; both may stand in one block."""
    found = _QUESTION.fullmatch(question.text)
    said = _ANSWER.fullmatch(answer.text) if found and answer else None
    if found and (found["meaning"] or said):
        meaning = found["meaning"] or (said["meaning"] if said else "")
        pair = replace(question, text=found["term"]), replace(answer or question, text=meaning)
        return _joined(
            *pair if not found["meaning"] else (pair[0], replace(question, text=meaning))
        )
    return None


def _is_pair(term: Block, meaning: Block) -> bool:
    if term.kind != meaning.kind or term.kind not in ("item", "paragraph"):
        return False
    if term.left_out or meaning.left_out or term.heading != meaning.heading:
        return False
    words = meaning.text.split()
    is_named = 0 < len(term.text.split()) <= WORDS_OF_TERM and is_term(term.text)
    is_said = len(words) > max(2, len(term.text.split())) and is_meaning(meaning.text)
    is_other = (
        words[0].lower() != term.text.split()[0].lower()
    )  # `one part for ...`, `one part for ...`
    return is_named and is_said and is_other and term.text[-1] not in ".:" and words[0][0].islower()


def _joined(term: Block, meaning: Block) -> Block:
    return replace(
        term,
        kind="definition",
        text=f"{term.text}: {meaning.text}",
        end=meaning.end,
        term=term.text,
        meaning=meaning.text,
    )
