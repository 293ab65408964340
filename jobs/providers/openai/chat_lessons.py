"""The parts of a lesson, read from a message without trusting the server to keep to any schema.

What is asked for is a list; an item that cannot be read is left out and counted. Each function raises
pydantic.ValidationError if the message is not the JSON that was asked for.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from jobs.providers.base import Entry, Keywords, Message, Topic
from jobs.providers.openai.chat_answers import unfenced

M = TypeVar("M", bound=BaseModel)


class _Keywords(BaseModel):
    subject: str | None = None
    keywords: list[Any]


class _Topics(BaseModel):
    topics: list[Any]


class _Topic(BaseModel):
    topicName: str
    keywords: list[str]


class _Vocabulary(BaseModel):
    vocabulary: list[Any]


class _Entry(BaseModel):
    keyword: str
    definition: str | None = None
    translation: str | None = None
    exampleTarget: str | None = None
    exampleNative: str | None = None


class _Conversation(BaseModel):
    conversation: list[Any]


class _Message(BaseModel):
    speaker: str
    message: str


def keywords_of(content: str) -> tuple[Keywords, int]:
    read = _Keywords.model_validate_json(unfenced(content))
    terms = tuple(term for term in read.keywords if isinstance(term, str))
    return Keywords(read.subject or "", terms), len(read.keywords) - len(terms)


def topics_of(content: str) -> tuple[list[Topic], int]:
    given = _Topics.model_validate_json(unfenced(content)).topics
    read = _readable(given, _Topic)
    return [Topic(t.topicName, tuple(t.keywords)) for t in read], len(given) - len(read)


def vocabulary_of(content: str) -> tuple[list[Entry], int]:
    given = _Vocabulary.model_validate_json(unfenced(content)).vocabulary
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
    return entries, len(given) - len(read)


def conversation_of(content: str) -> tuple[list[Message], int]:
    given = _Conversation.model_validate_json(unfenced(content)).conversation
    read = _readable(given, _Message)
    return [Message(m.speaker, m.message) for m in read], len(given) - len(read)


def _readable(items: Iterable[object], model: type[M]) -> list[M]:
    read = []
    for item in items:
        try:
            read.append(model.model_validate(item))
        except ValidationError:
            continue
    return read
