"""Tells operators that a budget of theirs has passed 50, 80 or 100 % of its limit: one event, once for each mark.

It is written in the transaction that spent the money. What a user may spend is told to that user (jobs/webhooks/allowance.py).
"""

from typing import Any

from resilience.crossings import FULL, Crossing, budget_crossed
from resilience.scopes import kind_of_scope
from unilingo.common.timestamps import iso
from unilingo.monitoring import notices
from unilingo.monitoring.alerts import Alert, runbook

ABOUT = "budgetCrossed"


def listen() -> None:
    budget_crossed.connect(_tell, dispatch_uid=ABOUT)


def _tell(*, crossing: Crossing, **_: object) -> None:
    if kind_of_scope(crossing.scope) != "user":
        notices.queue(ABOUT, _body(crossing), crossing.at)


def _body(crossing: Crossing) -> dict[str, Any]:
    is_full = crossing.percent == FULL
    # A rest that pays for no further call is as good as none.
    share = "up" if is_full else f"{crossing.percent} % of"
    return {
        "type": "budget.crossed",
        "timestamp": iso(crossing.at),
        "data": {
            "alert": ABOUT,
            "severity": "critical" if is_full else "warning",
            "text": f"{crossing.scope} has used {share} what it may cost in {crossing.month:%Y-%m}.",
            "runbook": runbook(Alert.BUDGET_EXCEEDED if is_full else Alert.BUDGET_WARNING),
            "figures": {
                "scope": crossing.scope,
                "month": f"{crossing.month:%Y-%m}",
                "percent": crossing.percent,
                "spentUsd": float(crossing.spent),
                "limitUsd": float(crossing.limit),
            },
        },
    }
