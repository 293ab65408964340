"""What a call took, as the server says it: read in any form, and believed as far as the call allowed.

Nothing can take more than was sent and may be answered (`ChatRequest`), and a text takes tokens whoever denies it.
"""

import math
from collections.abc import Mapping
from typing import Any

from jobs.providers.base import Usage
from jobs.providers.openai.chat_requests import ChatRequest
from jobs.providers.tokens import estimated_tokens

# Of OpenAI's two protocols and of what servers copy from others.
_INPUT = ("prompt_tokens", "input_tokens", "prompt_eval_count")
_OUTPUT = ("completion_tokens", "output_tokens", "eval_count")
_RAW_CHARACTERS = 64
_RAW_MOST = 2**63


def usage_of(body: Mapping[str, Any], chat: ChatRequest, answer: str) -> Usage:
    """`is_estimated` where the server's figures are absent, or more than the call can have taken."""
    told = _mapping(body.get("usage"))
    read, written, total = (
        _count(told, *_INPUT),
        _count(told, *_OUTPUT),
        _count(told, "total_tokens"),
    )
    counted = estimated_tokens(answer)
    is_told = bool(read) and bool(written or not counted)
    written = written or (total - read if read and total > read else counted)
    read = read or (total - written if total > written else chat.input_tokens)
    is_possible = read <= chat.input_tokens and written <= chat.answer_tokens
    read, written = min(read, chat.input_tokens), min(written, chat.answer_tokens)
    cached = _count(_mapping(told.get("prompt_tokens_details")), "cached_tokens")
    thought = _count(_mapping(told.get("completion_tokens_details")), "reasoning_tokens")
    return Usage(
        input_tokens=read,
        output_tokens=written,
        cached_tokens=min(cached, read),
        reasoning_tokens=min(thought, written),
        # The tier changes the price, the snapshot explains a changed answer.
        raw=_kept({**told, "model": body.get("model"), "service_tier": body.get("service_tier")}),
        is_estimated=not (is_told and is_possible),
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _count(told: Mapping[str, Any], *names: str) -> int:
    """The first of these that is a number above zero, be it written as one or in words' place."""
    for name in names:
        try:
            value = float(str(told.get(name) or 0))  # which keeps truth values out
        except (TypeError, ValueError, OverflowError):
            continue
        if 0 < value < math.inf:
            return math.ceil(value)
    return 0


def _kept(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What any database takes as JSON: no NaN, no number without bounds, no long or unprintable text."""
    kept: dict[str, Any] = {}
    for name, value in raw.items():
        if isinstance(value, Mapping):
            value = _kept(value)
        elif isinstance(value, int | float):
            value = value if abs(value) < _RAW_MOST else str(value)[:_RAW_CHARACTERS]
        elif isinstance(value, str):
            value = "".join(filter(str.isprintable, value))[:_RAW_CHARACTERS]
        elif value is not None:
            continue
        kept["".join(filter(str.isprintable, name))[:_RAW_CHARACTERS]] = value
    return kept
