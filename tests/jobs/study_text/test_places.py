"""A card says where it is from, letter for letter."""

import time

import pytest

from jobs.study_text import read
from jobs.study_text.coverage import coverage
from jobs.study_text.places import Places


def quoted(content: str, quote: str, term: str = "") -> str | None:
    place = Places(content, read(content).blocks).of(quote, term)
    return content[place.start : place.end] if place else None


@pytest.mark.parametrize(
    ("content", "quote", "found"),
    [
        ("A. The **cell** is small. B.", "The cell is small.", "The **cell** is small."),
        ("It ﬁlters the com-\nposition. So.", "It filters the composition.", "It ﬁlters the com-\nposition."),
        ("See [the cell](https://e.org/x) here.", "See the cell here.", "See [the cell](https://e.org/x) here."),
        ("The \\emph{heat}~\\cite{a1} flows.", "The heat flows.", "The \\emph{heat}~\\cite{a1} flows."),
        ("<p>A <b>cell</b>&nbsp;grows.</p>", "A cell grows.", "A <b>cell</b>&nbsp;grows."),
        ("Öl ist ÖLIG.", "öl ist ölig", "Öl ist ÖLIG."),
    ],
)  # fmt: skip
def test_a_quotation_is_found_under_its_mark_up(content: str, quote: str, found: str) -> None:
    assert quoted(content, quote) == found


def test_a_sentence_that_the_end_of_a_page_cut_is_found_whole() -> None:
    content = "The kidney filters the blood of the body and\n\n12\n\nregulates the volume of its fluids. Then."
    found = quoted(
        content, "The kidney filters the blood of the body and regulates the volume of its fluids."
    )
    assert found == content.removesuffix(" Then.")


def test_without_its_words_a_card_is_from_the_block_of_its_term() -> None:
    assert (
        quoted("One.\n\nThe cell is small.\n\nTwo.", "never said", "cell") == "The cell is small."
    )
    assert quoted("One.", "never said", "cell") is None


def test_coverage_counts_every_block_once() -> None:
    content = "# Heat\n\nHeat is energy.\n\nIt flows.\n\n```\nx = 1\n```\n"
    told = coverage(read(content), [content.index("energy")])
    assert told["blocks"] == 4
    assert told["used"] == 1
    assert sum(one["count"] for one in told["skipped"]) == 3


def test_finding_takes_time_in_proportion_to_the_text() -> None:
    content = "the cell grows and <b " * 5_000
    started = time.process_time()
    places = Places(content)
    for _ in range(300):
        places.of("the cell grows and the cell never shrinks to the cell of the cells", "cell")
    assert time.process_time() - started < 3
