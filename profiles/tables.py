"""Cards as tables: CSV out, and CSV or Anki's exported text in."""

import csv
import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from profiles.content import CardContent, Difficulty
from profiles.errors import NoCards, TooManyRows

COLUMNS = ("front", "back", "example", "topic", "subject", "difficulty", "pronunciation", "noteId")
ROWS = 10_000
# What a spreadsheet takes for the start of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_SEPARATORS = {
    "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " ",
}  # fmt: skip
_WORDS = {"question": "front", "answer": "back", "term": "front", "definition": "back"}
_ANKI = re.compile(r"#([a-z]+(?: column)?):(.*)")
_LONGEST = {"front": 500, "topic": 200, "subject": 200, "pronunciation": 200}
_LONGEST_TEXT = 5000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table as a card, or why it is none. `subject` is empty where the table names none."""

    number: int
    subject: str = ""
    card: CardContent | None = None
    problem: str = ""


class _Line:
    """What csv.writer writes to: each line is handed on."""

    def write(self, line: str) -> str:
        return line


def csv_lines(cards: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """A CSV file line by line, the columns COLUMNS. A cell that a spreadsheet would run begins with an apostrophe."""
    writer = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for card in cards:
        yield str(writer.writerow([_defused(card[name]) for name in COLUMNS]))


def read(data: bytes, *, topic: str) -> list[Row]:
    """The rows of a CSV file or an Anki text, in UTF-8, UTF-16 or Latin-1. `topic` is for rows that name none.

    Raises NoCards, TooManyRows.
    """
    text = _decoded(data)
    layout = _anki_layout(text) or _csv_layout(text)
    rows: list[Row] = []
    try:
        for number, cells in enumerate(layout.lines(text), 1):
            if number > ROWS:
                raise TooManyRows(f"At most {ROWS} rows are taken at once.")
            if any(cell.strip() for cell in cells):
                rows.append(_row(number, layout.named(cells), topic))
    except csv.Error as error:
        raise NoCards from error
    if not any(row.card for row in rows):
        raise NoCards
    return rows


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a table is written. `columns`: the name of each, empty for one that is not ours; `skipped`: lines before it."""

    separator: str
    columns: list[str]
    skipped: int
    is_html: bool = False

    def lines(self, text: str) -> Iterator[list[str]]:
        rest = io.StringIO(text, newline="")
        for _ in range(self.skipped):
            rest.readline()
        return csv.reader(rest, delimiter=self.separator)

    def named(self, cells: list[str]) -> dict[str, str]:
        clean = _without_html if self.is_html else _without_apostrophe
        return {
            name: clean(cell).strip()
            for name, cell in zip(self.columns, cells, strict=False)
            if name
        }


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    if "\x00" in text:
        raise NoCards
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _anki_layout(text: str) -> _Layout | None:
    """Anki's text begins with lines like `#separator:tab` (https://docs.ankiweb.net/importing/text-files.html)."""
    head: dict[str, str] = {}
    skipped = 0
    for line in io.StringIO(text):
        found = _ANKI.fullmatch(line.rstrip("\n"))
        if not found:
            break
        head[found[1]] = found[2].strip()
        skipped += 1
    if not head and ("\t" not in text.partition("\n")[0] or _names(text.partition("\n")[0], "\t")):
        return None
    given = head.get("separator", "tab")
    separator = _SEPARATORS.get(given.lower(), given[:1] or "\t")
    named = [name.strip() for name in head["columns"].split(separator)] if "columns" in head else []
    columns = [_known(name) for name in named] or _anki_columns(head)
    return _Layout(separator, columns, skipped, head.get("html") == "true")


def _anki_columns(head: Mapping[str, str]) -> list[str]:
    """Columns of Anki's own by their numbers, and the note's fields in the order of our note type in the others."""
    own = {
        int(head[f"{name} column"]) - 1: ours
        for name, ours in (("guid", "noteId"), ("deck", "subject"), ("notetype", ""), ("tags", ""))
        if head.get(f"{name} column", "").isdigit()
    }
    fields = iter(("front", "back", "example", "topic", "difficulty", "pronunciation"))
    return [own[place] if place in own else next(fields, "") for place in range(6 + len(own))]


def _csv_layout(text: str) -> _Layout:
    first = text.partition("\n")[0]
    separator = max(",;\t|", key=first.count)
    columns = _names(first, separator)
    if columns:
        return _Layout(separator, columns, skipped=1)
    return _Layout(separator, ["front", "back", "example", "topic"], skipped=0)


def _names(line: str, separator: str) -> list[str]:
    """The columns, if the line is a header; else nothing."""
    columns = [_known(cell) for cell in next(csv.reader([line], delimiter=separator), [])]
    return columns if "front" in columns and "back" in columns else []


def _known(name: str) -> str:
    word = name.strip().strip("'").casefold()
    ours = {column.casefold(): column for column in COLUMNS} | _WORDS
    return ours.get(word, "")


def _row(number: int, cells: Mapping[str, str], topic: str) -> Row:
    front, back = cells.get("front", ""), cells.get("back", "")
    if not front or not back:
        return Row(number, problem="front or back is empty")
    long = [n for n, value in cells.items() if len(value) > _LONGEST.get(n, _LONGEST_TEXT)]
    if long:
        return Row(number, problem=f"{long[0]} is too long")
    difficulty = cells.get("difficulty", "").casefold()
    card = CardContent(
        front=front,
        back=back,
        example=cells.get("example", ""),
        topic=cells.get("topic", "") or topic,
        difficulty=difficulty if difficulty in get_args(Difficulty) else "beginner",  # type: ignore[typeddict-item]  # it is one of them
        pronunciation=cells.get("pronunciation", ""),
    )
    if 0 < len(cells.get("noteId", "")) <= 64:
        card["noteId"] = cells["noteId"]
    return Row(number, cells.get("subject", ""), card)


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _without_apostrophe(cell: str) -> str:
    """What `_defused` has put before it goes again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _without_html(cell: str) -> str:
    lines = re.sub(r"(?i)<br\s*/?>|</(?:div|p)>", "\n", cell)
    return html.unescape(re.sub(r"<[^>]*>", "", lines))
