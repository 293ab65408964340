"""The breaker's part of lua/release.lua in Python: what the end of a call does to it."""

import math

from resilience.memory.state import Provider
from resilience.policies import STAT_SLICES, BreakerPolicy, milliseconds
from resilience.store import BreakerState, Outcome, Report, Transition

COUNTED = {Outcome.OK: 0, Outcome.SLOW: 1, Outcome.FAIL: 2}


def count(policy: BreakerPolicy, provider: Provider, report: Report, now: int) -> Transition | None:
    """Tell the breaker how a call ended. Returns the transition that this made."""
    outcome = report.outcome
    if outcome in (Outcome.OK, Outcome.SLOW):
        average = report.duration_ms if provider.average is None else provider.average
        provider.average = math.ceil(average * 0.9 + report.duration_ms * 0.1)
    if outcome == Outcome.THROTTLED:
        rest = report.retry_after_ms or milliseconds(policy.throttled_seconds)
        provider.cooldown_until = max(provider.cooldown_until, now + rest)
    if outcome in (Outcome.IGNORE, Outcome.THROTTLED) or report.generation != provider.generation:
        return None
    if outcome == Outcome.FATAL:
        rest = max(milliseconds(policy.fatal_open_seconds), report.retry_after_ms)
        return _open(policy, provider, report, now, report.reason, rest)
    if provider.state == BreakerState.HALF_OPEN:
        return _count_probe(policy, provider, report, now)
    if provider.state == BreakerState.OPEN:
        return None
    return _count_call(policy, provider, report, now)


def _count_probe(
    policy: BreakerPolicy, provider: Provider, report: Report, now: int
) -> Transition | None:
    if report.outcome != Outcome.OK:
        return _open(policy, provider, report, now, f"probe {report.outcome}")
    provider.half_open_successes += 1
    if provider.half_open_successes < policy.successes_to_close:
        return None
    provider.open_until, provider.closed_at = 0, now
    return provider.move(BreakerState.CLOSED, "probes succeeded", report.permit, now)


def _count_call(
    policy: BreakerPolicy, provider: Provider, report: Report, now: int
) -> Transition | None:
    is_failure = report.outcome == Outcome.FAIL
    stat_slice = now // (milliseconds(policy.window_seconds) // STAT_SLICES)
    provider.stats[stat_slice][COUNTED[report.outcome]] += 1
    provider.failures_in_a_row = provider.failures_in_a_row + 1 if is_failure else 0
    if report.outcome == Outcome.OK:
        return None
    ok, slow, failed = provider.recent_calls(policy.window_seconds, now)
    total = ok + slow + failed
    if is_failure and provider.failures_in_a_row >= policy.consecutive_failures:
        return _open(policy, provider, report, now, "consecutive failures")
    if total >= policy.minimum_calls and failed >= policy.failure_ratio * total:
        return _open(policy, provider, report, now, "failure rate")
    if total >= policy.minimum_calls and slow >= policy.slow_ratio * total:
        return _open(policy, provider, report, now, "slow calls")
    return None


def _open(
    policy: BreakerPolicy,
    provider: Provider,
    report: Report,
    now: int,
    reason: str,
    rest_ms: float | None = None,
) -> Transition:
    open_ms = milliseconds(policy.open_seconds)
    is_again = provider.state == BreakerState.HALF_OPEN or now - provider.closed_at < 10 * open_ms
    provider.openings = provider.openings + 1 if is_again else 1
    if rest_ms is None:
        longest = milliseconds(policy.open_max_seconds)
        rest_ms = min(longest, open_ms * 2 ** (provider.openings - 1))
    provider.open_until = math.floor(now + rest_ms * (1 + policy.open_jitter * report.jitter))
    return provider.move(BreakerState.OPEN, reason, report.permit, now)
