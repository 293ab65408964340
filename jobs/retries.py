"""Whether a job goes on by itself after an attempt that has no result."""

import random

from django.conf import settings

from jobs.claims import Claim
from jobs.errors import AttemptFailed
from jobs.providers.guarded import classify
from resilience.errors import AllowanceExhausted, CallInterrupted, CallRefused
from resilience.policies import RetryPolicy
from resilience.retry import retry_delay


def waits(refused: CallRefused) -> bool:
    """Whether a call that was refused may be made later: not in a month."""
    may_end = isinstance(refused, CallInterrupted) or refused.retry_after is not None
    return may_end and not isinstance(refused, AllowanceExhausted)


def seconds_to_retry(claim: Claim, error: AttemptFailed) -> float | None:
    """None: this was the last attempt."""
    policy, failure = settings.JOB_POLICY, classify(error)
    return retry_delay(
        RetryPolicy(claim.max_attempts, policy.retry_base_seconds, policy.retry_max_seconds),
        failure.kind,
        claim.attempt,
        retry_after_seconds=failure.retry_after_seconds,
        uniform=random.uniform,
    )
