"""What the ledger knows of one person: their tokens, and how it forgets who they were."""

import secrets
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Sum
from typing_extensions import TypedDict

from resilience.models import Budget, BudgetPeriod, OperatorAction, Reservation, UsageRecord
from resilience.scopes import user_scope
from unilingo.common.pages import in_chunks
from unilingo.common.shapes import Timestamp


class PaidUsage(TypedDict):
    id: int
    provider: str
    model: str
    kind: str
    outcome: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    audio_seconds: float
    images: int
    cost_usd: str
    is_estimated: bool
    created_at: Timestamp


def tokens_of(user: str) -> tuple[int, int]:
    """Tokens that providers have counted for this person: put in, and given out."""
    sums = UsageRecord.objects.filter(user_id=user).aggregate(
        put_in=Sum("input_tokens"), given=Sum("output_tokens")
    )
    return sums["put_in"] or 0, sums["given"] or 0


def usage_of(user: str) -> Iterator[PaidUsage]:
    """Every paid call of this person, oldest first; a bounded number of rows is held at a time."""
    rows = UsageRecord.objects.filter(user_id=user)
    for row in in_chunks(rows, "created_at", oldest_first=True):
        columns = {name: getattr(row, name) for name in PaidUsage.__annotations__}
        at = row.created_at.isoformat()
        yield PaidUsage(**columns | {"cost_usd": str(row.cost_usd), "created_at": at})  # type: ignore[typeddict-item]  # columns by their names


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
