"""What the OpenAI SDK raises, as our errors."""

import re

import httpx2
import openai

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    UnusableAnswer,
)
from jobs.providers.deadline_transport import broken_off
from jobs.providers.retry_after import retry_after_seconds

# What a 400 or 429 really means is in its code or type:
# https://platform.openai.com/docs/guides/error-codes
_BY_REASON: dict[str, type[AttemptFailed]] = {
    "rate_limit_exceeded": ProviderThrottled,
    "slow_down": ProviderThrottled,
    "insufficient_quota": ProviderMisconfigured,
    "credit_balance_exhausted": ProviderMisconfigured,
    "billing_hard_limit_reached": ProviderMisconfigured,
    "organization_spend_limit_exceeded": ProviderMisconfigured,
    "project_spend_limit_exceeded": ProviderMisconfigured,
    "organization_usage_limit_exceeded": ProviderMisconfigured,
    "budget_exceeded": ProviderMisconfigured,  # LiteLLM's, as is the next
    "expired_key": ProviderMisconfigured,
    "json_validate_failed": UnusableAnswer,  # Groq's, of what its model wrote
    "content_filter": ContentRefused,
    "content_policy_violation": ContentRefused,
}
_BY_STATUS: dict[int, type[AttemptFailed]] = {
    401: ProviderMisconfigured,
    402: ProviderMisconfigured,
    403: ProviderMisconfigured,
    408: ProviderUnavailable,
    409: ProviderUnavailable,
    429: ProviderThrottled,
}

_PLAIN_WORD = re.compile(r"[\w.-]{1,80}", re.ASCII)


def failure_of(
    error: openai.OpenAIError | httpx2.TransportError | ValueError, provider: str
) -> AttemptFailed:
    """Holds nothing the server wrote but its status, its codes and its request id, as a note."""
    if isinstance(error, openai.APIStatusError):
        return _refusal(error, provider)
    cause = isinstance(error, openai.OpenAIError) and error.__cause__
    return broken_off(cause if isinstance(cause, Exception) else error, provider)


def plain_word(word: str | None) -> str:
    """A word of the server's if it is fit for a log, else nothing."""
    return word if word and _PLAIN_WORD.fullmatch(word) else ""


def _refusal(error: openai.APIStatusError, provider: str) -> AttemptFailed:
    status = error.status_code
    reasons = [word for word in (error.code, error.type) if isinstance(word, str)]
    kind = _BY_STATUS.get(status, ProviderUnavailable if status >= 500 else ProviderRefused)
    if status in (400, 429):
        kind = next((_BY_REASON[word] for word in reasons if word in _BY_REASON), kind)
    failure = kind(retry_after=retry_after_seconds(error.response.headers, status))
    words = (plain_word(word) for word in (*reasons, error.request_id))
    failure.add_note(" ".join([f"{provider}: {status}", *filter(None, words)]))
    if status == 404:
        failure.add_note("no such model or address there")
    return failure
