"""What a chat completion says, read without trusting the server to keep to any schema."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError, field_validator, model_validator

from jobs.providers.base import BackSource, Card
from jobs.providers.difficulty import difficulty_of
from jobs.providers.openai import worded
from jobs.providers.openai.salvage import NoJson, items_in, opened
from profiles.content import CARD_FIELDS
from profiles.tables.layout import member_of

# What other servers than OpenAI's call the end of an answer.
_ENDS = {
    **dict.fromkeys(("max_tokens", "max_output_tokens", "model_length"), "length"),
    **dict.fromkeys(("safety", "content-filter", "recitation"), "content_filter"),
}


class Message(BaseModel):
    content: str | None = None
    refusal: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_calls(cls, message: object) -> object:
        """Some models call a function with the answer, though they were given none."""
        if not isinstance(message, Mapping) or message.get("content"):
            return message
        calls = message.get("tool_calls")
        calls = calls if isinstance(calls, list) else [{"function": message.get("function_call")}]
        functions = (call.get("function") for call in calls if isinstance(call, Mapping))
        said = (f.get("arguments") for f in functions if isinstance(f, Mapping))
        texts = [json.dumps(told) if isinstance(told, Mapping) else told for told in said if told]
        return {**message, "content": texts} if texts else message

    @field_validator("content", mode="before")
    @classmethod
    def _joined(cls, content: object) -> object:
        """Some servers send a list of parts, of which the texts are the answer, or what the JSON says."""
        if isinstance(content, Mapping):
            return json.dumps(content)
        if not isinstance(content, list):
            return content if isinstance(content, str) else None
        texts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "".join(text for text in texts if isinstance(text, str))

    @field_validator("refusal", mode="before")
    @classmethod
    def _in_words(cls, refusal: object) -> object:
        return refusal if isinstance(refusal, str) else None


class Choice(BaseModel):
    message: Message
    finish_reason: str | None = None

    @field_validator("finish_reason", mode="before")
    @classmethod
    def _known(cls, reason: object) -> str | None:
        return end_of(reason)


class Completion(BaseModel):
    choices: list[Choice]


def end_of(reason: object) -> str | None:
    """Why an answer ended, in OpenAI's words where they are known."""
    said = reason.casefold() if isinstance(reason, str) else ""
    return _ENDS.get(said, said) or None


class _Draft(BaseModel):
    """Without a front and a back there is no card; of the rest, what is no text counts as absent.

    The validator below comes before the one above it.
    """

    front: str
    back: str
    topic: Any = ""
    difficulty: Any = ""
    example: Any = ""
    pronunciation: Any = ""

    @field_validator("front", "back", mode="before")
    @classmethod
    def _of_several(cls, said: object) -> object:
        """Several words may be meant; numbers are written as ones."""
        if isinstance(said, list):
            return ", ".join(word for word in said if isinstance(word, str)) or None
        return str(said) if isinstance(said, int | float) and not isinstance(said, bool) else said

    @field_validator("*", mode="before")
    @classmethod
    def _in_words(cls, said: object) -> object:
        """A text may be alone in a list or an object."""
        said = opened(said)
        if isinstance(said, Mapping | list) and len(said) == 1:
            [said] = said.values() if isinstance(said, Mapping) else said
        return said


def cards_of(
    content: str, back_source: BackSource, sides: Mapping[str, str] = {}
) -> tuple[list[Card], int]:
    """The cards in a message, and how many of them could not be read. `sides`: what else they may be called, as by their languages.

    Raises salvage.NoJson if the message has nothing of what was asked for.
    """
    try:
        drafts, _, lost = items_in(content, "cards", "flashcards")
    except NoJson:
        drafts, lost = worded.cards_in(content)
        if not (drafts or lost):
            raise
    rows = _rows(drafts, sides)
    cards = [card for row in rows if (card := _card(row, back_source, sides))]
    return cards, lost + len(rows) - len(cards)


def _rows(drafts: list[Any], sides: Mapping[str, str]) -> list[Any]:
    """Lists are the rows of a table, below its header if it has one; without one they begin with front and back."""
    if len(drafts) == 1 and isinstance(drafts[0], list) and isinstance(drafts[0][0], list):
        [drafts] = drafts
    names: list[Any] = ["front", "back"]
    if drafts and isinstance(drafts[0], list):
        header = _by_member({str(name): name for name in drafts[0]}, sides)
        if header.keys() >= set(names):
            names, *drafts = drafts
    return [dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in drafts]


def _by_member(draft: Mapping[str, Any], sides: Mapping[str, str]) -> dict[str, Any]:
    """What is said, by the names that members have with us: the surest names count most."""
    by_part, by_name, exactly = {}, {}, {}
    for name, said in draft.items():
        parts = map(
            str.casefold, re.findall("[A-Z]?[a-z]+", name)
        )  # `example_sentence`, `frontText`
        by_part[next((part for part in parts if part in CARD_FIELDS), "")] = said
        by_name[sides.get(name.casefold()) or member_of(name)] = said
        exactly[name.casefold()] = said
    return by_part | by_name | exactly


def _card(draft: object, back_source: BackSource, sides: Mapping[str, str]) -> Card | None:
    if not isinstance(draft, Mapping):
        return None
    try:
        read = _Draft.model_validate(_by_member({str(k): said for k, said in draft.items()}, sides))
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
