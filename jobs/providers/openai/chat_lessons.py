"""The parts of a lesson, read from a message without trusting the server to keep to any schema.

What is asked for is a list; an item that cannot be read is left out and counted. Each function raises
salvage.NoJson if the message has nothing of what was asked for.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from jobs.providers.base import Entry, Keywords, Message, Topic
from jobs.providers.openai.salvage import items_in

T = TypeVar("T")
_Told = Mapping[str, object]

_TERM = ("keyword", "term", "word", "name")


def keywords_of(content: str) -> tuple[Keywords, int]:
    given, holder, lost = items_in(content, "keywords", "terms")
    terms, unread = _readable(given, lambda told: _text(told, *_TERM), "keyword")
    subject = holder.get("subject")
    return Keywords(subject if isinstance(subject, str) else "", tuple(terms)), lost + unread


def topics_of(content: str) -> tuple[list[Topic], int]:
    given, _, lost = items_in(content, "topics")
    topics, unread = _readable(given, _topic, "")
    return topics, lost + unread


def vocabulary_of(content: str) -> tuple[list[Entry], int]:
    given, _, lost = items_in(content, "vocabulary", "entries")
    entries, unread = _readable(given, _entry, "")
    return entries, lost + unread


def conversation_of(content: str) -> tuple[list[Message], int]:
    given, _, lost = items_in(content, "conversation", "messages")
    lines = (": ".join(map(str, line)) if isinstance(line, list) else line for line in given)
    messages, unread = _readable(lines, _message, "line")
    return messages, lost + unread


def _topic(told: _Told) -> Topic | None:
    name, given = _text(told, "topicname", "topic", "title", "name"), told.get("keywords")
    if isinstance(given, str):
        given = [word.strip() for word in given.split(",")]
    if not name or not isinstance(given, list):
        return None
    keywords, _ = _readable(given, lambda item: _text(item, *_TERM), "keyword")
    return Topic(name, tuple(keywords))


def _entry(told: _Told) -> Entry | None:
    keyword = _text(told, *_TERM)
    if not keyword:
        return None
    return Entry(
        keyword=keyword,
        definition=_text(told, "definition", "meaning", "explanation") or "",
        translation=_text(told, "translation") or "",
        example_target=_text(told, "exampletarget", "example", "sentence") or "",
        example_native=_text(told, "examplenative", "exampletranslation") or "",
    )


def _message(told: _Told) -> Message | None:
    speaker = _text(told, "speaker", "role", "name") or ""
    message = _text(told, "message", "text", "content")
    if len(told) == 1 and message is None:
        [(speaker, line)] = told.items()
        message = line if isinstance(line, str) else None
        if speaker == "line" and message:
            speaker, _, message = message.partition(":")
    return Message(speaker, message) if speaker and message is not None else None


def _text(told: _Told, *names: str) -> str | None:
    said = (told.get(name) for name in names)
    return next((text for text in said if isinstance(text, str)), None)


def _readable(
    items: Iterable[object], read: Callable[[_Told], T | None], only: str
) -> tuple[list[T], int]:
    """What can be read of the items, and how many cannot. `only`: the member that an item of mere words is, or a pair begins with."""
    found, unread = [], 0
    for item in items:
        word = item[0] if isinstance(item, list) and item else item
        told = {only: word} if only and isinstance(word, str) else item
        folded = _folded(told) if isinstance(told, Mapping) else {}
        value = read(folded) if folded else None
        if value:
            found.append(value)
        else:
            unread += 1
    return found, unread


def _folded(told: _Told) -> _Told:
    """`exampleTarget`, `Example target` and `example_target` are one."""
    return {"".join(filter(str.isalnum, name)).casefold(): said for name, said in told.items()}
