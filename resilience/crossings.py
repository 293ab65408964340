"""A scope's month passes 50, 80 or 100 % of its limit: that is told once for each, however many processes spend.

Whoever listens to `budget_crossed` writes in the same transaction, so nothing is told that was not booked, or left untold.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.dispatch import Signal

from resilience.accounts import Account
from resilience.models import BudgetPeriod
from resilience.scopes import kind_of_scope
from unilingo.common.metrics import BUDGET_CROSSINGS, meter

logger = logging.getLogger(__name__)

PERCENTS = (50, 80, 100)
FULL = PERCENTS[-1]
# Its receivers are given a `crossing`.
budget_crossed = Signal()


@dataclass(frozen=True, slots=True)
class Crossing:
    scope: str
    month: date
    percent: int
    spent: Decimal
    limit: Decimal
    at: datetime


def note(account: Account, month: date, spent: Decimal, now: datetime) -> None:
    """The account's row is locked, and has spent so much from now on."""
    limit = account.limit
    if not limit:
        return
    told, passed = _told(account, limit), _passed(spent, limit)
    if max(told, passed) == account.warned_percent:
        return
    mark = {"warned_percent": max(told, passed), "warned_limit": limit, "warned_at": now}
    BudgetPeriod.objects.filter(scope=account.scope, month=month).update(**mark)
    if passed > told:
        _tell(Crossing(account.scope, month, passed, spent, limit, now))


def note_full(account: Account, month: date, now: datetime) -> None:
    """The limit counts as reached although something is left: that pays for no further call."""
    if not account.limit:
        return
    mark = {"warned_percent": FULL, "warned_limit": account.limit}
    with transaction.atomic():
        period = BudgetPeriod.objects.filter(scope=account.scope, month=month)
        if period.exclude(**mark).update(**mark, warned_at=now):
            _tell(Crossing(account.scope, month, FULL, account.spent, account.limit, now))


def _told(account: Account, limit: Decimal) -> int:
    """Of this limit: what was told of a lower one counts only as far as it holds of this one too."""
    if limit == account.warned_limit:
        return account.warned_percent
    return min(account.warned_percent, _passed(account.spent, limit))


def _passed(spent: Decimal, limit: Decimal) -> int:
    return max((percent for percent in PERCENTS if spent * 100 >= percent * limit), default=0)


def _tell(crossing: Crossing) -> None:
    budget_crossed.send(Crossing, crossing=crossing)
    transaction.on_commit(partial(_count, crossing))


def _count(crossing: Crossing) -> None:
    facts = {"scope": crossing.scope, "percent": crossing.percent}
    meter.count(BUDGET_CROSSINGS, kind_of_scope(crossing.scope), str(crossing.percent))
    logger.warning("budget used", extra={**facts, "limit_usd": float(crossing.limit)})
