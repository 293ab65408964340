"""What a chat completion says, read from its JSON without trusting the server to keep to any schema."""

from typing import Any

from pydantic import AliasChoices, BaseModel, Field, ValidationError, field_validator

from jobs.providers.base import BackSource, Card
from jobs.providers.difficulty import difficulty_of
from jobs.providers.openai.salvage import items_in


class Message(BaseModel):
    content: str | None = None
    refusal: str | None = None

    @field_validator("content", mode="before")
    @classmethod
    def _joined(cls, content: object) -> object:
        """Some servers send a list of parts, of which the texts are the answer."""
        if not isinstance(content, list):
            return content
        texts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "".join(text for text in texts if isinstance(text, str))


class Choice(BaseModel):
    message: Message
    finish_reason: str | None = None


class Completion(BaseModel):
    choices: list[Choice]


class _Draft(BaseModel):
    """Without a front and a back there is no card; of the rest, what is no text counts as absent."""

    front: str = Field(validation_alias=AliasChoices("front", "term", "word", "question"))
    back: str = Field(validation_alias=AliasChoices("back", "translation", "definition", "answer"))
    topic: Any = ""
    difficulty: Any = ""
    example: Any = Field("", validation_alias=AliasChoices("example", "sentence"))
    pronunciation: Any = ""

    @field_validator("front", "back", mode="before")
    @classmethod
    def _in_words(cls, said: object) -> object:
        """Numbers are written as ones, and several words may be meant."""
        if isinstance(said, list):
            return ", ".join(word for word in said if isinstance(word, str)) or None
        return str(said) if isinstance(said, int | float) and not isinstance(said, bool) else said


def cards_of(content: str, back_source: BackSource) -> tuple[list[Card], int]:
    """The cards in a message, and how many of them could not be read.

    Raises salvage.NoJson if the message has nothing of what was asked for.
    """
    drafts, _, lost = items_in(content, "cards", "flashcards")
    cards = [card for draft in drafts if (card := _card(draft, back_source))]
    return cards, lost + len(drafts) - len(cards)


def _card(draft: object, back_source: BackSource) -> Card | None:
    try:
        named = (
            {str(k).casefold(): v for k, v in draft.items()} if isinstance(draft, dict) else draft
        )
        read = _Draft.model_validate(named)
    except ValidationError:
        return None
    return Card(
        front=read.front,
        back=read.back,
        topic=_text(read.topic),
        difficulty=difficulty_of(_text(read.difficulty)),
        example=_text(read.example),
        pronunciation=_text(read.pronunciation),
        back_source=back_source,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
