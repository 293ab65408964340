"""What a chat completion says, read from its JSON without trusting the server to keep to any schema."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from jobs.providers.base import BackSource, Card, Usage
from jobs.providers.difficulty import difficulty_of

_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL)


class Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class Choice(BaseModel):
    message: Message
    finish_reason: str | None = None


class Completion(BaseModel):
    choices: list[Choice]


class _Draft(BaseModel):
    front: str
    back: str
    topic: str | None = None
    difficulty: str | None = None
    example: str | None = None
    pronunciation: str | None = None


class _Drafts(BaseModel):
    cards: list[Any]


def usage_of(body: Mapping[str, Any]) -> Usage | None:
    """What the provider counted, None if it did not say. Broken figures count as nothing."""
    usage = body.get("usage")
    if not isinstance(usage, Mapping):
        return None
    return Usage(
        input_tokens=_count(usage, "prompt_tokens"),
        output_tokens=_count(usage, "completion_tokens"),
        cached_tokens=_count(usage.get("prompt_tokens_details"), "cached_tokens"),
        reasoning_tokens=_count(usage.get("completion_tokens_details"), "reasoning_tokens"),
        # The tier changes the price, the snapshot explains a changed answer.
        raw={**usage, "model": body.get("model"), "service_tier": body.get("service_tier")},
    )


def unfenced(content: str) -> str:
    """The JSON in a message, which some servers put between fences."""
    fenced = _FENCED.fullmatch(content)
    return fenced[1] if fenced else content


def cards_of(content: str, back_source: BackSource) -> tuple[list[Card], int]:
    """The cards in a message, and how many of them could not be read.

    Raises pydantic.ValidationError if the message is not the JSON that was asked for.
    """
    drafts = _Drafts.model_validate_json(unfenced(content)).cards
    cards = [card for draft in drafts if (card := _card(draft, back_source))]
    return cards, len(drafts) - len(cards)


def _card(draft: object, back_source: BackSource) -> Card | None:
    try:
        read = _Draft.model_validate(draft)
    except ValidationError:
        return None
    return Card(
        front=read.front,
        back=read.back,
        topic=read.topic or "",
        difficulty=difficulty_of(read.difficulty or ""),
        example=read.example or "",
        pronunciation=read.pronunciation or "",
        back_source=back_source,
    )


def _count(counts: object, name: str) -> int:
    value = counts.get(name) if isinstance(counts, Mapping) else None
    return value if isinstance(value, int) and value >= 0 else 0
