"""Servers that speak OpenAI's protocol in part, with the errors that they answer in their own words."""

import json

import pytest

from jobs.errors import ProviderMisconfigured, ProviderRefused
from jobs.providers.base import CardsRequest, Language, RequestAdapted
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from tests.fakes.openai_faults import BEHAVIOURS, responds
from tests.fakes.openai_server import FakeOpenAI

REQUEST = CardsRequest(
    content="Thrombus formation blocks a coronary artery.",
    subject="Medicine",
    topic="Heart",
    native=Language("es", "Spanish"),
    target=Language("en", "English"),
)


def error(message, kind="invalid_request_error", param=None, code=None):
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def vllm(loc, given):
    detail = [
        {"type": "extra_forbidden", "loc": loc, "msg": "Extra inputs are not permitted"}
        | {"input": given}
    ]
    about = {"type": "BadRequestError", "param": None, "code": 400}
    return {"object": "error", "message": str(detail), **about}


# Server, what it refuses, its status and body.
SERVERS = [
    ("llama.cpp", "json_schema", 400, {"error": {"code": 400, "message": "Failed to initialize samplers: failed to parse grammar", "type": "invalid_request_error"}}),
    ("llama.cpp, any JSON", "json_object", 400, error("Failed to initialize samplers: failed to parse grammar")),
    ("LM Studio", "json_object", 400, {"error": "'response_format.type' must be 'json_schema' or 'text'"}),
    ("Ollama", "reasoning_effort", 400, error('"gpt-oss-mini" does not support thinking')),
    ("Ollama's newer", "reasoning_effort", 400, error('think value "low" is not supported for this model', "api_error")),
    ("vLLM before 0.6.4", "max_completion_tokens", 400, vllm(("body", "max_completion_tokens"), 8500)),
    ("vLLM before 0.4.3", "stream_options", 400, vllm(("body", "stream_options"), {"include_usage": True})),
    ("Azure, a model that thinks", "max_tokens", 400, error("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", param="max_tokens", code="unsupported_parameter")),
    ("Azure, 2024-08-01-preview", "max_completion_tokens", 400, error("Unrecognized request argument supplied: max_completion_tokens")),
    ("Azure, Mistral", "stream_options", 422, {"error": {"code": 422, "message": "Validation error at #/stream_options: Extra inputs are not permitted"}}),
    ("LiteLLM", "temperature", 400, error("litellm.UnsupportedParamsError: gpt-5-nano doesn't support temperature=0.1 while reasoning is active.", "None", code="400")),
    ("LiteLLM, Vertex", "response_format", 400, error("litellm.UnsupportedParamsError: vertex_ai does not support parameters: ['response_format'], for model=gemma", "None", code="400")),
    ("FastAPI", "max_completion_tokens", 422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}]}),
    ("LocalAI", "json_schema", 500, {"error": {"code": 500, "message": "rpc error: failed to parse grammar", "type": ""}}),
    ("llama.cpp, a schema", "json_schema", 400, error('JSON schema conversion failed: Unrecognized schema: {"strict":true}')),
    ("TGI", "json_schema", 422, {"error": "Failed to deserialize the JSON body into the target type: response_format: unknown variant `json_schema`, expected one of `json`, `regex` at line 1 column 230"}),
    ("Gemini", "json_schema", 400, [{"error": {"code": 400, "message": 'Invalid JSON payload received. Unknown name "additionalProperties" at \'generation_config.response_schema\': Cannot find field.', "status": "INVALID_ARGUMENT"}}]),
    ("Groq", "json_schema", 400, error("This model does not support response format `json_schema`. See the supported models.")),
    ("DeepSeek", "json_schema", 400, error("This response_format type is unavailable now")),
    ("NIM", "max_completion_tokens", 422, {"detail": "Additional properties are not allowed ('max_completion_tokens' was unexpected)"}),
    ("Mistral", "stream_options", 422, {"object": "error", "message": {"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}}),
    ("xAI", "reasoning_effort", 400, {"code": "Client specified an invalid argument", "error": "Argument not supported on this model: reasoning_effort"}),
    ("Fireworks", "reasoning_effort", 400, error("Extra inputs are not permitted, field: 'reasoning_effort', value: 'low'")),
    ("a gateway", "stream", 400, error("Streaming is not supported for this deployment.")),
]  # fmt: skip


@pytest.fixture
def server():
    with FakeOpenAI() as running:
        yield running


def model_of(server, **policy):
    policy = {"model": "gpt-oss", "timeout_seconds": 5, **policy}
    return OpenAITextModel(OpenAIPolicy("sk-test", server.base_url, **policy))


def refuses(part, status, body):
    """Answers rightly once the request is without the part: a member, or a type of its response_format."""

    def behave(exchange):
        sent = exchange.body
        if part in sent or sent.get("response_format", {}).get("type") == part:
            responds(status, json.dumps(body).encode())(exchange)
        else:
            BEHAVIOURS["answer"](exchange)

    return behave


def asked(model):
    """As behind the guard, which makes a call of every request; the answer, and how many were asked."""
    for number in range(1, 6):
        try:
            return model.cards(REQUEST), number
        except RequestAdapted:
            continue
    raise AssertionError


@pytest.mark.parametrize(
    ("part", "status", "body"), [row[1:] for row in SERVERS], ids=[row[0] for row in SERVERS]
)
def test_what_a_server_refuses_by_name_is_left_out(server, part, status, body):
    server.script(*[refuses(part, status, body)] * 5)
    model = model_of(server, without=("json_schema",) if part == "json_object" else ())

    answer, count = asked(model)
    again, at_once = asked(model)

    assert [card.front for card in answer.value] == [card.front for card in again.value] != []
    assert count <= 3
    assert at_once == 1, "what was learned is kept"


@pytest.mark.parametrize(
    "refusal",
    [
        error("max_tokens is too large: 8500. This model supports at most 4096 completion tokens."),
        error("This model's maximum context length is 2048 tokens, however you requested 9000."),
        error("The model `gpt-oss` does not exist."),
    ],
)
def test_a_refusal_of_another_kind_is_final(server, refusal):
    server.script(responds(400, json.dumps(refusal).encode()))

    with pytest.raises(ProviderRefused) as caught:
        model_of(server).cards(REQUEST)
    assert not isinstance(caught.value, RequestAdapted)


@pytest.mark.parametrize("kind", ["budget_exceeded", "expired_key"])
def test_a_gateway_of_which_the_operator_has_to_give_more_is_no_fault_of_the_job(server, kind):
    """LiteLLM answers so with a 400."""
    told = error("Budget has been exceeded! Current cost: 10.2, Max budget: 10", kind, code="400")
    server.script(responds(400, json.dumps(told).encode()))

    with pytest.raises(ProviderMisconfigured):
        model_of(server).cards(REQUEST)


@pytest.mark.parametrize("without", [("json_schema",), ("json_schema", "json_object")])
def test_without_a_schema_of_its_own_the_prompt_has_it(server, without):
    model_of(server, without=without).cards(REQUEST)

    sent = server.served[0].body
    assert '"pronunciation"' in sent["messages"][0]["content"]
    assert sent.get("response_format") == ({"type": "json_object"} if len(without) == 1 else None)


def test_a_server_of_ones_own_is_told_the_limit_by_both_its_names(server):
    model = model_of(server)
    model.cards(REQUEST)

    sent = server.served[0].body
    assert sent["max_tokens"] == sent["max_completion_tokens"] == model.answer_tokens(REQUEST)
