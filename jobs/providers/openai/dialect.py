"""What a server takes of OpenAI's protocol: told by a setting, else found out by what it refuses.

A refusal that names a part of the request costs nothing. The part is left out from then on, by this process.
"""

import json
import logging
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import openai

from jobs.providers.openai.chat_requests import ChatRequest
from jobs.providers.openai.families import Family
from jobs.providers.openai.parts import PARTS

logger = logging.getLogger(__name__)

_READ_CHARACTERS = 2000
# LocalAI and llama.cpp fail with 500 over a grammar; a stream that fails so is another matter.
_REFUSALS = (400, 422, 500, 501)
# The same names stand in complaints about sizes.
_OF_SIZE = re.compile(
    r"context|too (?:large|long|many)|exceed|at most|maximum|less than|greater than"
)
_OWN_HOSTS = ("openai.com", "azure.com")

IN_WORDS = "\n\nThe schema of the JSON object:\n"


class Dialect:
    """Of one server and model; safe for threads."""

    def __init__(self, base_url: str, model: str, family: Family, without: Iterable[str]) -> None:
        self._model = model
        self._family = family
        self._without = set(without)
        host = urlsplit(base_url).hostname or ""
        # Others know the one or the other limit, and do not say when they ignore one.
        self._has_both_limits = family.takes_temperature and not host.endswith(_OWN_HOSTS)

    def arguments(self, chat: ChatRequest) -> dict[str, Any]:
        """What the request says."""
        form = self._response_format(chat)
        system = chat.prompt.system
        if form.get("type") != "json_schema":
            system += IN_WORDS + json.dumps(chat.prompt.schema)
        optional: dict[str, Any] = {
            "response_format": form,
            "temperature": chat.temperature if self._family.takes_temperature else None,
            "reasoning_effort": self._family.effort,
            **self._limits(chat),
        }
        if self._takes("stream"):
            optional |= {"stream": True, "stream_options": {"include_usage": True}}
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": chat.user_message},
        ]
        said = {name: value for name, value in optional.items() if value and self._takes(name)}
        return {"model": self._model, "messages": messages, **said}

    def learns(self, refusal: openai.APIStatusError, sent: dict[str, Any]) -> bool:
        """Whether the server has refused a part of what was sent, the first that it names; that is then left out."""
        if refusal.status_code not in _REFUSALS:
            return False
        words = f"{refusal.param or ''} {refusal.response.text[:_READ_CHARACTERS]}".lower()
        if _OF_SIZE.search(words):
            return False
        parts = (part for part in PARTS if refusal.status_code != 500 or part != "stream")
        named = {part: re.search(PARTS[part], words) for part in parts if _is_in(part, sent)}
        places = {part: found.start() for part, found in named.items() if found}
        if not places:
            return False
        part = min(places, key=places.__getitem__)
        self._without.add(part)
        logger.warning("server does not take a part of the request", extra={"part": part})
        return True

    def _takes(self, part: str) -> bool:
        return part not in self._without

    def _response_format(self, chat: ChatRequest) -> dict[str, Any]:
        if self._takes("json_schema"):
            schema = {"name": chat.schema_name, "strict": True, "schema": chat.prompt.schema}
            return {"type": "json_schema", "json_schema": schema}
        return {"type": "json_object"} if self._takes("json_object") else {}

    def _limits(self, chat: ChatRequest) -> dict[str, int]:
        """One that the server knows, since nothing else bounds its answer."""
        limits = {"max_completion_tokens": chat.answer_tokens}
        if self._has_both_limits or not self._takes("max_completion_tokens"):
            limits["max_tokens"] = chat.answer_tokens
        return limits


def _is_in(part: str, sent: dict[str, Any]) -> bool:
    if part in ("json_schema", "json_object"):
        return bool(sent.get("response_format", {}).get("type") == part)
    return part in sent
