"""The JSON in what a model says, however it is wrapped and wherever it breaks off."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import pyjson5

# A model that thinks aloud closes its thoughts, and some templates leave the opening out.
_THOUGHTS = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_OPEN_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*", re.DOTALL | re.IGNORECASE)
# A string that breaks off is one too, so that none of its quotes is tried as the next one's beginning.
_STRING_OR_WORD = re.compile(
    r"""("(?:\\.|[^"\\])*+(?:"|\\?\Z)|'(?:\\.|[^'\\])*+(?:'|\\?\Z))"""
    r"""|[“”„]([^“”„"]*)[“”]|\b(?:None|True|False)\b""",
    re.DOTALL,
)
_PYTHONS = {"None": "null", "True": "true", "False": "false"}
_CONTROL = re.compile(r"[\x00-\x1f]")
_OPENING, _BRACKET = re.compile(r"[{\[]"), re.compile(r"[{}\[\]]")
_MEMBER = re.compile(r"""\s*(?:"[^"]*"|'[^']*'|\w+)\s*:\s*[^\s\[{]""")
_CLOSINGS = ("]", "}", "]}", "]}}")
# Objects around a list, and what says there what the list is about.
_DEEPEST = 5
_HEADINGS = ("topic", "topicName", "name", "title")
# Brackets of prose that are tried before the JSON is given up, and how many characters in all are looked through for it.
_TRIED, _LOOKED_THROUGH = 50, 1_000_000

_decoder = json.JSONDecoder(strict=False)


class Found(NamedTuple):
    """Items, the object that their list is in, and how many there were besides that the message breaks off in."""

    items: list[Any]
    holder: Mapping[str, Any]
    lost: int


class NoJson(ValueError):
    """A message that holds none of what was asked for."""


class _List(NamedTuple):
    """`heading`: what stands over it, as the topic of several cards."""

    items: list[Any]
    holder: Mapping[str, Any]
    heading: str = ""


def without_thoughts(content: str) -> str:
    """What is said beside them."""
    return _OPEN_THOUGHT.sub("", _THOUGHTS.sub("", content)).strip()


def items_in(content: str, name: str, *others: str) -> Found:
    """What is in all lists that are called `name`, or something like it; else all items that are there.

    An item without a topic has that of its list, where there are several. Of a message that breaks off, what is whole.
    Raises NoJson.
    """
    names = frozenset(map(str.casefold, (name, *others)))
    named, loose, lost, is_none = list[_List](), list[_List](), 0, False
    for value, cut in _values(_unquoted(_THOUGHTS.sub("", content) or content)):
        found = list(_named(value, names))
        named += found
        loose += [] if found else _loose(value)
        lost += cut
        is_none |= value == []
    lists = named or loose
    if not lists and not is_none:
        raise NoJson
    holder = lists[0].holder if named else {}
    return Found(list(_once(lists)), holder, lost)


def _named(
    value: object, names: frozenset[str], heading: str = "", depth: int = 0
) -> Iterator[_List]:
    """In an object, in those it wraps, and in JSON that it has as text."""
    value = opened(value)
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _named(inner, names, heading, depth + 1)
    elif isinstance(value, Mapping):
        heading = next(
            (value[key] for key in _HEADINGS if isinstance(value.get(key), str)), heading
        )
        lists = [
            found
            for key, inner in value.items()
            if str(key).casefold() in names
            for found in _members(opened(inner), value, heading)
        ]
        yield from [found for found in lists if found.items] or lists[:1]
        if not lists:
            for key, inner in value.items():
                yield from _named(inner, names, str(key), depth + 1)


def _members(value: object, holder: Mapping[str, Any], heading: str) -> Iterator[_List]:
    """Items that are numbered or named, as members of an object, are a list, too."""
    if isinstance(value, str):
        value = [word.strip() for word in value.split(",")]
    if isinstance(value, list):
        yield _List(value, holder, heading)
    elif isinstance(value, Mapping) and value:
        inner = value.values()
        if any(map(_has_objects, inner)):
            lists = {key: items for key, items in value.items() if isinstance(items, list)}
            yield from (_List(items, holder, str(key)) for key, items in lists.items())
        elif all(str(key).strip(". ").isdecimal() for key in value):
            yield _List(list(inner), holder, heading)
        elif all(isinstance(member, Mapping) for member in inner):
            yield _List([{"name": key, **item} for key, item in value.items()], holder, heading)
        elif all(isinstance(member, list) for member in inner):
            named = [{"name": key, "keywords": words} for key, words in value.items()]
            yield _List(named, holder, heading)
        elif all(isinstance(member, str) for member in inner):
            yield _List([list(pair) for pair in value.items()], holder, heading)


def _loose(value: object) -> Iterator[_List]:
    """A list, the lists of an object, or the object as the only item."""
    lists = list(_lists_within(value))
    yield from lists
    items = value if isinstance(value, list) else [value]
    kept = [item for item in items if item and isinstance(item, Mapping | str | list)]
    if kept and not lists:
        yield _List(kept, {})


def _lists_within(value: object, depth: int = 0) -> Iterator[_List]:
    """Those of objects; of an object that has none, those in what it wraps."""
    value = opened(value)
    if isinstance(value, Mapping) and depth <= _DEEPEST:
        lists = {key: inner for key, inner in value.items() if _has_objects(inner)}
        yield from (_List(inner, {}, str(key)) for key, inner in lists.items())
        for inner in () if lists else value.values():
            yield from _lists_within(inner, depth + 1)


def _has_objects(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _once(lists: Sequence[_List]) -> Iterator[Any]:
    """All items; what a list says again of those before it is the same. Known by its words: to compare each with each takes long."""
    before = set[str]()
    for found in lists:
        items = [_item(item, found.heading if len(lists) > 1 else "") for item in found.items]
        said = [repr(item) for item in items]
        yield from (item for item, words in zip(items, said, strict=True) if words not in before)
        before.update(said)


def _item(item: object, heading: str) -> object:
    item = opened(item)
    if isinstance(item, Mapping) and len(item) == 1:
        [(key, inner)] = item.items()
        item = inner if isinstance(inner, Mapping) else item
    return {"topic": heading, **item} if heading and isinstance(item, Mapping) else item


def opened(value: object) -> object:
    """JSON that was written as a text once more."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            inner, end, cut = _whole_part(value.strip())
            return value if cut or value.strip()[end:] else inner
    return value


def _unquoted(content: str) -> str:
    """The whole answer, where it was written as a JSON string."""
    if content.lstrip().startswith('"'):
        with suppress(ValueError, RecursionError):
            return str(_decoder.decode(content.strip()))
    return content


def _values(text: str) -> Iterator[tuple[Any, int]]:
    """Every JSON value that begins at a bracket, and how many items it is cut in.

    Of one that is broken in its middle, those within it, and how many of these are broken, too.
    """
    start = tried = looked_through = 0
    while tried < _TRIED and looked_through < _LOOKED_THROUGH:
        opening = _OPENING.search(text, start)
        if not opening:
            return
        at = opening.start()
        with suppress(ValueError, RecursionError):
            value, start = _decoder.raw_decode(text, at)
            yield value, 0
            continue
        looked_through += len(text) - at
        try:
            value, length, cut = _whole_part(text[at:])
        except ValueError:
            start = at + 1
            if _is_item(text, start):
                yield None, 1
            tried += 1
            continue
        start = at + length
        yield value, cut


def _is_item(text: str, start: int) -> bool:
    """Whether it is no list of items, and no words in brackets, that is broken there: it begins with a member, or has some up to its end."""
    end = _BRACKET.search(text, start)
    inside = text[start : end.start() if end else len(text)]
    has_members = ":" in inside and ('"' in inside or "'" in inside)
    return bool(_MEMBER.match(text, start)) or (has_members and not (end and end[0] in "{["))


def _whole_part(text: str) -> tuple[Any, int, int]:
    """What is whole of a value, where it ends, and how many items it breaks off in. Raises ValueError."""
    text = _as_json5(text)
    rest = iter(text)
    try:
        value = pyjson5.decode_callback(lambda: next(rest, None), some=True)
    except pyjson5.Json5EOF as end:
        if _is_closed(text):
            return end.result, len(text), 0
        _drop_last(end.result)
        return end.result, len(text), 1
    except pyjson5.Json5DecoderException:
        raise ValueError from None
    return value, len(text) - len(list(rest)), 0


def _as_json5(text: str) -> str:
    """JSON as models write it, JavaScript and Python, letter for letter as long: line ends inside strings are spaces."""

    def said(found: re.Match[str]) -> str:
        string = found[1] if found[2] is None else f'"{found[2]}"'
        return _CONTROL.sub(" ", string) if string else _PYTHONS[found[0]]

    return _STRING_OR_WORD.sub(said, text)


def _is_closed(text: str) -> bool:
    """Does it end behind an item, so that only the brackets around the items are missing?"""
    for closing in _CLOSINGS:
        try:
            pyjson5.decode(text + closing)
        except pyjson5.Json5DecoderException:
            continue
        return True
    return False


def _drop_last(value: object) -> None:
    """The open item of the outermost list."""
    while isinstance(value, dict) and value:
        value = value[next(reversed(value))]
    if isinstance(value, list) and value:
        value.pop()
