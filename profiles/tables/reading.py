"""A table's rows as cards, or why they are none. No row is lost untold."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import get_args

from profiles.content import CardContent, Difficulty
from profiles.decks import NOTE_TYPE
from profiles.errors import NoCards, TooManyRows
from profiles.tables.cloze import cloze
from profiles.tables.export import undefused
from profiles.tables.layout import Layout, decoded, layout_of
from profiles.tables.markup import Plain, plain
from profiles.tables.records import records

ROWS = 10_000
_LONGEST = {"front": 500, "topic": 200, "subject": 200, "pronunciation": 200, "noteType": 200}
_LONGEST_TEXT = 5000
_LONGEST_TAGS = 1000
_LONGEST_NOTE_ID = 64
# Of a cell as it stands in the file: markup may be much longer than its text. Nothing longer is looked into.
_LONGEST_RAW = 50_000
# What is no field of the note, and never HTML.
_AS_WRITTEN = frozenset(("noteId", "noteType", "subject", "tags", "moreTags"))

_ARCHIVE = b"PK\x03\x04"
_RULE = re.compile(r":?-{3,}:?")

NO_TABLE = "This is JSON, not a table."
PACKAGE = "This is a package, not a table. In Anki, choose Export and then Notes in Plain Text."
BROKEN = "a quotation mark is not closed"
EMPTY = "front or back is empty"
ONLY_MEDIA = "front or back is only a picture or a sound"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as a card, or why it is none. `subject` is empty where the table names none.

    `given`: the members of the card that the row says something of. `media`: pictures and sounds that are left out;
    `without_place`: cells of columns that no card has.
    `is_flat`: Anki wrote it without the HTML that lists and raised signs are made of.
    """

    number: int
    subject: str = ""
    card: CardContent | None = None
    given: frozenset[str] = field(default_factory=frozenset)
    problem: str = ""
    media: int = 0
    without_place: int = 0
    is_flat: bool = False


def read(data: bytes, *, topic: str) -> list[Row]:
    """The rows of a CSV file or an Anki text. `topic` is for rows that name none.

    Raises NoCards, TooManyRows.
    """
    if data.startswith(_ARCHIVE):
        raise NoCards(PACKAGE)
    text = decoded(data)
    if _is_json(text):
        raise NoCards(NO_TABLE)
    layout = layout_of(text)
    rows = list(_rows(text[layout.start :], layout, topic))
    if not any(row.card for row in rows):
        raise NoCards
    return rows


def _is_json(text: str) -> bool:
    """The text, or each of its lines as far as the first one tells."""
    for said in (text, text.lstrip().partition("\n")[0]):
        with suppress(ValueError, RecursionError):
            return isinstance(json.loads(said), dict | list)
    return False


def _rows(text: str, layout: Layout, topic: str) -> Iterator[Row]:
    found = records(text, layout.separator, comments=layout.has_comments)
    for number, record in enumerate(found, 1):
        if number > ROWS:
            raise TooManyRows(f"At most {ROWS} rows are taken at once.")
        if record.is_broken:
            yield Row(number, problem=BROKEN)
        elif not all(_RULE.fullmatch(cell.strip()) for cell in filter(str.strip, record.cells)):
            yield _row(number, record.cells, layout, topic)


def _row(number: int, all_cells: list[str], layout: Layout, topic: str) -> Row:
    cells = layout.named(all_cells)
    placed = [cells[name] for name in cells if name in layout.columns or name not in layout.head]
    without_place = sum(map(_is_said, all_cells)) - sum(map(_is_said, placed))
    long = [name for name, cell in cells.items() if len(cell) > _LONGEST_RAW]
    if long:
        return Row(number, problem=f"{long[0]} is too long")
    cleaned = {
        name: Plain(cell.strip(), 0) if name in _AS_WRITTEN else _cleaned(cell, layout)
        for name, cell in cells.items()
    }
    media = sum(cell.media for cell in cleaned.values())
    texts = {name: cell.text for name, cell in cleaned.items()}
    note_type = texts.get("noteType", "")
    is_ours = not note_type or note_type.startswith(NOTE_TYPE)
    gaps = None if layout.is_ours or (note_type and is_ours) else cloze(texts.get("front", ""))
    if gaps:
        extra = texts.get("back", "")
        texts["back"] = "\n".join(filter(None, ["; ".join(gaps.answers), extra]))
        texts["front"], texts["example"] = gaps.question, gaps.whole
    problem = _problem(texts, media)
    if problem:
        return Row(number, problem=problem, media=media)
    card = _card(texts, topic, is_ours)
    if "noteId" in card and not (is_ours or gaps or media):
        card["noteType"] = note_type
        if layout.is_html:
            card["noteFields"] = [cells["front"].strip(), cells["back"].strip()]
    is_flat = layout.has_comments and not layout.is_html
    given = _given(texts, is_ours)
    subject = texts.get("subject", "")
    return Row(number, subject, card, given, "", media, without_place, is_flat)


def _is_said(cell: str) -> bool:
    return bool(cell.strip())


def _given(texts: Mapping[str, str], is_ours: bool) -> frozenset[str]:
    """What the row says of the card. An empty field says something only where the note is known to have such a field."""
    said = {name for name in ("front", "back", "example", "pronunciation") if name in texts}
    silent = set() if is_ours else {name for name in said if not texts[name]}
    levels = get_args(Difficulty)
    tags = _tags(texts)
    if texts.get("topic") or any(tag not in levels for tag in tags):
        said.add("topic")
    if texts.get("difficulty", "").casefold() in levels or any(tag in levels for tag in tags):
        said.add("difficulty")
    return frozenset(said - silent)


def _cleaned(cell: str, layout: Layout) -> Plain:
    if layout.is_html:
        found = plain(cell)
    else:
        found = Plain((undefused(cell) if layout.is_ours else cell).strip(), 0)
    # Normalising takes the square of a run of accents: only what is short enough to be kept is normalised.
    if len(found.text) > _LONGEST_TEXT:
        return found
    return Plain(unicodedata.normalize("NFC", found.text), found.media)


def _problem(texts: Mapping[str, str], media: int) -> str:
    sides = texts.get("front", ""), texts.get("back", "")
    # Signs that nobody sees make no side.
    if not all(any(c.isprintable() and not c.isspace() for c in side) for side in sides):
        return ONLY_MEDIA if media else EMPTY
    long = [name for name, text in texts.items() if len(text) > _LONGEST.get(name, _LONGEST_TEXT)]
    return f"{long[0]} is too long" if long else ""


def _card(texts: Mapping[str, str], topic: str, is_ours: bool) -> CardContent:
    """Of our own notes, the tags that say difficulty and topic are not the learner's."""
    tags = _tags(texts)
    levels: tuple[Difficulty, ...] = get_args(Difficulty)
    said = [texts.get("difficulty", "").casefold(), *tags]
    subjects = [tag for tag in tags if tag not in levels]
    named = texts.get("topic") or (_as_words(subjects[0]) if subjects else "")
    card = CardContent(
        front=texts["front"],
        back=texts["back"],
        example=texts.get("example", ""),
        topic=named[: _LONGEST["topic"]] or topic,
        difficulty=next((level for word in said for level in levels if level == word), levels[0]),
        pronunciation=texts.get("pronunciation", ""),
    )
    ours = {*levels, card["topic"].replace(" ", "_").casefold()} if is_ours else ()
    if "tags" in texts or tags:
        own = [tag for tag in dict.fromkeys(tags) if tag.casefold() not in ours]
        card["tags"] = " ".join(own)[:_LONGEST_TAGS]
    if texts.get("source"):
        card["source"] = texts["source"]
    if 0 < len(texts.get("noteId", "")) <= _LONGEST_NOTE_ID:
        card["noteId"] = texts["noteId"]
    return card


def _tags(texts: Mapping[str, str]) -> list[str]:
    return [*texts.get("tags", "").split(), *texts.get("moreTags", "").split()]


def _as_words(tag: str) -> str:
    """Anki's tags have no spaces, and `::` between a tag and those below it."""
    return tag.replace("::", ": ").replace("_", " ").strip()
