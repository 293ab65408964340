from collections import Counter

import pytest

from jobs.kinds.flashcards.card import checked
from jobs.kinds.study.text import StudyText, clean, shortened
from jobs.providers.base import Language
from tests.jobs.kinds.scripted import card


def check(draft, text=""):
    remarks = Counter()
    return checked(draft, StudyText(text), remarks), list(remarks)


def test_an_example_may_hold_its_front_in_other_letters():
    kept, remarks = check(card("atrium", example="ATRIUM and ventricle."))

    assert kept.example == "ATRIUM and ventricle."
    assert remarks == []


def test_an_example_without_its_front_is_replaced_by_a_sentence_of_the_text():
    text = "The heartbeat is fast. A sick heart\nbeats slowly. The end."

    kept, remarks = check(card("heart", example="It beats."), text)

    assert kept.example == "A sick heart beats slowly."
    assert remarks == ["Examples taken from your text instead, since they did not show the word"]


def test_a_card_for_which_no_example_is_found_is_left_out():
    kept, remarks = check(card("heart", example="It beats."), "A heartbeat.")

    assert kept is None
    assert remarks == ["Cards left out because their word stands in no sentence of your text"]


def test_a_definition_may_be_in_the_language_that_is_learned():
    text = StudyText("A heart beats.", Language("es", "Spanish"), Language("en", "English"))
    explained = card("heart", back="what pumps the blood of the body", back_source="definition")

    assert checked(explained, text, Counter()).back == explained.back


def test_a_term_is_found_inside_a_sentence_without_spaces():
    kept, _ = check(card("心臓", example="無関係。"), "前の文。私の心臓は強い。")

    assert kept.example == "私の心臓は強い。"


@pytest.mark.parametrize("fields", [{"back": " \x00 "}, {"front": ""}, {"front": "x" * 121}])
def test_a_card_without_front_or_back_is_left_out(fields):
    draft = card(**{"front": "heart", **fields})

    assert check(draft, "A heart.")[0] is None


def test_a_difficulty_in_other_words_is_understood():
    hard = card("heart")
    object.__setattr__(hard, "difficulty", "Hard ")

    assert check(hard)[0].difficulty == "expert"


def test_composed_and_decomposed_letters_are_the_same():
    decomposed = "cafe\u0301"

    assert check(card("caf\u00e9", example=f"Un {decomposed}."))[0].example == "Un caf\u00e9."


def test_text_is_made_fit_for_any_database():
    assert clean(" a\x00b\ud800\n\tc \u200d") == "a b c \u200d"


def test_long_text_is_cut_between_words():
    assert shortened("one two three", 9) == "one two…"
    assert shortened("x" * 20, 5) == "xxxx…"


def test_a_line_of_a_list_in_two_languages_is_an_example():
    pair = "a single ticket - eine einfache Fahrkarte"
    text = StudyText(pair, Language("de", "German"), Language("en", "English"))
    draft = card("single ticket", back="eine einfache Fahrkarte", example=pair)

    assert checked(draft, text, Counter()).example == pair
