"""Any bytes are a table or none: nothing else is raised, and the worst take time in proportion to their length."""

import itertools
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.errors import NoCards, TooManyRows
from profiles.models import Flashcard
from profiles.tables import reading
from profiles.tables.markup import plain
from profiles.tables.reading import Row

CHARACTERS = 400_000
SECONDS = 3.0  # of processor time; a quadratic pattern takes minutes

# What Anki's head, CSV and HTML are made of.
GRAMMAR = [
    "#separator:tab\n", "#html:true\n", "#guid column:", "#notetype column:2\n", "#deck:", "#tags:", "#columns:",
    "1\n", "²\n", "999\n", "tab", "\t", ",", ";", "|", '"', '""', "\n", "\r\n", "\r", "'", "=", "<", ">", "</", "<!--", "-->",
    "<b>", "<br>", "<li>", "<ul>", "<ol>", "</ol>", "<td>", "<sup>", "</sup>", "<sub>", "<rt>", "<script>", "</script>",
    "<img alt='", "<img src=x>", "[sound:", "{{c1::", "{{c999::", "}}", "::", "&", "&#", "&#x", "&amp;", "9", "\u0301", "\u0315",
    "front", "back", "a", " ", "\ufeff", "é", "漢", "\x85", "\u2028", "٣",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(GRAMMAR) | st.text(max_size=5), max_size=40).map("".join))
def test_every_text_is_read_or_refused(text: str) -> None:
    _read(text.encode("utf-8", "replace"))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    _read(data)


@pytest.mark.parametrize("head", ["#separator:tab\n#html:true\n", ""], ids=["anki", "csv"])
def test_long_tables_of_one_sign_are_over_soon(head: str) -> None:
    for piece in [
        *GRAMMAR,
        "<a '",
        '<a "',
        "\u0315\u0300",
        "<sup>a",
        "<ul><li>",
        'a,"',
        '"a\n',
        '"""a\n',
        "a\t",
    ]:
        _timed(head, piece)


@pytest.mark.parametrize(
    "filler", ["<", "\u0315" * 9 + "\u0300" * 9, "<li>", "&#9", "{{c1::", '"', "x"]
)
def test_cells_of_the_longest_kind_are_over_soon(filler: str) -> None:
    for length in (5_000, 49_000):
        cell = filler * (length // len(filler))
        _timed("#separator:tab\n#html:true\n#notetype:Cloze\n", f"{cell}\tback\n")


@pytest.mark.parametrize(
    "filler", ["<a", "<a'", '<img "', "<!--", "<li value=1", "<sup>", "&#9", "[sound:"]
)
def test_a_cell_whose_end_makes_another_thing_of_it_is_over_soon(filler: str) -> None:
    """Whatever is opened over and over, and closed nowhere, or only in quotes."""
    began = time.process_time()
    for ending in ("", ">", '">"', "'>'", "-->", "</sup>", "]"):
        plain(filler * (49_000 // len(filler)) + ending)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", ["guid", "deck", "notetype", "tags"])
@pytest.mark.parametrize("length", [65, 201, 5001, 60_000])
def test_long_names_of_ankis_own_columns_are_refused_or_left_out(name: str, length: int) -> None:
    _read(f"#separator:tab\n#{name} column:1\n{'x' * length}\tfront\tback\na\tb\tc\n".encode())
    _read(f"#separator:tab\n#{name}:{'x' * length}\nfront\tback\na\tb\n".encode())


@pytest.mark.parametrize("line", ["\n", ",\n", " \t\n"])
def test_millions_of_empty_lines_are_skipped_at_once(line: str) -> None:
    """Two seconds and more where each is looked at by itself."""
    data = ("front,back\n" + line * (2_000_000 // len(line)) + ",b\na,b\n").encode()
    began = time.process_time()
    first, second = reading.read(data, topic="General")
    assert time.process_time() - began < 1.0
    assert (first.problem, second.card and second.card["back"]) == (reading.EMPTY, "b")


def _timed(head: str, piece: str) -> None:
    rows = "".join(itertools.repeat(piece, CHARACTERS // len(piece)))
    began = time.process_time()
    _read((head + "a\tb\n" + rows).encode()[:CHARACTERS])
    assert time.process_time() - began < SECONDS, repr(piece[:20])


def _read(data: bytes) -> None:
    try:
        rows = reading.read(data, topic="General")
    except (NoCards, TooManyRows):
        return
    for row in rows:
        assert bool(row.card) != bool(row.problem)
        _fits(row)


def _fits(row: Row) -> None:
    """PostgreSQL takes nothing that is longer than its column."""
    card: dict[str, Any] = dict(row.card or {}) | {"subject": row.subject}
    columns = {"subject": "subject", "topic": "topic", "noteId": "note_id", "noteType": "note_type"}
    for name, column in columns.items():
        limit = Flashcard._meta.get_field(column).max_length
        assert len(card.get(name, "")) <= limit, name
