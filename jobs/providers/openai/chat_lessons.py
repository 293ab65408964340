"""The parts of a lesson, read from a message without trusting the server to keep to any schema.

What is asked for is a list; an item that cannot be read is left out and counted. Each function raises
salvage.NoJson if the message has nothing of what was asked for.
"""

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from jobs.providers.base import Entry, Keywords, Message, Topic
from jobs.providers.openai.salvage import items_in

M = TypeVar("M", bound=BaseModel)


class _Topic(BaseModel):
    topicName: str
    keywords: list[str]


class _Entry(BaseModel):
    keyword: str
    definition: str | None = None
    translation: str | None = None
    exampleTarget: str | None = None
    exampleNative: str | None = None


class _Message(BaseModel):
    speaker: str
    message: str


def keywords_of(content: str) -> tuple[Keywords, int]:
    given, holder, lost = items_in(content, "keywords", "terms")
    terms = tuple(term for term in given if isinstance(term, str))
    subject = holder.get("subject")
    return Keywords(subject if isinstance(subject, str) else "", terms), lost + len(given) - len(
        terms
    )


def topics_of(content: str) -> tuple[list[Topic], int]:
    given, _, lost = items_in(content, "topics")
    read = _readable(given, _Topic)
    return [Topic(t.topicName, tuple(t.keywords)) for t in read], lost + len(given) - len(read)


def vocabulary_of(content: str) -> tuple[list[Entry], int]:
    given, _, lost = items_in(content, "vocabulary", "entries")
    read = _readable(given, _Entry)
    entries = [
        Entry(
            keyword=entry.keyword,
            definition=entry.definition or "",
            translation=entry.translation or "",
            example_target=entry.exampleTarget or "",
            example_native=entry.exampleNative or "",
        )
        for entry in read
    ]
    return entries, lost + len(given) - len(read)


def conversation_of(content: str) -> tuple[list[Message], int]:
    given, _, lost = items_in(content, "conversation", "messages")
    read = _readable(given, _Message)
    return [Message(m.speaker, m.message) for m in read], lost + len(given) - len(read)


def _readable(items: Iterable[object], model: type[M]) -> list[M]:
    read = []
    for item in items:
        try:
            read.append(model.model_validate(item))
        except ValidationError:
            continue
    return read
