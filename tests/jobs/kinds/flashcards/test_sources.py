import pytest

from jobs.kinds.flashcards.sources import coverage, source_of
from jobs.kinds.study.text import StudyText
from tests.jobs.kinds.scripted import card

CONTENT = "The Heart beats.\n\nA thrombus blocks\nan artery. Plaque  hardens.\n\nNothing here."


def source(draft, content=CONTENT):
    return source_of(draft, content, StudyText(content))


@pytest.mark.parametrize(
    ("fields", "quote"),
    [
        ({"example": "A thrombus blocks an artery."}, "A thrombus blocks\nan artery."),
        ({"example": "Made up: a thrombus."}, "A thrombus blocks\nan artery."),
        ({"quote": "Plaque hardens."}, "Plaque  hardens."),
        ({"quote": "Never said of a thrombus."}, "A thrombus blocks\nan artery."),
    ],
)
def test_a_quote_stands_letter_for_letter_in_the_text(fields, quote):
    found = source(card("thrombus", **fields))

    assert found["quote"] == quote == CONTENT[found["start"] : found["end"]]


def test_a_card_of_which_nothing_stands_in_the_text_has_no_source():
    assert source(card("Gerinnsel")) is None


def test_coverage_counts_the_paragraphs_that_cards_are_from():
    sources = [source(card(front)) for front in ("heart", "thrombus", "plaque")]

    assert coverage(CONTENT, sources) == {
        "blocks": 3,
        "used": 2,
        "skipped": [{"reason": "no card is from here", "count": 1}],
    }
