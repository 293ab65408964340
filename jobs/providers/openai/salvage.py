"""The JSON in what a model says, however it is wrapped and wherever it breaks off."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import jiter

# A model that thinks aloud closes its thoughts, and some templates leave the opening out.
_THOUGHTS = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
# A string that breaks off is one too, so that none of its quotes is tried as the next one's beginning.
_STRING_OR_COMMA = re.compile(r'("(?:\\.|[^"\\])*+(?:"|\\?\Z))|,(?=\s*[}\]])', re.DOTALL)
_OPENING = re.compile(r"[{\[]")
_CLOSINGS = ("", "]", "}", "]}", "]}}")
# Brackets of prose that are tried before the JSON is given up.
_TRIED = 50

_decoder = json.JSONDecoder(strict=False)


class Found(NamedTuple):
    """Items, the object that their list is in, and how many there were besides that the message breaks off in."""

    items: list[Any]
    holder: Mapping[str, Any]
    lost: int


class NoJson(ValueError):
    """A message that holds none of what was asked for."""


def items_in(content: str, name: str, *others: str) -> Found:
    """The list that is called `name`, or something like it; else all items that are there.

    Of a message that breaks off, what is whole. Raises NoJson.
    """
    loose, lost = list[Any](), 0
    for value, cut in _values(_THOUGHTS.sub("", content) or content):
        for holder in _holders(value):
            found = _list_of(holder, (name, *others))
            if found is not None:
                return Found(found, holder, cut)
        lost += cut
        items = value if isinstance(value, list) else [value]
        loose += [item for item in items if item and isinstance(item, Mapping | str)]
        if value == []:
            return Found([], {}, cut)
    if not loose:
        raise NoJson
    return Found(loose, {}, lost)


def _holders(value: object) -> Iterator[Mapping[str, Any]]:
    """The object itself, and those it wraps."""
    if isinstance(value, Mapping):
        yield value
        yield from (inner for inner in value.values() if isinstance(inner, Mapping))


def _list_of(holder: Mapping[str, Any], names: Sequence[str]) -> list[Any] | None:
    """Items that are numbered or named, as members of an object, are a list, too."""
    folded = {str(key).casefold(): value for key, value in holder.items()}
    for value in (folded.get(name.casefold()) for name in names):
        if isinstance(value, list):
            return value
        if isinstance(value, Mapping) and all(isinstance(v, Mapping) for v in value.values()):
            return list(value.values())
    return None


def _values(text: str) -> Iterator[tuple[Any, int]]:
    """Every JSON value that begins at a bracket, and how many items it is cut in."""
    start = 0
    for _ in range(_TRIED):
        opening = _OPENING.search(text, start)
        if not opening:
            return
        try:
            value, start, cut = _value_at(text, opening.start())
        except (ValueError, RecursionError):
            start = opening.end()
            continue
        yield value, cut


def _value_at(text: str, start: int) -> tuple[Any, int, int]:
    """The value, where it ends, and how many items it is cut in. Raises ValueError."""
    try:
        return *_decoder.raw_decode(text, start), 0
    except ValueError:
        mended = _STRING_OR_COMMA.sub(lambda found: found[1] or "", text[start:])
    try:
        # Where it ends is not known in `text`: nothing behind it is looked at.
        return _decoder.raw_decode(mended)[0], len(text), 0
    except ValueError:
        value, cut = whole_part(mended)
        return value, len(text), cut


def whole_part(text: str) -> tuple[Any, int]:
    """What is whole of a value that breaks off, and how many items it breaks off in. Raises ValueError."""
    text = _escaped(text.rstrip().rstrip(","))
    value = jiter.from_json(text.encode("utf-8", "replace"), partial_mode="trailing-strings")
    if _is_closed(text):
        return value, 0
    _drop_last(value)
    return value, 1


def _is_closed(text: str) -> bool:
    """Does it end behind an item, so that only the brackets around the items are missing?"""
    for closing in _CLOSINGS:
        try:
            jiter.from_json((text + closing).encode("utf-8", "replace"))
        except ValueError:
            continue
        return True
    return False


def _drop_last(value: object) -> None:
    """The open item of the outermost list."""
    while isinstance(value, dict) and value:
        value = value[next(reversed(value))]
    if isinstance(value, list) and value:
        value.pop()


def _escaped(text: str) -> str:
    """Line ends and tabs inside strings, which JSON wants written as escapes, as spaces."""
    return _STRING_OR_COMMA.sub(
        lambda found: re.sub(r"[\x00-\x1f]", " ", found[0]) if found[1] else found[0], text
    )
