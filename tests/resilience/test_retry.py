"""Whether there is another attempt, and when."""

import pytest

from resilience.policies import RetryPolicy
from resilience.retry import OUTCOMES, FailureKind, retry_delay

POLICY = RetryPolicy(max_attempts=5, base_seconds=2, max_seconds=10)


def longest(low: float, high: float) -> float:
    return high


def shortest(low: float, high: float) -> float:
    return low


def test_the_ceiling_doubles_up_to_the_longest_delay() -> None:
    delays = [
        retry_delay(POLICY, FailureKind.TRANSIENT, attempt, uniform=longest)
        for attempt in range(1, 6)
    ]

    assert delays == [2, 4, 8, 10, None]


def test_retry_after_is_the_floor() -> None:
    delay = retry_delay(POLICY, FailureKind.THROTTLED, 1, retry_after_seconds=7, uniform=shortest)

    assert delay == 7


def test_the_jitter_is_full() -> None:
    assert retry_delay(POLICY, FailureKind.TRANSIENT, 3, uniform=shortest) == 0


@pytest.mark.parametrize("kind", [FailureKind.FATAL, FailureKind.PERMANENT])
def test_what_cannot_get_better_is_not_tried_again(kind: FailureKind) -> None:
    assert retry_delay(POLICY, kind, 1, uniform=shortest) is None


def test_an_unusable_answer_is_asked_for_once_more() -> None:
    delays = [
        retry_delay(POLICY, FailureKind.UNUSABLE, attempt, uniform=shortest) for attempt in (1, 2)
    ]

    assert delays == [0, None]


def test_every_kind_of_failure_has_an_outcome() -> None:
    assert set(OUTCOMES) == set(FailureKind)
