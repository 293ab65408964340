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
}


def failure_of(details: Any, is_connected: bool) -> AttemptFailed:
    """Of an SDK's CancellationDetails. `is_connected`: audio may have been taken, and charged for."""
    return interrupted(details.code.name, is_connected)


def interrupted(name: str, is_connected: bool) -> AttemptFailed:
    failure = _BY_CODE.get(name, ConnectionLost if is_connected else ProviderUnavailable)()
    failure.add_note(f"azure-speech: {name}")
    return failure
