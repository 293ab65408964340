"""The rows of a month that one call is charged to: locked with their limits and switches by one statement, changed by another.

In SQL, since every call of a provider waits for both: Django takes longer to put them together than the database to do them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from resilience.models import BudgetPeriod

_LOCK = """
SELECT p.scope, p.spent, p.reserved, p.warned_percent, p.warned_limit, b.scope, b.limit_usd, k.scope, k.reason, k.month
FROM resilience_budgetperiod p
LEFT JOIN resilience_budget b ON b.scope = p.scope
LEFT JOIN resilience_killswitch k
    ON k.scope = p.scope AND k.is_active AND (k.month IS NULL OR k.month = p.month)
WHERE p.month = %s AND p.scope IN (%s, %s, %s)
ORDER BY p.scope"""
_STOPPED = """
SELECT reason FROM resilience_killswitch WHERE scope = %s AND is_active AND month IS NULL"""
# Rounded, so that SQLite's sums of floats are the exact decimals again.
_CHARGE = """
UPDATE resilience_budgetperiod
SET reserved = ROUND(reserved + %s, 9), spent = ROUND(spent + %s, 9)
WHERE month = %s AND scope IN (%s, %s, %s)"""


@dataclass(frozen=True, slots=True)
class Account:
    """One scope's month. `limit` None: no limit. `switch`: why a kill switch in force was pulled, None when none is."""

    scope: str
    spent: Decimal
    reserved: Decimal
    warned_percent: int
    warned_limit: Decimal | None
    limit: Decimal | None
    switch: str | None
    is_limit: bool  # it was the limit that pulled the switch, and no person

    def pays(self, amount: Decimal) -> bool:
        return self.limit is None or self.spent + self.reserved + amount <= self.limit


def lock(
    scopes: list[str], month: date, default_limit: Callable[[str], Decimal | None]
) -> list[Account]:
    """The three accounts, locked in the order of their names until the transaction ends.

    SQLite has no row locks; there the transaction itself is the lock (`transaction_mode` IMMEDIATE).
    """
    rows = _select(scopes, month)
    if len(rows) < len(scopes):
        missing = [BudgetPeriod(scope=scope, month=month) for scope in scopes]
        BudgetPeriod.objects.bulk_create(missing, ignore_conflicts=True)
        rows = _select(scopes, month)
    return [
        Account(
            scope=scope,
            spent=_decimal(spent),
            reserved=_decimal(reserved),
            warned_percent=warned,
            warned_limit=_limit(warned_of),
            limit=default_limit(scope) if set_for is None else _limit(limit),
            switch=None if switch is None else reason,
            is_limit=of_month is not None,
        )
        for scope, spent, reserved, warned, warned_of, set_for, limit, switch, reason, of_month in rows
    ]


def charge(scopes: list[str], month: date, *, reserved: Decimal, spent: Decimal) -> None:
    """Add to what each of the three has reserved and spent; they are locked by this transaction."""
    with connection.cursor() as cursor:
        amounts = (f"{reserved:f}", f"{spent:f}") if _is_sqlite() else (reserved, spent)
        cursor.execute(_CHARGE, [*amounts, _month(month), *scopes])


def why_stopped(scope: str) -> str | None:
    """Why an operator has pulled the scope's switch; None when nobody has. Asked with each request for work."""
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED, [scope])
        found = cursor.fetchone()
    return found[0] if found else None


def _select(scopes: list[str], month: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        locking = "" if _is_sqlite() else " FOR UPDATE OF p"
        cursor.execute(_LOCK + locking, [_month(month), *scopes])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _month(month: date) -> Any:
    return connection.ops.adapt_datefield_value(month)


def _decimal(value: Any) -> Decimal:
    """SQLite gives floats, whose shortest form is the decimal that was stored."""
    return Decimal(str(value))


def _limit(value: Any) -> Decimal | None:
    return None if value is None else _decimal(value)
