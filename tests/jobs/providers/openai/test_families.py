"""Models that think before they answer."""

import pytest

from jobs.errors import ThoughtAway
from jobs.providers.base import CardsRequest, KeywordsRequest, Language, RoomGiven
from jobs.providers.openai.families import family_of
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from tests.fakes.openai_faults import says, thinks
from tests.fakes.openai_server import FakeOpenAI

SPANISH, ENGLISH = Language("es", "Spanish"), Language("en", "English")
TEXT = "Thrombus formation blocks a coronary artery."
CARDS = CardsRequest(
    content=TEXT, subject="Medicine", topic="Heart", native=SPANISH, target=ENGLISH
)
KEYWORDS = KeywordsRequest(
    content=TEXT,
    subject="Medicine",
    topic="Heart",
    native=SPANISH,
    target=ENGLISH,
    at_least=10,
    at_most=30,
)


@pytest.fixture
def server():
    with FakeOpenAI() as running:
        yield running


def model_of(server, **policy):
    return OpenAITextModel(OpenAIPolicy("sk-test", server.base_url, timeout_seconds=5, **policy))


@pytest.mark.parametrize(
    ("model", "tokens", "effort"),
    [
        ("gpt-4o-mini", 0, ""),
        ("gpt-4.1-nano-2025-04-14", 0, ""),
        ("o4-mini", 4000, "low"),
        ("openai/o3", 4000, "low"),
        ("gpt-5-mini", 4000, "low"),
        ("gpt-5.1", 4000, "low"),
        ("gpt-5-chat-latest", 0, ""),
        ("gpt-5-pro", 16000, ""),
        ("hf.co/unsloth/gpt-oss-20b-GGUF:Q4_K_M", 4000, "low"),
        ("deepseek-r1:8b", 4000, ""),
        ("DeepSeek-R1-Distill-Qwen-7B", 4000, ""),
        ("qwen3:4b", 4000, ""),
        ("qwen3-4b-instruct-2507", 0, ""),
        ("/models/Phi-4-mini-reasoning-Q4.gguf", 4000, ""),
        ("C:\\models\\llama-3.2.gguf", 0, ""),
        ("smollm2-135m", 0, ""),
        ("SmolLM3-3B", 4000, ""),
        ("/models/Qwen3-8B/", 4000, ""),
        ("us.deepseek.r1-v1:0", 4000, ""),
        ("gemini/gemini-2.5-flash", 4000, ""),
        ("gemini-2.0-flash", 0, ""),
        ("x-ai/grok-4-fast", 4000, ""),
        ("grok-4-fast-non-reasoning", 0, ""),
        ("z-ai/glm-4.6:free", 4000, ""),
        ("MiniMax-M2", 4000, ""),
        ("kimi-k2-thinking", 4000, ""),
        ("hermes-non-thinking", 0, ""),
    ],
)
def test_a_family_is_known_by_the_last_part_of_the_name(model, tokens, effort):
    family = family_of(model)

    assert (family.thinking_tokens, family.effort) == (tokens, effort)


@pytest.mark.parametrize("ask", [("cards", CARDS), ("keywords", KEYWORDS)])
def test_the_room_to_think_is_in_the_limit_and_in_what_is_reserved(server, ask):
    name, request = ask
    plain, thinking = model_of(server), model_of(server, model="o4-mini")

    getattr(thinking, name)(request)

    sent = server.served[0].body
    assert sent["max_completion_tokens"] == thinking.answer_tokens(request)
    assert thinking.answer_tokens(request) == plain.answer_tokens(request) + 4000
    assert sent["reasoning_effort"] == "low"
    assert "temperature" not in sent


def test_an_operator_has_the_last_word(server):
    model = model_of(server, model="gpt-5", reasoning_effort="none", reasoning_tokens=100)
    model.cards(CARDS)

    assert "reasoning_effort" not in server.served[0].body
    assert model.answer_tokens(CARDS) == 8600


@pytest.mark.parametrize(
    "aloud", ["", "\n", "<think>Which terms", "<think>Two</think>\n<think>And"]
)
def test_a_model_of_no_family_that_thinks_is_given_room_for_it(server, caplog, aloud):
    model = model_of(server, model="my-deployment")
    server.script(thinks(9000, aloud), thinks(9000))
    with pytest.raises(RoomGiven) as caught:
        model.cards(CARDS)

    assert caught.value.usage.output_tokens == 8500
    assert model.cards(CARDS).value
    assert server.served[1].body["max_completion_tokens"] == 12500
    assert [record.set for record in caplog.records] == ["OPENAI_REASONING_TOKENS"]


@pytest.mark.parametrize(
    "policy",
    [{"model": "o4-mini"}, {"model": "gpt-4o-mini", "reasoning_tokens": 0}],
    ids=["room of its family", "room by an operator"],
)
def test_thoughts_that_fill_their_room_are_paid_once_and_told(server, policy):
    model = model_of(server, **policy)
    server.script(thinks(99_999))
    with pytest.raises(ThoughtAway) as caught:
        model.cards(CARDS)

    limit = server.served[0].body["max_completion_tokens"]
    assert caught.value.usage.output_tokens == limit
    assert caught.value.__notes__ == [
        f"openai: all {limit} tokens of the answer went into thinking; OPENAI_REASONING_TOKENS gives it more",
        "openai: request req_1",
    ]


def test_cards_before_the_limit_are_kept_however_much_was_thought(server):
    model = model_of(server, model="o4-mini")
    server.script(
        says('{"cards": [{"front": "thrombus", "back": "trombo"}, {"fr', finish_reason="length")
    )

    assert [card.front for card in model.cards(CARDS).value] == ["thrombus"]
