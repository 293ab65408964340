"""What is learned, as jobs hand it over and as answers show it: lessons with their parts, and cards."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, cast

from pydantic import Field
from typing_extensions import TypedDict

from unilingo.common.shapes import Timestamp, one_of

SPEAKERS = ("Assistant", "User")
Difficulty = Literal["beginner", "intermediate", "expert"]


class LessonEntry(TypedDict):
    keyword: str
    definition: Annotated[str, Field(description="in the target language")]
    translation: str
    exampleTarget: str
    exampleNative: str


class LessonMessage(TypedDict):
    speaker: Annotated[str, one_of(SPEAKERS)]
    message: str


class Cloze(TypedDict):
    """A sentence with a gap, `____`, and the terms of which one fills it."""

    type: Literal["cloze"]
    sentence: str
    choices: list[str]
    answer: str


class MatchingPair(TypedDict):
    keyword: str
    meaning: str


class Matching(TypedDict):
    """`pairs` belong together; `meanings` are the same in another order."""

    type: Literal["matching"]
    pairs: list[MatchingPair]
    meanings: list[str]


class Ordering(TypedDict):
    """The steps of the text, or the words of a sentence, in another order; `answer` has them joined by spaces."""

    type: Literal["ordering"]
    words: list[str]
    answer: str


Exercise = Cloze | Matching | Ordering


class LessonHead(TypedDict):
    """Languages by their names and codes."""

    title: str
    subject: str
    topicName: str
    sourceFileName: str
    nativeLanguage: str
    nativeLanguageCode: str
    targetLanguage: str
    targetLanguageCode: str


def _columns(names: Iterable[str], **others: str) -> dict[str, str]:
    """By the member of a body, the column that keeps it: `exampleTarget` is kept in `example_target`."""
    return {name: re.sub("[A-Z]", lambda c: f"_{c[0].lower()}", name) for name in names} | others


ENTRY_COLUMNS = _columns(LessonEntry.__annotations__)
HEAD_COLUMNS = _columns(LessonHead.__annotations__, topicName="topic")


def lesson_entry(kept: object) -> LessonEntry:
    """Of what has these columns: a row, or what an engine has made."""
    return cast(LessonEntry, {name: getattr(kept, at) for name, at in ENTRY_COLUMNS.items()})


class LessonBody(TypedDict):
    vocabulary: list[LessonEntry]
    conversation: list[LessonMessage]
    conversationReason: NotRequired[Annotated[str, Field(description="why there is none")]]
    exercises: list[Exercise]


class JobLesson(LessonHead, LessonBody):
    """A lesson of a job's result; `id` and `createdAt` are those of the lesson that is kept."""

    unusedTerms: NotRequired[Annotated[list[str], Field(description="not in the conversation")]]
    id: NotRequired[str]
    createdAt: NotRequired[Timestamp]


class CardFields(TypedDict):
    """What a card says. `example` is in the language that is learned and contains `front`.

    A member that is added here is validated, kept (it needs its column), answered, and in the OpenAPI document.
    """

    front: str
    back: str
    topic: str
    difficulty: Difficulty
    example: str
    pronunciation: str


CARD_FIELDS = tuple(CardFields.__annotations__)
CARD_TEXTS = tuple(name for name in CARD_FIELDS if name != "difficulty")


class CardContent(CardFields):
    """A card as it comes and goes.

    `noteId`: which note it is in Anki, if that is known; `noteType`: of which type, where that is not ours; `noteFields`:
    its two sides there, in HTML; `tags`: the learner's own there; `source`: where in the study text it is from, in words.
    """

    noteId: NotRequired[str]
    source: NotRequired[str]
    noteType: NotRequired[str]
    noteFields: NotRequired[list[str]]
    tags: NotRequired[str]


@dataclass(frozen=True, slots=True)
class DeckCard:
    """A card for a deck file, and when it was made and edited; None: never."""

    content: CardContent
    made_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class JobCards:
    """The cards that a job has made, and the subject that it was asked for."""

    subject: str
    cards: list[CardContent]


def made_cards(result: Mapping[str, Any]) -> list[CardContent]:
    """The cards in a job's result."""
    cards = [{**card, "source": _in_words(card.get("source"))} for card in result["flashcards"]]
    return cast(list[CardContent], cards)


def _in_words(source: Mapping[str, Any] | None) -> str:
    if source is None:
        return ""
    page = f" (page {source['page']})" if "page" in source else ""
    return f"“{source['quote']}”{page}"
