"""What jobs, their kinds and their users have cost."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Sum

from resilience.models import UsageRecord


@dataclass(frozen=True, slots=True)
class PaidCall:
    """One call of a job that cost something; `at`: when it had ended."""

    permit: str
    at: datetime
    provider: str
    model: str
    outcome: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Spent:
    """Dollars for the calls that one provider was sent for one user's jobs of one kind."""

    provider: str
    kind: str
    user_id: str
    usd: Decimal


def calls_of(job_id: str) -> list[PaidCall]:
    """In the order in which they ended."""
    rows = UsageRecord.objects.filter(job_id=job_id).order_by("created_at", "id")
    told = rows.values_list(
        *("permit", "created_at", "provider", "model", "outcome"),
        *("input_tokens", "cached_tokens", "output_tokens", "cost_usd"),
    )
    return [PaidCall(*row) for row in told]


def spent_on(job_id: str) -> float:
    """Dollars that were booked for a job, to be counted. In SQL, since every replay asks."""
    with connection.cursor() as cursor:
        sums = f"SELECT sum(cost_usd) FROM {UsageRecord._meta.db_table} WHERE job_id = %s"
        cursor.execute(sums, [job_id])
        return float(cursor.fetchone()[0] or 0)


def jobs_that_cost(at_least: Decimal) -> QuerySet[UsageRecord, str]:
    """Their ids."""
    sums = UsageRecord.objects.values("job_id").annotate(usd=Sum("cost_usd"))
    return sums.filter(usd__gte=at_least).values_list("job_id", flat=True)


def cost_of_job(job_id: OuterRef) -> Subquery:
    """Dollars, for a query over jobs; none where nothing was paid."""
    of_job = UsageRecord.objects.filter(job_id=job_id).order_by().values("job_id")
    return Subquery(of_job.annotate(usd=Sum("cost_usd")).values("usd"))


def spent_since(since: datetime) -> list[Spent]:
    calls = UsageRecord.objects.filter(created_at__gte=since).order_by()
    sums = calls.values_list("provider", "kind", "user_id").annotate(usd=Sum("cost_usd"))
    return [Spent(*row) for row in sums]
