"""Every way an OpenAI-compatible server answers, rightly or wrongly, as a function of one exchange."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from tests.fakes.openai_cards import cards_for, tokens_of
from tests.fakes.openai_lessons import LESSON_ANSWERS

HTML = b"<!doctype html><html><body><h1>Welcome to the hotel WiFi</h1></body></html>"


class Exchange(Protocol):
    """One request and the means to answer it."""

    body: dict[str, Any]

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None: ...

    def send_pieces(
        self, pieces: Sequence[dict[str, Any]], *, is_cut: bool | None = False, comments: int = 0
    ) -> None:
        """As server-sent events at the server's speed; then comments, ten a second; then [DONE], or a closed connection,
        or with None nothing more."""
        ...

    def send_slowly(self, body: bytes, seconds_between_bytes: float) -> None: ...

    def send_half(self, body: bytes) -> None:
        """Headers that promise all of it, half of it, and a closed connection."""
        ...

    def drop(self) -> None: ...

    def wait(self, seconds: float) -> None: ...

    def bill(self, input_tokens: int, output_tokens: int) -> None:
        """Count the tokens as charged, whether or not the answer arrives."""
        ...


Behaviour = Callable[[Exchange], None]


def completion(
    exchange: Exchange,
    content: str | None,
    *,
    finish_reason: str = "stop",
    refusal: str | None = None,
) -> dict[str, Any]:
    """A completion in OpenAI's shape, cut at the limit of the request, and billed."""
    limit = exchange.body.get("max_completion_tokens") or exchange.body.get("max_tokens")
    if content and limit and tokens_of(content) > limit:
        content, finish_reason = content[: limit * 4], "length"
    read = tokens_of(json.dumps(exchange.body.get("messages", []), ensure_ascii=False))
    written = tokens_of(content or refusal or "")
    exchange.bill(read, written)
    return {
        "id": "chatcmpl-fake",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": f"{exchange.body.get('model')}-2024-07-18",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "logprobs": None,
                "message": {"role": "assistant", "content": content, "refusal": refusal},
            }
        ],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        },
        "service_tier": "default",
    }


def encoded(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")


def deliver(exchange: Exchange, body: dict[str, Any]) -> None:
    """At once, or in pieces of about a token where the request asks for a stream."""
    if exchange.body.get("stream"):
        exchange.send_pieces(list(pieces_of(body, exchange.body)))
    else:
        exchange.send(200, encoded(body))


def pieces_of(body: dict[str, Any], request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A completion as the chunks of a stream."""
    about = {name: value for name, value in body.items() if name not in ("choices", "usage")}
    about["object"] = "chat.completion.chunk"
    for choice in body["choices"]:
        said = choice["message"]
        yield {**about, "choices": [{"index": 0, "delta": {"role": "assistant"}}]}
        for name in ("content", "refusal"):
            text = said[name] or ""
            for start in range(0, len(text), 4):
                delta = {name: text[start : start + 4]}
                yield {**about, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        end = {"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}
        yield {**about, "choices": [end]}
    if (request.get("stream_options") or {}).get("include_usage"):
        yield {**about, "choices": [], "usage": body["usage"]}


def schema_of(body: dict[str, Any]) -> str:
    """The name of the schema that an answer is to keep to, empty where there is none."""
    return str(body.get("response_format", {}).get("json_schema", {}).get("name", ""))


def answer_for(body: dict[str, Any]) -> dict[str, Any]:
    message = str(body["messages"][-1]["content"])
    lesson = LESSON_ANSWERS.get(schema_of(body))
    return lesson(message) if lesson else {"cards": cards_for(message)}


def content_for(exchange: Exchange) -> str:
    return json.dumps(answer_for(exchange.body), ensure_ascii=False)


def answer(exchange: Exchange) -> None:
    deliver(exchange, completion(exchange, content_for(exchange)))


def says(content: str | None, **how: Any) -> Behaviour:
    """A well-formed completion with this content; `how` as of completion()."""
    return lambda exchange: deliver(exchange, completion(exchange, content, **how))


def responds(status: int, body: bytes, content_type: str = "application/json") -> Behaviour:
    return lambda exchange: exchange.send(status, body, {"Content-Type": content_type})


def fails(status: int, code: str | None, kind: str = "", **headers: str) -> Behaviour:
    """OpenAI's error body; header names are given with underscores."""
    error = {"message": f"Simulated {code}.", "type": kind or code, "param": None, "code": code}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.send(status, encoded({"error": error}), named)


def hangs(seconds: float = 3600) -> Behaviour:
    def hang(exchange: Exchange) -> None:
        completion(exchange, None)
        exchange.wait(seconds)
        exchange.drop()

    return hang


def drips(seconds_between_bytes: float = 0.5) -> Behaviour:
    return lambda exchange: exchange.send_slowly(
        encoded(completion(exchange, content_for(exchange))), seconds_between_bytes
    )


def drops(exchange: Exchange) -> None:
    exchange.drop()


def drops_halfway(exchange: Exchange) -> None:
    exchange.send_half(encoded(completion(exchange, content_for(exchange))))


def truncates(exchange: Exchange) -> None:
    content = content_for(exchange)
    cut = completion(exchange, content[: len(content) // 2], finish_reason="length")
    deliver(exchange, cut)


def thinks(tokens: int, aloud: str = "") -> Behaviour:
    """A model that does so before it answers, within the limit for both; `aloud` is how its thoughts begin in the message."""

    def behave(exchange: Exchange) -> None:
        limit = exchange.body.get("max_completion_tokens") or exchange.body["max_tokens"]
        is_cut = tokens >= limit
        thought = min(tokens, limit)
        body = completion(
            exchange,
            aloud if is_cut else content_for(exchange),
            finish_reason="length" if is_cut else "stop",
        )
        usage = body["usage"]
        written = thought if is_cut else usage["completion_tokens"] + thought
        exchange.bill(usage["prompt_tokens"], written)
        usage["completion_tokens"] = written
        usage["completion_tokens_details"]["reasoning_tokens"] = thought
        deliver(exchange, body)

    return behave


def alters(change: Callable[[dict[str, Any]], Any]) -> Behaviour:
    """The right answer, in which `change` has spoiled something."""

    def behave(exchange: Exchange) -> None:
        body = answer_for(exchange.body)
        change(body)
        says(json.dumps(body, ensure_ascii=False))(exchange)

    return behave


def _without_first_terms(body: dict[str, Any]) -> None:
    body["conversation"][0]["message"] = "Let us speak of something else."


forgets_terms = alters(_without_first_terms)
lets_the_user_begin = alters(lambda body: body["conversation"].reverse())
speaks_briefly = alters(lambda body: body["conversation"].__delitem__(slice(4, None)))
invents_a_term = alters(
    lambda body: body["vocabulary"].append({**body["vocabulary"][0], "keyword": "phlogiston"})
)


def has_no_choices(exchange: Exchange) -> None:
    deliver(exchange, {**completion(exchange, None), "choices": []})


BEHAVIOURS: dict[str, Behaviour] = {
    "answer": answer,
    "401": fails(401, "invalid_api_key", "invalid_request_error"),
    "403": fails(403, "unsupported_country_region_territory", "request_forbidden"),
    "404": fails(404, "model_not_found", "invalid_request_error"),
    "429": fails(429, "rate_limit_exceeded", "requests", Retry_After="1"),
    "429-ms": fails(429, "rate_limit_exceeded", "tokens", retry_after_ms="300"),
    "quota": fails(429, "insufficient_quota"),
    "500": fails(500, None, "server_error"),
    "503": fails(503, "server_is_overloaded", "service_unavailable_error", Retry_After="2"),
    "hang": hangs(),
    "drip": drips(),
    "drop": drops,
    "drop-halfway": drops_halfway,
    "truncate": truncates,
    "malformed": says('{"cards": [{"front": "thrombus", '),
    "wrong-schema": says('{"answer": 42}'),
    "no-choices": has_no_choices,
    "empty": says(""),
    "refusal": says(None, refusal="I'm sorry, I can't help with that."),
    "content-filter": says(None, finish_reason="content_filter"),
    "html": responds(200, HTML, "text/html"),
    "empty-body": responds(200, b""),
}
FAULTS = tuple(name for name in BEHAVIOURS if name != "answer")
