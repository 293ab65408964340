import pytest

from jobs.kinds.flashcards.duplicates import without_duplicates
from tests.jobs.kinds.scripted import card


def kept(*cards):
    left_out = []
    return [c.front for c in without_duplicates(cards, left_out)], len(left_out)


@pytest.mark.parametrize("other", ["heart rates", "Heart-rate", "the heart rate"])
def test_one_front_written_in_two_ways_is_one_card(other):
    assert kept(card("heart rate"), card(other)) == (["heart rate"], 1)


def test_two_cards_with_one_explanation_are_one():
    said = {"back": "the breaking down of rock in place", "back_source": "definition"}

    assert kept(card("weathering", **said), card("decay of rock", **said)) == (["weathering"], 1)


def test_one_word_may_make_another_meaning_and_synonyms_share_a_translation():
    for one, other in (
        ("a rise raises the demand for it", "a rise lowers the demand for it"),
        ("when it exports more than it imports", "when it imports more than it exports"),
    ):
        assert kept(
            card("substitute", back=one, back_source="text"),
            card("complement", back=other, back_source="text"),
        ) == (["substitute", "complement"], 0)
    assert kept(card("buyer", back="cliente"), card("customer", back="cliente"))[1] == 0
