"""Cards as CSV that no spreadsheet runs, and notes as the text that Anki imports."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

COLUMNS = (
    "front", "back", "example", "topic", "subject", "difficulty", "pronunciation", "tags", "noteId",
    "source",
)  # fmt: skip
_ANKI_HEAD = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n"
# Where a spreadsheet would begin a formula (OWASP, CSV injection): at the start of a cell, or behind what another
# country's settings take for the end of one, also within quotes; in full width, too.
_START = r'(^|[,;|\t\n\r])([ "]*)'
_FORMULA = r"(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])"
_RISKY = re.compile(f"{_START}('*){_FORMULA}")
_DEFUSED = re.compile(f"{_START}'('*){_FORMULA}")


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


def anki_text(notes: Iterable[Sequence[str]]) -> str:
    """Notes of any type by their guid, type, and first fields in HTML. The fields that are not given stay as they are."""
    writer = csv.writer(_Line(), delimiter="\t", lineterminator="\n")
    return _ANKI_HEAD + "".join(str(writer.writerow(note)) for note in notes)


def undefused(cell: str) -> str:
    """What `_defused` has put in goes again."""
    return _DEFUSED.sub(r"\1\2\3", cell)


def _defused(cell: str) -> str:
    return _RISKY.sub(r"\1\2'\3", cell)
