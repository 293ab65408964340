import pytest

from jobs.kinds.flashcards.duplicates import front_key, standing_in, without_duplicates
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


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("colour", "colors", True),
        ("haemoglobin", "hemoglobin", True),
        ("organisation", "organization", True),
        ("nerve fibre", "nerve fibers", True),
        ("behavioural therapy", "behavioral therapy", True),
        ("hydrogen sulphide", "hydrogen sulfide", True),
        ("customs", "custom", False),
        ("damages", "damage", False),
        ("hour", "hor", False),
        ("promise", "premise", False),
    ],
)
def test_other_spellings_are_one_word_and_other_words_are_not(one, other, are_one):
    assert (front_key(one) == front_key(other)) is are_one


def test_a_short_form_stays_beside_the_card_of_its_long_one():
    short = card("HR", back="heart rate", back_source="text")
    long = card("heart rate", back="how often it beats", back_source="text")

    assert kept(short, long) == (["HR", "heart rate"], 0)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ("TCP", {"tcp", "transmission control protocol"}),
        ("Transmission Control Protocol", {"tcp", "transmission control protocol"}),
        ("color", {"color"}),
        ("custom", set()),
        ("segment", {"segment"}),
    ],
)
def test_what_is_kept_is_found_by_its_other_forms(known, found):
    text = "The Transmission Control Protocol (TCP) orders segments. Customs and colours differ."

    assert set(standing_in(text, [known])) == found
