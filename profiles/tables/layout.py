"""How a table is written: its encoding, its separator, and what its columns are.

Anki's text begins with lines like `#separator:tab` (https://docs.ankiweb.net/importing/text-files.html).
"""

import codecs
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from profiles.decks import NOTE_TYPE
from profiles.errors import NoCards
from profiles.tables.export import COLUMNS
from profiles.tables.records import records
from unilingo.common import languages

# The fields of our own note type, in its order, and what those of another one are taken for.
OUR_FIELDS = ("front", "back", "example", "topic", "difficulty", "pronunciation", "source")
OTHER_FIELDS = ("front", "back", "example")
_FIELD = "field"
UNKNOWN_LETTERS = "The file's letters cannot be told. Save it in UTF-8 (in Excel: CSV UTF-8)."
_ENGLISH = languages.Language("en", "English")
# In UTF-16 there is a zero for each sign of ASCII, so at least one in so many bytes.
_BYTES_OF_ZERO = 50
_SEPARATORS = {
    "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "colon": ":", "space": " ",
}  # fmt: skip
_GUESSED = (",", ";", "\t", "|")
_LOOKED_AT_CHARACTERS = 100_000
_LOOKED_AT_ROWS = 50
# In English, German, French, Spanish, Italian and Portuguese. A row is a header if it names both sides.
_FRONT = """q question term word text expression vorderseite frage begriff wort recto terme mot anverso pregunta palabra
término fronte domanda parola termine frente pergunta palavra termo"""
_BACK = """a answer definition meaning translation rückseite antwort übersetzung bedeutung verso réponse traduction définition
reverso respuesta traducción definición significado retro risposta traduzione definizione resposta tradução definição extra"""
_EXAMPLE = "sentence beispiel beispielsatz exemple phrase ejemplo frase esempio exemplo"
_TOPIC = "category thema kategorie thème catégorie tema categoría categoria argomento"
_WORDS = {
    **dict.fromkeys(_FRONT.split(), "front"),
    **dict.fromkeys(_BACK.split(), "back"),
    **dict.fromkeys(_EXAMPLE.split(), "example"),
    **dict.fromkeys(_TOPIC.split(), "topic"),
    "deck": "subject",
    "guid": "noteId",
    "notetype": "noteType",
    "note type": "noteType",
}
_KEY = re.compile(
    r"#(separator|html|tags|columns|notetype|deck|(?:guid|deck|notetype|tags) column):(.*)",
    re.IGNORECASE,
)
# What spreadsheets begin a table with.
_SEPARATOR_LINE = re.compile(r"sep=(.)\n", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:br|/(?:b|em|i|strong|u|div|p|span|li|ol|ul|sub|sup|ruby|td|font))\b[^<>]{0,200}>|&nbsp;",
    re.IGNORECASE,
)
# Of Western letters at most two with accents stand side by side, besides Windows' quotation marks.
_SIDE_BY_SIDE = re.compile(rb"[\x80-\x90\x98-\xff]{3,}")
_COLUMN = re.compile(r"[1-9][0-9]{0,2}")
_ANKIS_OWN = {"guid": "noteId", "deck": "subject", "notetype": "noteType", "tags": "tags"}


@dataclass(frozen=True, slots=True)
class Layout:
    """`columns`: the name of each, empty for one that is not ours, `field` for a field of a note whose type its row says.

    `start`: where the rows begin; `head`: what Anki's head says for every row; `is_ours`: written by our export.
    """

    separator: str
    columns: tuple[str, ...]
    start: int
    head: Mapping[str, str] = field(default_factory=dict)
    is_html: bool = False
    has_comments: bool = False
    is_ours: bool = False

    def named(self, cells: list[str]) -> dict[str, str]:
        """The cells by their names."""
        rows = list(zip(self.columns, cells, strict=False))
        named = dict(self.head) | {name: cell for name, cell in rows if name and name != _FIELD}
        fields = fields_of(named.get("noteType", ""))
        values = [cell for name, cell in rows if name == _FIELD]
        return dict(zip(fields, values, strict=False)) | named


def fields_of(note_type: str) -> tuple[str, ...]:
    """What the fields of a note of that type are; Anki appends to the name of a type that it has twice."""
    is_other = note_type and not note_type.startswith(NOTE_TYPE)
    return OTHER_FIELDS if is_other else OUR_FIELDS


def decoded(data: bytes) -> str:
    """UTF-8, UTF-16 or Windows-1252, its lines ended by `\\n`. Raises NoCards."""
    text = data.decode(_encoding(data), "replace")
    if "\x00" in text:
        raise NoCards
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    """UTF-16 has zeros in every separator and space; in UTF-8 a damaged letter is one of many, in Windows-1252 each is."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = {"utf-16-be": data[::2].count(0), "utf-16-le": data[1::2].count(0)}
    likely = max(zeros, key=zeros.__getitem__)
    if zeros[likely] > len(data) / _BYTES_OF_ZERO > min(zeros.values()):
        return likely
    letters = [letter for letter in data.decode("utf-8", "replace") if not letter.isascii()]
    if 2 * letters.count("\ufffd") <= len(letters):
        return "utf-8-sig"
    if sum(map(len, _SIDE_BY_SIDE.findall(data))) > sum(byte > 127 for byte in data) / 4:
        raise NoCards(UNKNOWN_LETTERS)
    return "cp1252"


def layout_of(text: str) -> Layout:
    head, start = _head(text)
    if head:
        return _by_head(head, text, start)
    told = _SEPARATOR_LINE.match(text)
    start = told.end() if told else 0
    while text.startswith("#", start):
        line, end = _line(text, start)
        if any(separator in line for separator in _GUESSED):
            break
        start = end
    separator = told[1] if told else _likeliest_separator(_beginning(text, start))
    line, behind = _line(text, start)
    names = _names(line, separator)
    is_ours = "noteId" in names
    is_html = not is_ours and _is_html(text, start)
    if names:
        return Layout(separator, names, behind, is_html=is_html, is_ours=is_ours)
    return Layout(separator, OUR_FIELDS[:4], start, is_html=is_html)


def _head(text: str) -> tuple[dict[str, str], int]:
    """What Anki's head says, its keys in lower case, and where the rows begin; nothing if there is none."""
    head: dict[str, str] = {}
    at = 0
    while text.startswith("#", at):
        line, end = _line(text, at)
        found = _KEY.fullmatch(line)
        if found:
            head[found[1].lower()] = found[2].strip()
        at = end
    return head, at if head else 0


def _by_head(head: Mapping[str, str], text: str, start: int) -> Layout:
    given = head.get("separator", "")
    separator = _SEPARATORS.get(given.lower(), given[:1])
    if separator in ("", "\n", '"'):
        separator = _likeliest_separator(_beginning(text, start))
    columns = _named_columns(head, separator)
    if not columns:
        # Where Anki numbers columns there is no header, whatever words a first row may have.
        is_numbered = any(key.endswith(" column") for key in head)
        names = () if is_numbered else _names(_line(text, start)[0], separator)
        columns = names or _numbered_columns(head)
        start = _line(text, start)[1] if names else start
    said = {"noteType": "notetype", "subject": "deck", "moreTags": "tags"}
    return Layout(
        separator,
        columns,
        start,
        {ours: head[theirs] for ours, theirs in said.items() if head.get(theirs)},
        is_html=head["html"].lower() == "true" if "html" in head else _is_html(text, start),
        has_comments=True,
    )


def _named_columns(head: Mapping[str, str], separator: str) -> tuple[str, ...]:
    names = tuple(map(member_of, head.get("columns", "").split(separator)))
    return names if "front" in names and "back" in names else ()


def _numbered_columns(head: Mapping[str, str]) -> tuple[str, ...]:
    """Anki's own columns by their numbers; all others are fields, in the order of the note's type."""
    own = {}
    for theirs, ours in _ANKIS_OWN.items():
        number = _COLUMN.fullmatch(head.get(f"{theirs} column", ""))
        if number:
            own[int(number[0]) - 1] = ours
    last = max(own, default=0)
    return tuple(own.get(place, _FIELD) for place in range(last + 1 + len(OUR_FIELDS)))


def _likeliest_separator(text: str) -> str:
    """The one by which most rows have the same number of cells, more than one.

    Of those the one that a space follows least, as it follows a comma within a sentence, and that stands least between
    digits, as in a number; else the first in the list.
    """
    return max(_GUESSED, key=lambda separator: _consistency(text, separator))


def _consistency(text: str, separator: str) -> tuple[float, int]:
    found = itertools.islice(records(text, separator), _LOOKED_AT_ROWS)
    rows = [row.cells for row in found if not row.is_broken]
    if not rows:
        return 0.0, 0
    (width, count), *_ = Counter(map(len, rows)).most_common(1)
    between = ((one[-1:] + other[:1]) for cells in rows for one, other in itertools.pairwise(cells))
    joining = sum(both.endswith(" ") or both.isdecimal() for both in between)
    return (count / len(rows), -joining) if width > 1 else (0.0, 0)


def _names(line: str, separator: str) -> tuple[str, ...]:
    """The columns, if the line is a header; else nothing."""
    cells = next((record.cells for record in records(line, separator)), [])
    if len(line) > _LOOKED_AT_CHARACTERS:
        return ()
    names = tuple(map(member_of, cells))
    if len({languages.name_in(cell, _ENGLISH) for cell in cells} - {""}) == len(cells) >= 2:
        names = (*OUR_FIELDS[:2], *[""] * (len(cells) - 2))
    return names if "front" in names and "back" in names else ()


def member_of(name: str) -> str:
    """The member of a card that a column is called after, `Term (English)` too; nothing if it is called after none."""
    word = unicodedata.normalize("NFC", name).split("(")[0].strip(" '\t").casefold()
    return _OURS.get(word, "")


_OURS = {column.casefold(): column for column in COLUMNS} | _WORDS


def _beginning(text: str, start: int) -> str:
    """What is looked at to guess how all is written, in whole lines if there are several."""
    some = text[start : start + _LOOKED_AT_CHARACTERS]
    return some[: some.rindex("\n")] if "\n" in some else some


def _is_html(text: str, start: int) -> bool:
    return bool(_HTML.search(_beginning(text, start)))


def _line(text: str, start: int) -> tuple[str, int]:
    """The line that begins there, and where the next one does."""
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return text[start:end], end + 1
