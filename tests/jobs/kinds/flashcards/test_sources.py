import pytest

from jobs.kinds.flashcards.sources import source_of
from jobs.kinds.study.text import StudyText
from tests.jobs.kinds.scripted import card

CONTENT = "The Heart beats.\n\nA thrombus blocks\nan artery. Plaque  hardens.\n\nNothing here."


def source(draft, content=CONTENT):
    return source_of(draft, StudyText(content))


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


def test_the_page_is_that_of_the_file():
    text = StudyText(CONTENT)

    assert source_of(card("plaque"), text, [0, 18])["page"] == 2
