"""Answers that come piece by piece, and how they can end."""

import json

import pytest

from jobs.errors import ConnectionLost, ProviderTimeout
from jobs.providers.base import CardsRequest, Language
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from jobs.providers.openai.reply import is_repeating
from tests.fakes.openai_faults import completion, content_for, pieces_of, says
from tests.fakes.openai_server import FakeOpenAI

REQUEST = CardsRequest(
    content="Thrombus formation blocks a coronary artery. Plaque hardens the vessel wall.",
    subject="Medicine",
    topic="Heart",
    native=Language("es", "Spanish"),
    target=Language("en", "English"),
)
BEFORE_A_CARD, BEHIND_ONE = 5, 60
BROKEN_OFF = "An answer broke off before its end; what was whole of it is used."


@pytest.fixture
def server():
    with FakeOpenAI() as running:
        yield running


@pytest.fixture
def model(server):
    made = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url, timeout_seconds=1.0))
    yield made
    made.close()


def pieces(exchange):
    return list(pieces_of(completion(exchange, content_for(exchange)), exchange.body))


def is_lost_after(count):
    return lambda exchange: exchange.send_pieces(pieces(exchange)[:count], is_cut=True)


def falls_silent_after(count):
    return lambda exchange: exchange.send_pieces(pieces(exchange)[:count], is_cut=None)


def breaks_after(count):
    error = {"error": {"message": "CUDA out of memory", "code": 500}}
    return lambda exchange: exchange.send_pieces([*pieces(exchange)[:count], error])


ENDS = [
    (is_lost_after, ConnectionLost),
    (falls_silent_after, ProviderTimeout),
    (breaks_after, ConnectionLost),
]


def test_a_long_answer_is_no_late_one(model, server):
    server.tokens_per_second = 120

    answer = model.cards(REQUEST)

    served = server.served[0]
    assert served.ended_at - served.at > 1.0, "longer than the timeout"
    assert 0 < answer.usage.silence_seconds < 1.0
    assert not answer.usage.is_estimated
    assert answer.usage.tokens == server.billed_tokens


@pytest.mark.parametrize(("ends", "error"), ENDS)
def test_an_answer_that_breaks_off_before_anything_is_whole_may_have_to_be_paid(
    model, server, ends, error
):
    server.script(ends(BEFORE_A_CARD))

    with pytest.raises(error) as caught:
        model.cards(REQUEST)
    assert caught.value.may_be_billed


@pytest.mark.parametrize(("ends", "error"), ENDS)
def test_whole_cards_of_an_answer_that_breaks_off_are_kept(model, server, ends, error):
    server.script(ends(BEHIND_ONE))

    answer = model.cards(REQUEST)

    assert 0 < len(answer.value) < 5
    assert BROKEN_OFF in answer.notes
    assert answer.usage.is_estimated, "the server has not said what it took"
    assert answer.usage.output_tokens >= BEHIND_ONE / 2


def test_signs_of_life_are_no_pieces(model, server):
    def pings(exchange):
        exchange.send_pieces(pieces(exchange)[:BEFORE_A_CARD], is_cut=None, comments=40)

    server.script(pings)

    with pytest.raises(ProviderTimeout):
        model.cards(REQUEST)


@pytest.mark.parametrize("missing", [1, 2], ids=["usage", "usage and reason"])
def test_the_end_may_be_missing_when_all_is_said(model, server, missing):
    server.script(
        lambda exchange: exchange.send_pieces(pieces(exchange)[:-missing], is_cut=missing == 1)
    )

    answer = model.cards(REQUEST)

    assert len(answer.value) > 5
    assert answer.usage.is_estimated


def test_a_server_that_does_not_stream_is_understood(model, server):
    def answers_at_once(exchange):
        body = completion(exchange, content_for(exchange))
        exchange.send(200, json.dumps(body).encode())

    server.script(answers_at_once)

    answer = model.cards(REQUEST)

    assert answer.value
    assert answer.usage.silence_seconds is None
    assert not answer.usage.is_estimated


def test_a_server_that_knows_no_limit_is_not_listened_to_for_ever(server):
    model = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url, max_answer_tokens=100))

    def babbles(exchange):
        exchange.body.pop("max_completion_tokens")
        exchange.send_pieces(pieces(exchange) * 5)

    server.script(babbles)

    answer = model.cards(REQUEST)

    assert answer.value
    assert answer.usage.output_tokens <= 100


def test_a_model_that_repeats_itself_is_ended_and_its_whole_cards_are_kept(server):
    model = OpenAITextModel(OpenAIPolicy("sk-test", server.base_url))
    card = {"front": "thrombus", "back": "trombo", "example": "A thrombus blocks an artery."}
    babble = '{"cards": [' + ", ".join([json.dumps(card)] * 400)
    server.script(says(babble))

    answer = model.cards(REQUEST)

    assert answer.value[0].front == "thrombus"
    assert len(answer.value) < 20
    assert any("repeat itself" in note for note in answer.notes)


@pytest.mark.parametrize(
    "loop", ["\n", "na ", "the heart of the matter, and ", '{"front": "a", "back": "b"}, ']
)
def test_a_loop_is_seen(loop):
    assert is_repeating("Once upon a time, " + loop * 700)
    assert not is_repeating("Once upon a time, " + loop * 7)


def test_four_long_cards_that_are_one_and_the_same_are_a_loop():
    card = json.dumps({"front": "cell", "back": "cell", "example": "A cell is small. " * 20}) + ", "

    assert is_repeating('{"cards": [' + card * 5)
    assert not is_repeating('{"cards": [' + card * 3)


def test_a_list_of_like_things_is_no_loop():
    cards = [{"front": f"term {number}", "back": "x", "topic": "Heart"} for number in range(60)]

    assert not is_repeating(json.dumps(cards, indent=4))
