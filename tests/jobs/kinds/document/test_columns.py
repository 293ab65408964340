"""The order of what lies on a page, from where each piece of it is."""

import time

import pytest

from jobs.kinds.document.columns import Piece, lines

LONG = "a line of prose as long as its column {}"


def piece(text: str, left: float, top: float, width: float = 300, height: float = 20) -> Piece:
    return Piece(text, left, top, left + width, top + height)


def test_lines_go_from_top_to_bottom_whatever_order_they_were_found_in() -> None:
    assert lines([piece("three", 0, 60), piece("one", 0, 0), piece("two", 0, 30)]) == [
        "one",
        "two",
        "three",
    ]


def test_pieces_at_the_same_height_are_one_line() -> None:
    tilted = [
        piece("pumps", 120, 4, 80),
        piece("The heart", 0, 0, 110),
        piece("blood.", 210, 7, 80),
    ]

    assert lines(tilted) == ["The heart pumps blood."]


def test_a_list_of_words_side_by_side_is_read_row_by_row() -> None:
    pairs = [("Herz", "heart"), ("Lunge", "lung"), ("Leber", "liver"), ("Niere", "kidney")]
    found = [
        piece(word, left, 30 * row, 80)
        for row, pair in enumerate(pairs)
        for word, left in zip(pair, (0, 300), strict=True)
    ]

    assert lines(found) == ["Herz heart", "Lunge lung", "Leber liver", "Niere kidney"]


def test_prose_in_two_columns_is_read_column_by_column_between_full_lines() -> None:
    left = [piece(LONG.format(f"left {n}"), 0, 100 + 30 * n) for n in range(4)]
    right = [piece(LONG.format(f"right {n}"), 340, 103 + 30 * n) for n in range(4)]
    head, foot = piece("A title over all", 0, 40, 640), piece("A note below all", 0, 260, 640)

    found = lines([foot, *right, *left, head])

    assert found == [p.text for p in (head, *left, *right, foot)]


@pytest.mark.parametrize("tilt", [0, 5])
def test_a_long_list_of_short_entries_side_by_side_is_read_row_by_row(tilt: int) -> None:
    found = [
        piece(f"entry {n} of {c}", 200 * c, 24 * n + tilt * c, 120)
        for n in range(9)
        for c in range(2)
    ]

    assert lines(found) == [f"entry {n} of 0 entry {n} of 1" for n in range(9)]


def test_a_page_of_thousands_of_cells_is_read_in_time() -> None:
    cells = [piece(f"cell {row}", 60 * c, 24 * row, 40) for row in range(300) for c in range(10)]
    began = time.process_time()

    assert len(lines(cells)) == 300
    assert time.process_time() - began < 10


def test_an_empty_page_has_no_lines() -> None:
    assert lines([]) == []
