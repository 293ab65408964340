"""The rules one flashcard has to pass, whichever engine made it.

A card has a front and a back, clean and of bounded length, and a known difficulty. Its example contains
its front; if not, a sentence of the study text that does is taken instead.
"""

from collections import Counter
from dataclasses import replace

from jobs.kinds.study.text import TEXT_CHARACTERS, StudyText, clean, shortened
from jobs.providers.base import Card
from jobs.providers.difficulty import difficulty_of

FRONT_CHARACTERS = 120
TOPIC_CHARACTERS = 200
NO_TOPIC = "General"

INCOMPLETE = "Incomplete cards left out"
NO_EXAMPLE = "Cards left out because no example contains their term"
EXAMPLE_REPLACED = "Examples replaced by a sentence of the study text"


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
