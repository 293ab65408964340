"""The rules one flashcard has to pass, whichever engine made it.

A card has a front and a back, clean and of bounded length, and a known difficulty. Its example contains
its front; if not, a sentence of the study text that does is taken instead.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from functools import cached_property

from jobs.handlers.splitting import sentences
from jobs.providers.base import Card
from jobs.providers.difficulty import difficulty_of

FRONT_CHARACTERS = 120
TOPIC_CHARACTERS = 200
TEXT_CHARACTERS = 500
NO_TOPIC = "General"

INCOMPLETE = "Incomplete cards left out"
NO_EXAMPLE = "Cards left out because no example contains their term"
EXAMPLE_REPLACED = "Examples replaced by a sentence of the study text"

_UNSPACED_SCRIPT = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


class StudyText:
    """The text a set of cards is made from, to look sentences up in."""

    def __init__(self, content: str) -> None:
        self._content = content

    def sentence_with(self, term: str) -> str:
        """The first sentence that contains `term` as whole words, or an empty string."""
        wanted = re.escape(term.lower())
        if not _UNSPACED_SCRIPT.search(term):
            wanted = rf"(?<!\w){wanted}(?!\w)"
        return next((s for s, lowered in self._sentences if re.search(wanted, lowered)), "")

    @cached_property
    def _sentences(self) -> list[tuple[str, str]]:
        cleaned = (clean(sentence) for sentence in sentences(self._content))
        return [(s, s.lower()) for s in cleaned if len(s) <= TEXT_CHARACTERS]


def checked(draft: Card, text: StudyText, remarks: Counter[str]) -> Card | None:
    """The card as it may be shown, or None if it cannot be mended; `remarks` counts what was done."""
    front, back = clean(draft.front), clean(draft.back)
    if not front or not back or len(front) > FRONT_CHARACTERS:
        remarks[INCOMPLETE] += 1
        return None
    example = clean(draft.example)
    if front.lower() not in example.lower() or len(example) > TEXT_CHARACTERS:
        example = text.sentence_with(front)
        remarks[EXAMPLE_REPLACED if example else NO_EXAMPLE] += 1
    if not example:
        return None
    return replace(
        draft,
        front=front,
        back=shortened(back, TEXT_CHARACTERS),
        topic=shortened(clean(draft.topic), TOPIC_CHARACTERS) or NO_TOPIC,
        difficulty=difficulty_of(draft.difficulty),
        example=example,
        pronunciation=shortened(clean(draft.pronunciation), FRONT_CHARACTERS),
    )


def clean(text: str) -> str:
    """One line in NFC, without control characters and lone surrogates, which no database takes."""
    spaced = (" " if unicodedata.category(c) == "Cc" else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) != "Cs")
    return " ".join(unicodedata.normalize("NFC", kept).split())


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"
