"""Why a call to a provider was not made.

CallRefused                  nothing was sent and nothing was charged
├── RateLimited              RATE_LIMITED           a window, the spacing, the places at once, a cooldown, or others first
├── CircuitOpen              CIRCUIT_OPEN           the provider is failing, as this call found out when it was the probe,
│                                                   or an operator took it out
├── BudgetExhausted
│   ├── FleetBudgetExhausted BUDGET_LIMIT_EXCEEDED  this month's money of the fleet or of one provider
│   ├── MoneyHeld            BUDGET_LIMIT_EXCEEDED  what is left is reserved for calls under way: soon known
│   ├── KillSwitchOn         BUDGET_LIMIT_EXCEEDED  an operator, or the fleet's limit, stopped paid work
│   └── AllowanceExhausted   ALLOWANCE_EXHAUSTED    this month's allowance of one user
├── GuardUnavailable         GUARD_UNAVAILABLE      the shared limits cannot be read and the policy is to deny
├── CostLimited              COST_LIMIT_EXCEEDED    the job could cost more than its owner wants to pay: final
├── CallTooLarge             CALL_TOO_LARGE         one call asks for more than a whole window: final
├── PriceUnknown             PRICE_UNKNOWN          nobody said what this model costs: final until a price is added
└── CallInterrupted          CALL_INTERRUPTED       the caller was told to stop while it waited in line

UnknownProvider              NOT_FOUND              an operator named a provider that is none; `available` are the names
"""

from decimal import Decimal
from typing import ClassVar, Literal

WaitReason = Literal["rate_limit", "circuit_open", "budget", "paused", "fairness"]


class CallRefused(Exception):
    """`str(error)` is one sentence for people, fit for `waitingFor.explanation`.

    `retry_after`: seconds after which asking again makes sense, None when it never does.
    `reason`: the word of `waitingFor.reason`. `place`: number in line, counted from 1, where known.
    `scope`: for what it waits, whose room ends the wait (scopes.py); `cost`: the dollars that the call needs.
    `detail`: for operators and logs, never for clients.
    """

    code: ClassVar[str]
    message: ClassVar[str]
    default_reason: ClassVar[WaitReason] = "rate_limit"

    def __init__(
        self,
        *,
        retry_after: float | None = None,
        reason: WaitReason | None = None,
        place: int | None = None,
        scope: str = "",
        cost: Decimal | None = None,
        detail: str = "",
    ) -> None:
        super().__init__(self.message)
        self.retry_after = retry_after
        self.reason: WaitReason = reason or self.default_reason
        self.place = place
        self.scope = scope
        self.cost = cost
        self.detail = detail


class RateLimited(CallRefused):
    code = "RATE_LIMITED"
    message = "The service that does this work is used to its limit; this continues by itself."


class CircuitOpen(CallRefused):
    code = "CIRCUIT_OPEN"
    message = "The service that does this work has a disturbance; this continues when it is over."
    default_reason: ClassVar[WaitReason] = "circuit_open"


class BudgetExhausted(CallRefused):
    default_reason: ClassVar[WaitReason] = "budget"


class FleetBudgetExhausted(BudgetExhausted):
    code = "BUDGET_LIMIT_EXCEEDED"
    message = "Service temporarily unavailable due to budget limits."


class MoneyHeld(BudgetExhausted):
    code = "BUDGET_LIMIT_EXCEEDED"
    message = "The money that is left is set aside for work under way; this continues by itself."


class KillSwitchOn(BudgetExhausted):
    code = "BUDGET_LIMIT_EXCEEDED"
    message = "Service temporarily unavailable due to budget limits: paid work is paused."
    default_reason: ClassVar[WaitReason] = "paused"


class AllowanceExhausted(BudgetExhausted):
    code = "ALLOWANCE_EXHAUSTED"
    message = (
        "This AI usage exceeds your monthly allowance. "
        "Please try with shorter content or wait until next month when your budget resets."
    )


class GuardUnavailable(CallRefused):
    code = "GUARD_UNAVAILABLE"
    message = "Calls cannot be counted at the moment; this continues by itself."
    default_reason: ClassVar[WaitReason] = "circuit_open"


class CallTooLarge(CallRefused):
    code = "CALL_TOO_LARGE"
    message = "This is more than the service that does this work takes at once."


class CostLimited(CallRefused):
    code = "COST_LIMIT_EXCEEDED"
    message = "This could cost more than the limit that was given with the request."


class PriceUnknown(CallRefused):
    code = "PRICE_UNKNOWN"
    message = "The service that does this work is not set up completely."
    default_reason: ClassVar[WaitReason] = "budget"


class CallInterrupted(CallRefused):
    code = "CALL_INTERRUPTED"
    message = "This was stopped while it waited."


class UnknownProvider(LookupError):
    code = "NOT_FOUND"

    def __init__(self, name: str, available: list[str]) -> None:
        super().__init__(f"Unknown circuit breaker: {name}")
        self.available = available
