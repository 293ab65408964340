"""The whole way of a set of cards: handler, prompt, real SDK, HTTP, rules."""

from collections import Counter
from pathlib import Path

import pytest

from jobs.errors import AttemptFailed
from jobs.kinds.flashcards.handler import make_flashcards
from jobs.kinds.study.text import AI_SELECTION
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.kinds.scripted import Context, flashcards_input

SAMPLES = Path(__file__).parents[4] / "docs" / "samples"
TEXT = (SAMPLES / "cardiology.txt").read_text("utf-8")


@pytest.fixture
def server():
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
def context(server):
    model = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url, part_characters=700))
    yield Context(model)
    model.close()


def test_a_long_text_becomes_one_set_by_the_rules(context, server):
    result = make_flashcards(flashcards_input(TEXT, AI_SELECTION), context)

    cards = result["flashcards"]
    assert len(server.served) > 1
    assert 10 <= len(cards) <= 40
    assert all(card["front"].lower() in card["example"].lower() for card in cards)
    assert min(Counter(card["topic"] for card in cards).values()) >= 5
    assert result["tokenUsage"] == server.billed_tokens
    assert (result["provider"], result["model"]) == ("openai", "gpt-4o-mini")


def test_a_part_that_failed_is_paid_for_again_and_no_other(context, server):
    server.script("answer", "malformed")
    context.is_last_attempt = False
    with pytest.raises(AttemptFailed):
        make_flashcards(flashcards_input(TEXT), context)

    make_flashcards(flashcards_input(TEXT), context)

    parts = len({str(served.body["messages"]) for served in server.served})
    assert len(server.served) == parts + 1
