"""The SDK's client for one server: what it is told, and nothing that the environment says beside it."""

import re
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import httpx2
import openai

from jobs.errors import ProviderUnavailable
from jobs.providers.connect_ahead import ConnectAhead
from jobs.providers.deadline_transport import DeadlineTransport
from jobs.providers.proxies import Proxies

CONNECT_SECONDS = 5.0
# An answer that never falls silent ends all the same, before its reservation does (BudgetPolicy.reservation_seconds).
CALL_SECONDS = 600.0

# Whatever else is in the environment's OPENAI_CUSTOM_HEADERS, OPENAI_ORG_ID, ... is not sent.
_OUR_HEADERS = re.compile(
    r"accept|accept-encoding|authorization|connection|content-length|content-type|host|user-agent"
    r"|x-stainless-.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class OpenAIPolicy:
    """`timeout_seconds`: until an answer begins, and between two pieces of it. `max_answer_tokens`: the most one may take,
    beside what the model thinks. `reasoning_…`: in place of what the model's family is given. `without`: what of the
    protocol the server does not take (parts.py).
    """

    api_key: str = field(repr=False)
    base_url: str = "https://api.openai.com/v1"
    model: str = "gpt-4o-mini"
    timeout_seconds: float = 60.0
    max_answer_tokens: int = 8500
    part_characters: int = 20_000
    reasoning_effort: str = ""
    reasoning_tokens: int | None = None
    without: tuple[str, ...] = ()
    proxies: Proxies = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not self.api_key.isascii() or not self.api_key.isprintable():
            raise ValueError("The OpenAI API key has characters that no HTTP header can carry.")


class Connection:
    """Safe for threads. The client and its pool are made when first needed, after any fork."""

    def __init__(self, policy: OpenAIPolicy) -> None:
        self._policy = policy
        self._client: openai.OpenAI | None = None
        self._transport: DeadlineTransport | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    def client(self) -> openai.OpenAI:
        """Raises ProviderUnavailable once closed."""
        with self._lock:
            if self._is_closed:
                raise ProviderUnavailable
            if self._client is None:
                timeout = self._policy.timeout_seconds
                connect = min(CONNECT_SECONDS, timeout)
                ahead = ConnectAhead(self._policy.base_url, connect, self._policy.proxies)
                self._transport = DeadlineTransport(timeout, max(timeout, CALL_SECONDS), ahead)
                self._client = _sdk_client(self._policy, self._transport)
            return self._client

    def opened(self) -> AbstractContextManager[None]:
        """Ahead of the next call of this thread."""
        # The SDK loads what a request is made of when that is first named, which takes longer than to send it.
        _ = self.client().chat.completions.with_streaming_response
        assert self._transport
        return self._transport.ahead.opened()

    def close(self) -> None:
        """End the calls that are waiting, and take no more."""
        with self._lock:
            self._is_closed = True
            if self._transport:
                self._transport.close()


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
