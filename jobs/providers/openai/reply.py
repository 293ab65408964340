"""What a server answers, at once or piece by piece, as one reply."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx2
import openai
from pydantic import TypeAdapter, ValidationError

from jobs.errors import AttemptFailed, ConnectionLost, ProviderUnavailable
from jobs.providers.base import Usage
from jobs.providers.openai.chat_answers import Completion, Message, end_of
from jobs.providers.openai.salvage import without_thoughts
from resilience import listening

# After what has come is read, so many times as long as that took.
REST = 9.0
# More pieces than tokens were allowed: the server does not know the limit.
SPARE_PIECES = 50
# What ends with one and the same thing so often, and for so long, goes on like that to its limit.
REPEATS, REPEATED_CHARACTERS = 4, 600
_LOOKED_AT_EVERY = 200
_TAIL = 48

_KEPT = ("usage", "model", "service_tier")
Grown = Callable[[str], None]
_JSON_OBJECT = TypeAdapter(dict[str, Any])


@dataclass(slots=True)
class Reply:
    """`body`: what the server says beside its choices. `silence_seconds`: the longest wait for a piece, None where the
    answer came at once. `broken_by`: what ended it before it was whole. `is_repeating`: it was ended since it did.
    """

    request_id: str = ""
    content: str = ""
    refusal: str = ""
    finish_reason: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    silence_seconds: float | None = None
    broken_by: AttemptFailed | None = None
    is_repeating: bool = False
    _looked_at: int = 0
    _told_next: float = 0.0
    _asked_at: float = field(default_factory=monotonic)

    @property
    def said(self) -> str:
        return self.content or self.refusal

    @property
    def is_cut(self) -> bool:
        return self.finish_reason == "length" or self.broken_by is not None

    def is_thought_away(self, usage: Usage) -> bool:
        """Whether thoughts, aloud or not, took what might be written."""
        is_at_limit = self.finish_reason == "length" and not self.is_repeating
        is_thought = 2 * usage.reasoning_tokens > usage.output_tokens
        return is_at_limit and (not without_thoughts(self.content) or is_thought)

    def receive(
        self, response: httpx2.Response, client: openai.OpenAI, at_most: int, grown: Grown
    ) -> None:
        """`at_most`: how many tokens were allowed; `grown` is told the text when an item may have ended. Raises OpenAIError, TransportError, AttemptFailed."""
        if "event-stream" not in response.headers.get("content-type", ""):
            self._take_whole(response.read())
            return
        # Without a type of the SDK, whose servers keep to it, while others do not.
        chunks = openai.Stream(cast_to=object, response=response, client=client)
        for number, chunk in enumerate(self._timed(chunks, response.extensions["heard"])):
            if isinstance(chunk, dict):
                length = len(self.content)
                self._add(chunk)
                if "}" in self.content[length:]:
                    self._tell(grown)
            if not self.finish_reason and (number > at_most + SPARE_PIECES or self._repeats()):
                self.finish_reason = "length"
                return
        if not self.finish_reason and "usage" not in self.body:
            self.broken_by = ConnectionLost()

    def _take_whole(self, content: bytes) -> None:
        try:
            body = _JSON_OBJECT.validate_json(content)
            choices = Completion.model_validate(body).choices
        except ValidationError:
            # A page of a proxy or of a wrong address, not an answer of the service.
            raise ProviderUnavailable from None
        self.body = body
        if choices:
            self._take(choices[0].message, choices[0].finish_reason)

    def _timed(self, chunks: Iterable[object], heard: Callable[[], None]) -> Iterator[object]:
        since = self._asked_at
        for chunk in chunks:
            heard()
            listening.heard()
            self.silence_seconds = max(self.silence_seconds or 0, monotonic() - since)
            since = monotonic()
            yield chunk

    def _add(self, chunk: Mapping[str, Any]) -> None:
        self.body |= {name: chunk[name] for name in _KEPT if chunk.get(name)}
        try:
            choice = chunk["choices"][0]
            said = Message.model_validate(choice.get("delta") or choice.get("message") or {})
            self._take(said, end_of(choice.get("finish_reason")))
        except (LookupError, TypeError, AttributeError, ValidationError):
            return  # a piece that says nothing, as the one that holds the usage

    def _tell(self, grown: Grown) -> None:
        """Now and then, so that reading an answer of any kind again and again takes a tenth of the time at most."""
        if (before := monotonic()) >= self._told_next:
            grown(self.content)
            self._told_next = monotonic() + REST * (monotonic() - before)

    def _repeats(self) -> bool:
        """Looked at now and then."""
        if len(self.content) >= self._looked_at + _LOOKED_AT_EVERY:
            self._looked_at = len(self.content)
            self.is_repeating = is_repeating(self.content)
        return self.is_repeating

    def _take(self, message: Message, finish_reason: str | None) -> None:
        self.content += message.content or ""
        self.refusal += message.refusal or ""
        self.finish_reason = finish_reason or self.finish_reason


def is_repeating(text: str) -> bool:
    """Does it end with one and the same thing, again and again?"""
    tail = text[-_TAIL:]
    before = text.rfind(tail, 0, len(text) - 1)
    period = len(text) - len(tail) - before
    end = text[-max(REPEATS * period, REPEATED_CHARACTERS) :]
    is_long = len(end) >= max(REPEATS * period, REPEATED_CHARACTERS)
    return before >= 0 and is_long and end[period:] == end[:-period]
