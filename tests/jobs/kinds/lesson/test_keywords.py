import pytest

from jobs.kinds.lesson.keywords import distinct, wanted_count


def test_a_term_within_another_is_a_term_of_its_own():
    terms = ["cell", "stem cell", "cell membrane", "art", "heart", "artery"]

    assert distinct(terms) == terms


def test_spellings_of_one_term_are_one_and_the_first_stays():
    terms = [
        "DNA",
        " dna ",
        "Herzinfarkt",
        "wage-price spiral",
        "wage\u2010price  spiral",
        "ＤＮＡ",
    ]

    assert distinct(terms) == ["DNA", "Herzinfarkt", "wage-price spiral"]


def test_what_is_no_term_is_left_out():
    assert distinct(["", "  ", "x", "42", "1.5", "pH", "心", "y" * 121, "a\x00b"]) == [
        "pH",
        "心",
        "a b",
    ]


@pytest.mark.parametrize(
    ("characters", "counts"), [(10, (5, 20)), (3_000, (20, 50)), (100_000, (50, 100))]
)
def test_a_longer_text_has_more_keywords(characters, counts):
    assert wanted_count(characters) == counts
