"""The bodies that operators are answered with; what is in them is in resilience/queries.py."""

from typing_extensions import TypedDict

from resilience.queries import BreakerView, BudgetView, LimitsView
from unilingo.common.shapes import Done, Success, Timestamp


class CircuitBreakers(Success):
    circuitBreakers: dict[str, BreakerView]
    timestamp: Timestamp


class RateLimits(Success):
    rateLimits: dict[str, LimitsView]
    timestamp: Timestamp


class Budget(Success):
    budget: BudgetView
    timestamp: Timestamp


class BreakerCommanded(Done):
    timestamp: Timestamp


class KillSwitch(Done):
    killSwitchActive: bool
    reason: str | None
    timestamp: Timestamp


class LimitSet(Done):
    limit: float | None
    timestamp: Timestamp


class AiStatusView(TypedDict):
    queueSize: int
    isProcessing: bool
    circuitBreakerOpen: bool
    requestsThisMinute: int
    tokensThisMinute: int
    requestsPerMinute: int | None
    tokensPerMinute: int | None
    currentMinute: int


class AiStatus(Success):
    status: AiStatusView
    timestamp: Timestamp
