"""Text by OpenAI's chat completions, or by any server that speaks them."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
import openai
from pydantic import TypeAdapter, ValidationError

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    ProviderUnavailable,
    UnusableAnswer,
    UnusableInput,
)
from jobs.kind import kinds
from jobs.providers.base import (
    Answer,
    BackSource,
    Card,
    CardsRequest,
    ConversationRequest,
    Entry,
    Keywords,
    KeywordsRequest,
    Message,
    TextRequest,
    Topic,
    TopicsRequest,
    VocabularyRequest,
)
from jobs.providers.deadline_transport import DeadlineTransport
from jobs.providers.openai.chat_answers import Choice, Completion, cards_of
from jobs.providers.openai.chat_lessons import (
    conversation_of,
    keywords_of,
    topics_of,
    vocabulary_of,
)
from jobs.providers.openai.chat_requests import ChatRequest, chat_request
from jobs.providers.openai.failures import failure_of, plain_word
from jobs.providers.openai.salvage import NoJson
from jobs.providers.openai.usage import usage_of

PROVIDER = "openai"
CONNECT_SECONDS = 5.0

UNREADABLE = "Parts of an answer that could not be read: {count}."
BROKEN_OFF = "An answer broke off before its end; what was whole of it is used."

T = TypeVar("T")
# Reads a message: what it holds, and how many parts of it could not be read. Raises NoJson.
Reader = Callable[[str], tuple[T, int]]

# These answer with a 400 when a temperature is sent.
_REASONING_MODEL = re.compile(r"(?:.*/)?(?:o\d|gpt-[5-9])")
# Whatever else is in the environment's OPENAI_CUSTOM_HEADERS, OPENAI_ORG_ID, ... is not sent.
_OUR_HEADERS = re.compile(
    r"accept|accept-encoding|authorization|connection|content-length|content-type|host|user-agent"
    r"|x-stainless-.*",
    re.IGNORECASE,
)
_JSON_OBJECT = TypeAdapter(dict[str, Any])


@dataclass(frozen=True, slots=True)
class OpenAIPolicy:
    """`timeout_seconds` bounds a whole call. `max_answer_tokens` is the most one answer may take."""

    api_key: str = field(repr=False)
    base_url: str = "https://api.openai.com/v1"
    model: str = "gpt-4o-mini"
    timeout_seconds: float = 60.0
    max_answer_tokens: int = 8500
    part_characters: int = 20_000

    def __post_init__(self) -> None:
        if not self.api_key.isascii() or not self.api_key.isprintable():
            raise ValueError("The OpenAI API key has characters that no HTTP header can carry.")


class OpenAITextModel:
    """One per process; safe for threads. The connection pool is made at the first call, after any fork."""

    def __init__(self, policy: OpenAIPolicy, provider: str = PROVIDER) -> None:
        self.provider = provider
        self._policy = policy
        self._client: openai.OpenAI | None = None
        self._transport: DeadlineTransport | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        return " ".join(
            prompt.version for kind in kinds().values() for prompt in kind.asks.values()
        )

    @property
    def model(self) -> str:
        return self._policy.model

    @property
    def part_characters(self) -> int:
        return self._policy.part_characters

    def input_tokens(self, request: TextRequest) -> int:
        """An upper estimate of what the call for this request will be charged as input."""
        return self._chat(request).input_tokens

    def answer_tokens(self, request: TextRequest) -> int:
        """The limit sent with the call: an answer is never charged for more."""
        return self._chat(request).answer_tokens

    def cards(self, request: CardsRequest) -> Answer[list[Card]]:
        same_language = request.native.base == request.target.base
        back_source: BackSource = "definition" if same_language else "translation"
        return self._ask(request, lambda content: cards_of(content, back_source), is_of_text=True)

    def keywords(self, request: KeywordsRequest) -> Answer[Keywords]:
        return self._ask(request, keywords_of, is_of_text=True)

    def topics(self, request: TopicsRequest) -> Answer[list[Topic]]:
        return self._ask(request, topics_of)

    def vocabulary(self, request: VocabularyRequest) -> Answer[list[Entry]]:
        return self._ask(request, vocabulary_of)

    def conversation(self, request: ConversationRequest) -> Answer[list[Message]]:
        return self._ask(request, conversation_of)

    def _ask(self, request: TextRequest, read: Reader[T], *, is_of_text: bool = False) -> Answer[T]:
        """`is_of_text`: an answer that holds nothing means that the text has nothing."""
        chat = self._chat(request)
        response = self._complete(chat)
        request_id = plain_word(response.headers.get("x-request-id"))
        usage = None
        try:
            body = _json_object(response.content)
            choices = _choices(body)
            usage = usage_of(body, chat, _said(choices))
            value, unreadable, is_cut = _read_first(choices, read)
            if _is_empty(value) and (unreadable or is_cut):
                raise UnusableAnswer
            if _is_empty(value) and is_of_text:
                raise UnusableInput
        except AttemptFailed as failure:
            failure.usage = usage
            failure.add_note(f"{self.provider}: request {request_id}")
            raise
        return Answer(
            value=value,
            provider=self.provider,
            model=self.model,
            usage=usage,
            request_id=request_id,
            notes=tuple(_notes(unreadable, is_cut)),
        )

    def prepare(self) -> None:
        """The SDK loads what a request is made of when that is first named, which takes longer than to send it."""
        _ = self._connected().chat.completions.with_raw_response

    def close(self) -> None:
        """End the calls that are waiting, with a ProviderTimeout, and take no more."""
        with self._lock:
            self._is_closed = True
            if self._transport:
                self._transport.close()

    def _chat(self, request: TextRequest) -> ChatRequest:
        return chat_request(request, self._policy.max_answer_tokens)

    def _complete(self, chat: ChatRequest) -> httpx2.Response:
        takes_temperature = not _REASONING_MODEL.match(self.model)
        try:
            raw = self._connected().chat.completions.with_raw_response.create(
                model=self.model,
                messages=[
                    {"role": "system", "content": chat.prompt.system},
                    {"role": "user", "content": chat.user_message},
                ],
                response_format={
                    "type": "json_schema",
                    "json_schema": {
                        "name": chat.schema_name,
                        "strict": True,
                        "schema": chat.prompt.schema,
                    },
                },
                max_completion_tokens=chat.answer_tokens,
                temperature=chat.temperature if takes_temperature else openai.omit,
            )
        except openai.OpenAIError as error:
            # Out of the chain, because the server's words may repeat the key or the study text.
            raise failure_of(error, self.provider) from None
        return raw.http_response

    def _connected(self) -> openai.OpenAI:
        with self._lock:
            if self._is_closed:
                raise ProviderUnavailable
            if self._client is None:
                self._transport = DeadlineTransport(self._policy.timeout_seconds)
                self._client = _sdk_client(self._policy, self._transport)
            return self._client


def _sdk_client(policy: OpenAIPolicy, transport: httpx2.BaseTransport) -> openai.OpenAI:
    timeout = httpx2.Timeout(
        policy.timeout_seconds, connect=min(CONNECT_SECONDS, policy.timeout_seconds)
    )
    return openai.OpenAI(
        api_key=policy.api_key,
        base_url=policy.base_url,
        timeout=timeout,
        max_retries=0,
        http_client=httpx2.Client(
            transport=transport, timeout=timeout, event_hooks={"request": [_drop_foreign_headers]}
        ),
        # Set to nothing, because None means: look in the environment.
        organization="",
        project="",
        admin_api_key="",
        webhook_secret="",
        default_headers={"Authorization": f"Bearer {policy.api_key}"},
    )


def _drop_foreign_headers(request: httpx2.Request) -> None:
    for name in list(request.headers):
        if not _OUR_HEADERS.fullmatch(name):
            del request.headers[name]


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        return _JSON_OBJECT.validate_json(content)
    except ValidationError:
        # A page of a proxy or of a wrong address, not an answer of the service.
        raise ProviderUnavailable from None


def _choices(body: dict[str, Any]) -> list[Choice]:
    try:
        return Completion.model_validate(body).choices
    except ValidationError:
        raise ProviderUnavailable from None


def _said(choices: list[Choice]) -> str:
    return "".join(choice.message.content or choice.message.refusal or "" for choice in choices)


def _read_first(choices: list[Choice], read: Reader[T]) -> tuple[T, int, bool]:
    """What the answer holds, how many parts of it could not be read, and whether it broke off."""
    if not choices:
        raise UnusableAnswer
    message, reason = choices[0].message, choices[0].finish_reason
    if message.refusal or reason == "content_filter":
        raise ContentRefused
    try:
        return *read(message.content or ""), reason == "length"
    except NoJson:
        raise UnusableAnswer from None


def _is_empty(value: object) -> bool:
    return not (value.terms if isinstance(value, Keywords) else value)


def _notes(unreadable: int, is_cut: bool) -> Iterator[str]:
    if unreadable:
        yield UNREADABLE.format(count=unreadable)
    if is_cut:
        yield BROKEN_OFF
