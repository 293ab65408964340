"""A table's text as records: cells between separators, quoted as CSV does. A quote that is never closed costs one record.

The csv module would take everything behind such a quote for one cell. Here a quoted cell ends at a quote that a
separator or the end of a line follows; one that meets the beginning of another quoted cell first was never closed.
Quotes that are closed before the cell ends (`"yes" and "no"`) are its own. No character is looked at more than a few times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

QUOTE = '"'
_OWN_QUOTE = re.compile(r'(?<!\\)"')


@dataclass(frozen=True, slots=True)
class Record:
    """`is_broken`: a quote in it is not closed; then `cells` are what stands on its line."""

    cells: list[str]
    is_broken: bool = False


def records(text: str, separator: str, *, comments: bool = False) -> Iterator[Record]:
    """Each record that is not empty. `text` has `\\n` for its line ends. `comments`: lines that begin with `#` are none."""
    at, unclosed = 0, set[int]()
    # Skipped at once: a file of nothing else has millions.
    empty_lines = re.compile(rf"(?:(?:[^\S\n]|{re.escape(separator)})*+\n)++")
    while at < len(text):
        if skipped := empty_lines.match(text, at):
            at = skipped.end()
            continue
        if comments and text[at] == "#":
            at = _end_of_line(text, at) + 1
            continue
        record, at = _record(text, at, separator, unclosed)
        if any(cell.strip() for cell in record.cells):
            yield record


def _record(text: str, start: int, separator: str, unclosed: set[int]) -> tuple[Record, int]:
    """The record that begins there, and where the next one does."""
    cells: list[str] = []
    at, line_end = start, _end_of_line(text, start)
    while True:
        end = text.find(separator, at, line_end)
        end = line_end if end < 0 else end
        cell = text[at:end]
        if cell.startswith(QUOTE) and cell.count(QUOTE) % 2:
            closing = _closing_quote(text, at + 1, separator, unclosed)
            if closing is None:
                return Record(text[start:line_end].split(separator), is_broken=True), line_end + 1
            cells.append(text[at + 1 : closing].replace(QUOTE * 2, QUOTE))
            at = closing + 1
            line_end = max(line_end, _end_of_line(text, at)) if at > line_end else line_end
        else:
            cells.append(_unquoted(cell))
            at = end
        if not text.startswith(separator, at) or at >= line_end:
            return Record(cells), line_end + 1
        at += len(separator)


def _unquoted(cell: str) -> str:
    """Without the quotes around it, and the spaces around those."""
    bare = cell.strip(" ")
    inner = bare[1:-1]
    # A backslash before a quote is how databases write it.
    is_whole = bare == f"{QUOTE}{inner}{QUOTE}" and not _OWN_QUOTE.search(
        inner.replace(QUOTE * 2, "")
    )
    return inner.replace(QUOTE * 2, QUOTE) if is_whole else cell


def _closing_quote(text: str, at: int, separator: str, unclosed: set[int]) -> int | None:
    """`unclosed`: the quotes from which one was looked for in vain, by this cell and those before it."""
    passed = []
    while (at := text.find(QUOTE, at)) >= 0 and at not in unclosed:
        passed.append(at)
        behind = text[at + 1 : at + 2]
        if behind == QUOTE:
            at += 2
        elif behind in ("", "\n", separator):
            return at
        elif text[at - 1] in ("\n", separator):
            break
        else:
            at += 1
    unclosed.update(passed)
    return None


def _end_of_line(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found
