import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.kinds.study.splitting import split_at_paragraphs


def test_short_text_is_one_part():
    assert split_at_paragraphs("One.\r\n\r\n\r\nTwo.", 100) == ["One.\n\nTwo."]


def test_parts_end_at_paragraphs():
    text = "\n\n".join(["a" * 40, "b" * 40, "c" * 40, "d" * 40])

    assert split_at_paragraphs(text, 100) == [
        "a" * 40 + "\n\n" + "b" * 40,
        "c" * 40 + "\n\n" + "d" * 40,
    ]


def test_parts_are_of_like_size():
    text = "\n\n".join(["word " * 10] * 21)

    assert [len(part) > 400 for part in split_at_paragraphs(text, 1000)] == [True, True]


def test_a_long_paragraph_is_cut_at_sentences():
    assert split_at_paragraphs("First one here. Second one here.", 20) == [
        "First one here.",
        "Second one here.",
    ]


@pytest.mark.parametrize(
    "text", ["x" * 1000, "x " * 500, "漢字。" * 300, "🙂" * 1000, "\n" * 50 + "x"]
)
def test_text_without_paragraphs_is_cut_all_the_same(text):
    parts = split_at_paragraphs(text, 100)

    assert all(0 < len(part) <= 100 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(alphabet="ab. \n。", max_size=400), st.integers(5, 50))
def test_nothing_is_lost_and_nothing_is_too_long(text, limit):
    parts = split_at_paragraphs(text, limit)

    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
