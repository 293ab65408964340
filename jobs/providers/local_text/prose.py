"""The sentences of a study text, each with the heading it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from jobs.study_text import Block, read
from jobs.study_text.glossary import Stated, is_quiz, stated
from jobs.study_text.labels import unlabelled
from jobs.study_text.mark_up import is_left
from jobs.study_text.sentences import sentences as split

Kind = Literal["heading", "item", "sentence", "definition"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`heading` is empty before the first one. Of a definition, `text` is `term: meaning`. `set_off`: words in bold or
    italic type.
    """

    text: str
    kind: Kind
    heading: str
    block: int
    term: str = ""
    meaning: str = ""
    set_off: frozenset[str] = frozenset()


LONGEST_TITLE = 3
# They send the reader elsewhere.
_POINTING = re.compile(
    r"(?:See|Click|Visit|Compare|Cf\.|Read|Turn to|Refer to|Do not forget|Remember to) "
)


def sentences(content: str, language: str = "en") -> list[Sentence]:
    """Without those that have mark-up left, of which nothing good is made."""
    blocks = read(content).learned_from
    found = (one for number, block in enumerate(blocks) for one in _of(block, number, language))
    return [sentence for sentence in found if not is_left(sentence.text)]


def _of(block: Block, number: int, language: str) -> Iterator[Sentence]:
    if block.kind == "definition" and not is_left(block.text):
        first, rest = _defining(block.meaning, language)
        text = f"{block.term}: {first}"
        yield Sentence(text, "definition", block.heading, number, block.term, first, block.set_off)
        yield from _told(rest, "sentence", block, number, language)
    elif block.kind in ("paragraph", "item"):
        kind: Kind = "item" if block.kind == "item" else "sentence"
        yield from _told(block.text, kind, block, number, language)


def _told(text: str, kind: Kind, block: Block, number: int, language: str) -> Iterator[Sentence]:
    for one in split(text, language):
        entry = _entry(one) if kind == "sentence" else None
        if entry:
            said = f"{entry.term}: {entry.meaning}"
            yield Sentence(said, "definition", block.heading, number, *entry[:2], block.set_off)
        elif not (_POINTING.match(one) or is_quiz(one)):
            text = unlabelled(one)
            yield Sentence(text, kind, block.heading, number, set_off=block.set_off)


def _entry(text: str) -> Stated | None:
    """`Dumping: selling abroad below cost.` amid a paragraph."""
    said = stated(text)
    is_short = said is not None and len(said.term.split()) <= LONGEST_TITLE
    return said if said and is_short and said.term and said.sign in ("colon", "equals") else None


def _defining(meaning: str, language: str) -> tuple[str, str]:
    """What an entry says of its term, and the remarks that follow."""
    first = next(split(meaning, language), meaning)
    if len(first.split()) < 4 or not meaning.startswith(first):
        return meaning, ""
    return first, meaning[len(first) :]
