import json
from typing import Any

import pytest

from jobs.providers.base import CardsRequest, Language
from jobs.providers.openai.chat_requests import ChatRequest, chat_request
from jobs.providers.openai.usage import usage_of
from jobs.providers.tokens import estimated_tokens

CHAT: ChatRequest = chat_request(
    CardsRequest(
        content="The heart beats.",
        subject="Medicine",
        topic=None,
        native=Language("es", "Spanish"),
        target=Language("en", "English"),
    ),
    8500,
)
ANSWER = json.dumps({"cards": [{"front": "heart", "back": "corazón"}]})
COUNTED = estimated_tokens(ANSWER)


def used(usage: Any, answer: str = ANSWER) -> tuple[int, int, bool]:
    read = usage_of({"usage": usage}, CHAT, answer)
    return read.input_tokens, read.output_tokens, read.is_estimated


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 300, "completion_tokens": 20},
        {"prompt_tokens": 300.0, "completion_tokens": 19.2},
        {"prompt_tokens": "300", "completion_tokens": "20"},
        {"input_tokens": 300, "output_tokens": 20},
        {
            "prompt_tokens": None,
            "input_tokens": 300,
            "completion_tokens": None,
            "output_tokens": 20,
        },
        {"prompt_eval_count": 300, "eval_count": 20},
    ],
)
def test_usage_is_read_in_any_form(usage: Any) -> None:
    assert used(usage) == (300, 20, False)


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"total_tokens": 320, "prompt_tokens": 300}, (300, 20)),
        ({"total_tokens": 320, "completion_tokens": 20}, (300, 20)),
        ({"total_tokens": 300 + COUNTED}, (300, COUNTED)),
    ],
)
def test_what_is_left_out_follows_from_the_total(usage: Any, expected: tuple[int, int]) -> None:
    assert used(usage)[:2] == expected


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        [],
        "many",
        {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        {"prompt_tokens": -5, "completion_tokens": -1},
        {"prompt_tokens": {}, "completion_tokens": []},
        {"prompt_tokens": float("nan"), "completion_tokens": float("inf")},
        {"prompt_tokens": "many", "completion_tokens": None},
        {"prompt_tokens": True, "completion_tokens": True},
        {"prompt_tokens": 10**400, "completion_tokens": "1e999"},
    ],
)
def test_without_figures_the_texts_are_counted(usage: Any) -> None:
    assert used(usage) == (CHAT.input_tokens, COUNTED, True)


def test_nothing_takes_more_than_its_call_could() -> None:
    usage = {"prompt_tokens": 10**9, "completion_tokens": 10**9}

    assert used(usage) == (CHAT.input_tokens, CHAT.answer_tokens, True)


def test_parts_are_no_more_than_the_whole() -> None:
    usage = {
        "prompt_tokens": 300,
        "completion_tokens": 20,
        "prompt_tokens_details": {"cached_tokens": 999},
        "completion_tokens_details": {"reasoning_tokens": 999},
    }
    read = usage_of({"usage": usage}, CHAT, ANSWER)

    assert (read.cached_tokens, read.reasoning_tokens) == (300, 20)


def test_an_empty_answer_may_have_taken_nothing() -> None:
    assert used({"prompt_tokens": 300, "completion_tokens": 0}, "") == (300, 0, False)


def test_what_is_kept_of_it_goes_into_any_database() -> None:
    odd = {"prompt_tokens": float("nan"), "note\x00": "a\x00b" * 99, "n": 10**400, "list": [1]}
    raw = dict(usage_of({"usage": odd}, CHAT, ANSWER).raw)

    written = json.dumps(raw, allow_nan=False)
    assert "\\u0000" not in written
    assert len(written) < 500
