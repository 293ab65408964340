"""What the Speech SDK tells of a recognition that was cancelled, as our errors."""

from typing import Any

from jobs.errors import (
    AttemptFailed,
    ConnectionLost,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderThrottled,
    ProviderTimeout,
    ProviderUnavailable,
)

# By the names of CancellationErrorCode; what is not here (ServiceError, RuntimeError, ...) is an outage.
_BY_CODE: dict[str, type[AttemptFailed]] = {
    "AuthenticationFailure": ProviderMisconfigured,
    "Forbidden": ProviderMisconfigured,
    "BadRequest": ProviderRefused,
    "TooManyRequests": ProviderThrottled,
    "ServiceUnavailable": ProviderUnavailable,
    "ServiceTimeout": ProviderTimeout,
    "NoAnswer": ProviderTimeout,  # our own: it said nothing in time
}


def failure_of(details: Any, is_connected: bool) -> AttemptFailed:
    """Of an SDK's CancellationDetails."""
    return interrupted(details.code.name, is_connected)


def interrupted(name: str, is_connected: bool) -> AttemptFailed:
    """`is_connected`: audio may have been taken, and charged for."""
    kind = _BY_CODE.get(name, ConnectionLost)
    if kind.may_be_billed and not is_connected:
        kind = ProviderUnavailable
    failure = kind()
    failure.add_note(f"azure-speech: {name}")
    return failure
