"""What the ledger knows of one person: their tokens, and how it forgets who they were."""

import secrets
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Sum

from resilience.models import Budget, BudgetPeriod, OperatorAction, Reservation, UsageRecord
from resilience.scopes import user_scope

CHUNK = 500
_USAGE = (
    "id", "provider", "model", "kind", "outcome", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens",
    "audio_seconds", "images", "cost_usd", "is_estimated", "created_at",
)  # fmt: skip


def tokens_of(user: str) -> tuple[int, int]:
    """Tokens that providers have counted for this person: put in, and given out."""
    sums = UsageRecord.objects.filter(user_id=user).aggregate(
        put_in=Sum("input_tokens"), given=Sum("output_tokens")
    )
    return sums["put_in"] or 0, sums["given"] or 0


def usage_of(user: str) -> Iterator[dict[str, Any]]:
    """Every paid call of this person, oldest first; a bounded number of rows is held at a time."""
    after = 0
    while True:
        rows = UsageRecord.objects.filter(user_id=user, id__gt=after).order_by("id")
        chunk = list(rows.values(*_USAGE)[:CHUNK])
        for row in chunk:
            yield {
                **row,
                "cost_usd": str(row["cost_usd"]),
                "created_at": row["created_at"].isoformat(),
            }
        if len(chunk) < CHUNK:
            return
        after = chunk[-1]["id"]


def anonymize(user: str) -> None:
    """Keep every row of money, under a name that leads to nobody. What is held now is settled under that name too."""
    nobody = f"erased-{secrets.token_hex(8)}"
    scope, new_scope = user_scope(user), user_scope(nobody)
    with transaction.atomic():
        # In the order of the ledger: who settles has the reservation before the months, who reserves the months before.
        held = Reservation.objects.filter(user_id=user)
        held.update(user_id=nobody)
        list(BudgetPeriod.objects.select_for_update().filter(scope=scope).order_by("month"))
        BudgetPeriod.objects.filter(scope=scope).update(scope=new_scope)
        held.all().update(user_id=nobody)
        Budget.objects.filter(scope=scope).delete()
        UsageRecord.objects.filter(user_id=user).update(user_id=nobody)
        OperatorAction.objects.filter(target=scope).update(target=new_scope)
