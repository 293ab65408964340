"""Whatever is pasted: the promises hold, and it ends soon (in seconds of processor time, which the
other work of the machine does not change)."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.errors import UnusableInput
from jobs.providers.base import Card
from jobs.providers.local_text.model import LocalTextModel
from tests.jobs.providers.local_text.study import SEEN, request, study_text

CHARACTERS = 100_000
PROSE = "\n\n".join(study_text(name) for name in SEEN)
VOCABULARY = sorted(
    {*PROSE.split(), "\n", "\n\n", "- ", "# ", "**", "<b>", ";", "|", "\t", "…", "😀"}
)


def cards_or_none(model: LocalTextModel, content: str) -> list[Card]:
    try:
        return model.cards(request(content)).value
    except UnusableInput:
        return []


def check_promises(cards: list[Card]) -> None:
    assert len(cards) <= 40
    assert len({card.front.lower() for card in cards}) == len(cards)
    for card in cards:
        assert card.front.lower() in card.example.lower()
        assert card.back
        assert card.topic


@given(st.lists(st.sampled_from(VOCABULARY), max_size=150).map(" ".join))
@settings(max_examples=60, deadline=None)
def test_the_promises_hold_for_words_in_any_order(model: LocalTextModel, content: str) -> None:
    check_promises(cards_or_none(model, content))


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_the_promises_hold_for_any_characters(model: LocalTextModel, content: str) -> None:
    check_promises(cards_or_none(model, content))


@given(st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=15, deadline=None)
def test_the_number_of_cards_stays_within_what_is_asked(
    model: LocalTextModel, low: int, more: int
) -> None:
    wanted = request(study_text("law"), at_least=low, at_most=max(1, low + more))
    assert len(model.cards(wanted).value) <= wanted.at_most


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "heart ",
            "😀",
            "القلب يضخ الدم. ",
            "心臓は血液を送る。",
            "\x00",
            "<",
            "<p>",
            "** x",
        ),
        *("```\n", ". ", "A. ", "- heart\n", "|", "a\tb\n", "(", "is called ", ", which is heart"),
        *("heart of ", '"', "heart: ", "1. ", "a-", "int x = 1;\n", "\ud800", "\u202e", "\n"),
    ],
)
def test_a_hundred_thousand_characters_of_anything_end_soon(
    model: LocalTextModel, unit: str
) -> None:
    content = (unit * CHARACTERS)[:CHARACTERS]
    started = time.process_time()
    check_promises(cards_or_none(model, content))
    assert time.process_time() - started < 5


def test_a_hundred_thousand_characters_of_prose_end_soon(model: LocalTextModel) -> None:
    content = (PROSE * 10)[:CHARACTERS]
    started = time.process_time()
    cards = model.cards(request(content)).value
    assert time.process_time() - started < 10
    assert len(cards) == 40


def test_three_hundred_words_take_less_than_a_second(model: LocalTextModel) -> None:
    model.cards(request(study_text("law")))
    started = time.process_time()
    model.cards(request(study_text("biology").replace("Every", "Each")))
    assert time.process_time() - started < 1


def test_a_sentence_may_end_before_what_it_defines(model: LocalTextModel) -> None:
    content = "The contract binds the seller. It defines a sale as"  # a formula that was left out followed
    check_promises(cards_or_none(model, content))


@pytest.mark.parametrize("content", ["", " ", "\n\n", "and so on", "12345", "!!!", "😀"])
def test_a_text_without_terms_is_refused_in_words(model: LocalTextModel, content: str) -> None:
    with pytest.raises(UnusableInput, match=r"\.$"):
        model.cards(request(content))


def test_a_long_text_gets_cards_from_every_part(model: LocalTextModel) -> None:
    content = PROSE[:60_000]
    cards = model.cards(request(content, at_most=40)).value
    tenths = {content.find(card.example[:40]) * 10 // len(content) for card in cards}
    assert len(tenths - {-1}) >= 8
