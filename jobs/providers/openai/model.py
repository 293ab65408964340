"""Text by OpenAI's chat completions, or by any server that speaks them."""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from json import JSONDecodeError
from typing import Any, TypeVar

import httpx2
import openai

from jobs.errors import (
    AttemptFailed,
    ConnectionLost,
    ContentRefused,
    NoTerms,
    ThoughtAway,
    UnusableAnswer,
)
from jobs.kind import kinds
from jobs.providers.base import (
    Answer,
    BackSource,
    Card,
    CardsGrown,
    CardsRequest,
    ConversationRequest,
    Entry,
    Keywords,
    KeywordsRequest,
    Message,
    RequestAdapted,
    RoomGiven,
    TextRequest,
    Topic,
    TopicsRequest,
    Usage,
    VocabularyRequest,
)
from jobs.providers.openai.chat_answers import cards_of
from jobs.providers.openai.chat_lessons import (
    conversation_of,
    keywords_of,
    topics_of,
    vocabulary_of,
)
from jobs.providers.openai.chat_requests import ChatRequest, chat_request
from jobs.providers.openai.connection import Connection
from jobs.providers.openai.connection import OpenAIPolicy as OpenAIPolicy
from jobs.providers.openai.dialect import Dialect
from jobs.providers.openai.failures import failure_of, plain_word
from jobs.providers.openai.families import THINKING_TOKENS, family_of
from jobs.providers.openai.reply import Grown, Reply
from jobs.providers.openai.salvage import NoJson
from jobs.providers.openai.usage import usage_of
from resilience.errors import CallRefused

logger = logging.getLogger(__name__)

PROVIDER = "openai"

UNREADABLE = "Parts of an answer that could not be read: {count}."
REPEATING = "The model began to repeat itself and was stopped; what it had made until then is used."
BROKEN_OFF = "An answer broke off before its end; what was whole of it is used."

T = TypeVar("T")
# Reads a message: what it holds, and how many parts of it could not be read. Raises NoJson.
Reader = Callable[[str], tuple[T, int]]


class OpenAITextModel:
    """One per process; safe for threads."""

    def __init__(self, policy: OpenAIPolicy, provider: str = PROVIDER) -> None:
        self.provider = provider
        self._policy = policy
        self._family = family_of(policy.model, policy.reasoning_effort, policy.reasoning_tokens)
        self._dialect = Dialect(policy.base_url, policy.model, self._family, policy.without)
        self._connection = Connection(policy)

    @property
    def version(self) -> str:
        return " ".join(
            prompt.version for kind in kinds().values() for prompt in kind.asks.values()
        )

    @property
    def model(self) -> str:
        return self._policy.model

    cards_at_once = 10

    @property
    def part_characters(self) -> int:
        return self._policy.part_characters

    def input_tokens(self, request: TextRequest) -> int:
        """An upper estimate of what the call for this request will be charged as input."""
        return self._chat(request).input_tokens

    def answer_tokens(self, request: TextRequest) -> int:
        """The limit sent with the call: an answer is never charged for more."""
        return self._chat(request).answer_tokens

    def cards(self, request: CardsRequest, grown: CardsGrown | None = None) -> Answer[list[Card]]:
        same_language = request.native.base == request.target.base
        back_source: BackSource = "definition" if same_language else "translation"
        languages = {"back": request.native, "front": request.target}
        sides = {
            word.casefold(): side
            for side, language in languages.items()
            for word in (language.code, language.base, language.name)
        }

        def read(content: str) -> tuple[list[Card], int]:
            return cards_of(content, back_source, {} if same_language else sides)

        def tell(content: str) -> None:
            with suppress(NoJson):
                if grown:
                    grown(read(content)[0])

        return self._ask(request, read, is_of_text=True, grown=tell)

    def keywords(self, request: KeywordsRequest) -> Answer[Keywords]:
        return self._ask(request, keywords_of, is_of_text=True)

    def topics(self, request: TopicsRequest) -> Answer[list[Topic]]:
        return self._ask(request, topics_of)

    def vocabulary(self, request: VocabularyRequest) -> Answer[list[Entry]]:
        return self._ask(request, vocabulary_of)

    def conversation(self, request: ConversationRequest) -> Answer[list[Message]]:
        return self._ask(request, conversation_of)

    def _ask(
        self,
        request: TextRequest,
        read: Reader[T],
        *,
        is_of_text: bool = False,
        grown: Grown = lambda content: None,
    ) -> Answer[T]:
        """`is_of_text`: an answer that holds nothing means that the text has nothing."""
        chat, reply, usage = self._chat(request), Reply(), None
        try:
            self._receive(reply, chat, grown)
            usage = usage_of(reply.body, chat, reply.said)
            usage = replace(usage, silence_seconds=reply.silence_seconds)
            value, unreadable = _read(reply, read)
            if _is_empty(value) and (unreadable or reply.is_cut):
                raise reply.broken_by or UnusableAnswer
            if _is_empty(value) and is_of_text:
                raise NoTerms
        except AttemptFailed as failed:
            failure = failed
            if usage and isinstance(failed, UnusableAnswer) and reply.is_thought_away(usage):
                failure = self._thought_away(request, chat, usage)
            failure.usage = usage
            if reply.request_id:
                failure.add_note(f"{self.provider}: request {reply.request_id}")
            raise failure from failed.__cause__
        notes = tuple(_notes(reply, unreadable))
        return Answer(
            value=value,
            provider=self.provider,
            model=self.model,
            usage=usage,
            request_id=reply.request_id,
            notes=notes,
            is_partial=bool(notes),
        )

    def ready(self) -> AbstractContextManager[None]:
        return self._connection.opened()

    def close(self) -> None:
        """End the calls that are waiting, with a ProviderTimeout, and take no more."""
        self._connection.close()

    def _chat(self, request: TextRequest) -> ChatRequest:
        return chat_request(request, self._policy.max_answer_tokens, self._family.thinking_tokens)

    def _thought_away(self, request: TextRequest, chat: ChatRequest, usage: Usage) -> AttemptFailed:
        """The same again would end the same: a model that is not known to think is given room for it, once."""
        setting = f"{self.provider.upper()}_REASONING_TOKENS"
        if not self._family.thinking_tokens and self._policy.reasoning_tokens is None:
            logger.warning("model thinks, and was given no room for it", extra={"set": setting})
            self._family = replace(self._family, thinking_tokens=THINKING_TOKENS)
        if self.answer_tokens(request) > chat.answer_tokens:
            return RoomGiven()
        failure = ThoughtAway()
        took = f"all {usage.output_tokens} tokens of the answer went into thinking"
        failure.add_note(f"{self.provider}: {took}; {setting} gives it more")
        return failure

    def _receive(self, reply: Reply, chat: ChatRequest, grown: Grown) -> None:
        """What has been said until an answer breaks off is kept."""
        client, sent = self._connection.client(), self._dialect.arguments(chat)
        create: Any = client.chat.completions.with_streaming_response.create
        try:
            with create(**sent) as answer:
                reply.request_id = plain_word(answer.headers.get("x-request-id"))
                reply.receive(answer.http_response, client, chat.answer_tokens, grown)
        except (openai.OpenAIError, httpx2.TransportError, JSONDecodeError) as error:
            if reply.finish_reason:
                return  # all is said; only what it took may have come yet
            if isinstance(error.__cause__, CallRefused):
                raise error.__cause__ from None  # held up, and not admitted anew
            if isinstance(error, openai.APIStatusError) and self._dialect.learns(error, sent):
                raise RequestAdapted from None
            failure = failure_of(error, self.provider)
            if not reply.said:
                # Out of the chain, because the server's words may repeat the key or the study text.
                raise failure from None
            reply.broken_by = failure if failure.may_be_billed else ConnectionLost()


def _read(reply: Reply, read: Reader[T]) -> tuple[T, int]:
    """What the answer holds, and how many parts of it could not be read."""
    if reply.refusal or reply.finish_reason == "content_filter":
        raise ContentRefused
    try:
        # By its end a last line that is whole is told from one that is cut.
        return read(reply.content if reply.is_cut else reply.content + "\n")
    except NoJson:
        raise reply.broken_by or UnusableAnswer from None


def _is_empty(value: object) -> bool:
    return not (value.terms if isinstance(value, Keywords) else value)


def _notes(reply: Reply, unreadable: int) -> Iterator[str]:
    if unreadable:
        yield UNREADABLE.format(count=unreadable)
    if reply.is_repeating:
        yield REPEATING
    elif reply.is_cut:
        yield BROKEN_OFF
