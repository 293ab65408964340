"""How a word is said."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jobs.providers.local_speech.phones import Pronouncer
from jobs.providers.local_speech.written import written

WORD_LIKE = st.text(st.sampled_from("AaIiQZzéßÅ0179'’-"), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("we", "w eɪ"),
        ("kyoto", "k j oʊ t oʊ"),
        ("wifi", "w aɪ f aɪ"),
        ("cf", "s i ɛ f"),
        ("KCl", "k eɪ s i ɛ l"),
        ("HTTP's", "eɪ t͡ʃ t i t i p i z"),
        ("Priya’s", "p ɹ i j ə z"),
        ("Nash's", "n æ ʃ ɪ z"),
    ],
)
def test_a_word_that_is_not_listed_is_said_as_in_english(
    pronouncer: Pronouncer, word: str, phones: str
) -> None:
    assert tuple(phones.split()) in [way.phones for way in pronouncer.ways(word, "en-US")]


@given(WORD_LIKE)
@example("JAYME'S book")
@example("Q'ORI")
@example("A'B'C")
@example("É")
@example("MC-DC")
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_stands_for_a_word_has_a_way_to_be_said(pronouncer: Pronouncer, text: str) -> None:
    for word in written(text).words:
        for language in ("en-GB", "en-US"):
            ways = pronouncer.ways(word, language)
            assert ways
            assert all(way.phones for way in ways)
