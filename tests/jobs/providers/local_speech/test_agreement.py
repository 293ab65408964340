"""What the ear for words heard, laid on the text by its sounds."""

import pytest

from jobs.providers.local_speech.agreement import Agreement, agreement
from jobs.providers.local_speech.phones import Pronouncer
from jobs.providers.local_speech.written import written


def agreed(pronouncer: Pronouncer, text: str, heard: str) -> Agreement:
    wanted, words = written(text).words, written(heard).words
    sounds = [[pronouncer.usual(word) for word in some] for some in (wanted, words)]
    return agreement(*sounds, words)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("I have twenty one apples", "I have 21 apples."),
        ("We saw two deer there", "We saw too dear their"),
        ("The colour of the ice cream", "The color of the icecream"),
        ("a cold-hearted man", "A cold hearted man!"),
    ],
)
def test_spelling_does_not_matter(pronouncer: Pronouncer, text: str, heard: str) -> None:
    found = agreed(pronouncer, text, heard)

    assert [place.share for place in found.places] == [1.0] * len(written(text).words)
    assert not any(found.extras)


def test_another_word_lies_in_the_place_of_the_one_that_was_to_be_read(
    pronouncer: Pronouncer,
) -> None:
    found = agreed(pronouncer, "the ship is thick", "the sheep is thick")

    assert [place.share == 1 for place in found.places] == [True, False, True, True]
    assert found.places[1].heard == ["sheep"]


def test_added_words_are_told_where_they_came(pronouncer: Pronouncer) -> None:
    found = agreed(pronouncer, "to every organ", "well, to every single organ there")

    assert found.extras == [["well"], [], ["single"], ["there"]]
    assert [place.share for place in found.places] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("heard", ["", "a fish"])
def test_nothing_of_the_text_may_have_been_heard(pronouncer: Pronouncer, heard: str) -> None:
    assert all(place.share < 0.5 for place in agreed(pronouncer, "many good words", heard).places)
