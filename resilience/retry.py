"""What a failure means: for the provider's health, for the money, and for another attempt.

The vendors' own tables (status, SDK error, provider code -> one of these kinds) are in jobs/providers/.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from resilience.policies import RetryPolicy
from resilience.store import Outcome
from resilience.usage import Consumed

UNUSABLE_ATTEMPTS = 2


class FailureKind(StrEnum):
    """TRANSIENT: connection, 5xx, timeout. THROTTLED: 429. FATAL: bad credentials, exhausted quota.
    UNUSABLE: it answered, but nothing can be made of the answer. PERMANENT: our request was wrong.
    INTERRUPTED: we went away ourselves.
    """

    TRANSIENT = "transient"
    THROTTLED = "throttled"
    FATAL = "fatal"
    UNUSABLE = "unusable"
    PERMANENT = "permanent"
    INTERRUPTED = "interrupted"


# Only the provider's health counts: an unusable answer is an answer, our mistakes are ours.
OUTCOMES: dict[FailureKind, Outcome] = {
    FailureKind.TRANSIENT: Outcome.FAIL,
    FailureKind.THROTTLED: Outcome.THROTTLED,
    FailureKind.FATAL: Outcome.FATAL,
    FailureKind.UNUSABLE: Outcome.OK,
    FailureKind.PERMANENT: Outcome.IGNORE,
    FailureKind.INTERRUPTED: Outcome.IGNORE,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What the guard is told about an error of a call.

    `consumed`: what the provider charged for it, if it said so. `may_be_billed`: it may charge although
    it did not say so; then all that was reserved is booked. `reason`: one word for operators.
    """

    kind: FailureKind
    retry_after_seconds: float = 0
    consumed: Consumed | None = None
    may_be_billed: bool = False
    reason: str = ""


def retry_delay(
    policy: RetryPolicy,
    kind: FailureKind,
    attempt: int,
    *,
    retry_after_seconds: float = 0,
    uniform: Callable[[float, float], float],
) -> float | None:
    """Seconds to wait after the `attempt`-th attempt (from 1) failed, None when it was the last.

    Exponential with full jitter; the provider's Retry-After is the floor.
    """
    if kind in (FailureKind.FATAL, FailureKind.PERMANENT) or attempt >= policy.max_attempts:
        return None
    if kind == FailureKind.UNUSABLE and attempt >= UNUSABLE_ATTEMPTS:
        return None
    ceiling = min(policy.max_seconds, policy.base_seconds * 2 ** (attempt - 1))
    return max(retry_after_seconds, uniform(0, ceiling))
