"""The topics: the text's headings, or parts of it named after their main term."""

from collections import Counter

import pytest

from jobs.providers.local_text.model import LocalTextModel
from tests.jobs.providers.local_text.study import SEEN, UNSEEN, request, study_text


def topics(model: LocalTextModel, content: str) -> Counter[str]:
    return Counter(card.topic for card in model.cards(request(content)).value)


def test_headings_are_the_topics(model: LocalTextModel) -> None:
    assert sorted(topics(model, study_text("cardiology"))) == [
        "Heart failure",
        "Rhythm disorders",
        "Treatment",
    ]


def test_a_topic_keeps_the_capitals_of_its_first_word(model: LocalTextModel) -> None:
    text = study_text("cardiology").replace("Treatment\n", "mRNA and its uses\n")
    assert "mRNA and its uses" in topics(model, text)


def test_a_text_without_headings_is_divided_and_named_after_its_terms(
    model: LocalTextModel,
) -> None:
    found = topics(model, study_text("physics").split("\n\n", 1)[1])
    assert "Collision" in found
    assert len(found) >= 2


@pytest.mark.parametrize("name", SEEN + UNSEEN)
def test_every_topic_has_five_cards(model: LocalTextModel, name: str) -> None:
    assert min(topics(model, study_text(name)).values()) >= 5


def test_a_topic_that_is_given_is_on_every_card(model: LocalTextModel) -> None:
    cards = model.cards(request(study_text("law"), topic="Contracts")).value
    assert {card.topic for card in cards} == {"Contracts"}


def test_headings_that_say_nothing_are_no_topics(model: LocalTextModel) -> None:
    text = study_text("cardiology")
    text = text.replace("Heart failure\n", "Introduction\n").replace("Treatment\n", "Summary\n")
    assert not {"Introduction", "Summary"} & set(topics(model, text))
