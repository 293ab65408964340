"""What is learned, as jobs hand it over and as answers show it: lessons with their parts, and cards."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NotRequired, cast

from typing_extensions import TypedDict

Difficulty = Literal["beginner", "intermediate", "expert"]


class VocabularyContent(TypedDict):
    keyword: str
    definition: str
    translation: str
    exampleTarget: str
    exampleNative: str


class MessageContent(TypedDict):
    speaker: str
    message: str


class LessonContent(TypedDict):
    """One lesson of a job's result. Languages are names; `exercises` are kept as they come.

    `conversationReason` says why there is no conversation, where there is none; `unusedTerms` are those that it should
    use and does not.
    """

    title: str
    subject: str
    topicName: str
    sourceFileName: str
    nativeLanguage: str
    targetLanguage: str
    vocabulary: list[VocabularyContent]
    conversation: list[MessageContent]
    conversationReason: NotRequired[str]
    unusedTerms: NotRequired[list[str]]
    nativeLanguageCode: NotRequired[str]
    targetLanguageCode: NotRequired[str]
    exercises: NotRequired[list[dict[str, Any]]]


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

    `noteId`: which note it is in Anki, if that is known; `noteType`: of which type, where that is not ours; `tags`: the
    learner's own there; `source`: where in the study text it is from, in words.
    """

    noteId: NotRequired[str]
    source: NotRequired[str]
    noteType: NotRequired[str]
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


def content_hash(content: Mapping[str, Any]) -> str:
    """The same for the same content, however its members are ordered."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
