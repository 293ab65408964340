"""What operators are shown of breakers, limits and money, in the members and order of the public contract."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from django.db.models import Count, Sum
from typing_extensions import TypedDict

from resilience.ledger import MoneyLedger, month_of, switches_in_force
from resilience.models import BreakerTransition, BudgetPeriod, UsageRecord
from resilience.policies import ProviderPolicy
from resilience.redis_store import RedisStore
from resilience.scopes import FLEET, provider_scope, user_scope
from resilience.store import BreakerState, ProviderStatus
from unilingo.common.shapes import Timestamp, one_of
from unilingo.common.timestamps import iso, moment_of

# Whether somebody has forced it is in `forced`.
SHOWN_STATES = ["CLOSED", "OPEN", "HALF_OPEN"]


class BreakerView(TypedDict):
    name: str
    state: Annotated[str, one_of(SHOWN_STATES)]
    failures: int
    successes: int
    failureRate: float
    openedAt: Timestamp | None
    nextRetryAt: Timestamp | None
    reason: str | None
    generation: int
    slow: int
    consecutiveFailures: int
    failureThreshold: int
    successThreshold: int
    cooldownUntil: Timestamp | None
    waiting: int
    forced: bool


class WindowView(TypedDict):
    name: str
    limit: int
    used: int
    remaining: int
    resetInMs: int
    windowMs: int


class LimitsView(TypedDict):
    windows: list[WindowView]
    inFlight: int
    maxConcurrent: int | None
    spacingMs: int
    waiting: int
    oldestWaitingSeconds: float
    cooldownUntil: Timestamp | None


class SpendingView(TypedDict):
    calls: int
    spent: float


class ProviderSpendingView(SpendingView):
    reserved: float
    killSwitchActive: bool


class BudgetView(TypedDict):
    killSwitchActive: bool
    killSwitchReason: str | None
    monthlyLimit: float | None
    spent: float
    reserved: float
    remaining: float | None
    percentUsed: float | None
    month: str
    projectedMonthEnd: float
    queueDepth: int
    byProvider: dict[str, ProviderSpendingView]
    byKind: dict[str, SpendingView]


class CrossingView(TypedDict):
    """The last mark that a budget has passed this month."""

    scope: str
    percent: int
    limit: float
    at: str


class TransitionView(TypedDict):
    provider: str
    before: str
    after: str
    reason: str
    at: str


def circuit_breakers(
    store: RedisStore, policies: Iterable[ProviderPolicy]
) -> dict[str, BreakerView]:
    """Raises StoreUnavailable."""
    return {policy.name: _breaker(policy, store.status(policy)) for policy in policies}


def rate_limits(store: RedisStore, policies: Iterable[ProviderPolicy]) -> dict[str, LimitsView]:
    """Raises StoreUnavailable."""
    return {policy.name: _limits(policy, store.status(policy)) for policy in policies}


def budget(
    ledger: MoneyLedger, providers: Iterable[str], queue_depth: int, now: datetime
) -> BudgetView:
    month = month_of(now)
    fleet = BudgetPeriod.objects.filter(scope=FLEET, month=month).first()
    spent = fleet.spent if fleet else Decimal(0)
    reserved = fleet.reserved if fleet else Decimal(0)
    limit = ledger.limits([FLEET])[FLEET]
    switches = {switch.scope: switch for switch in switches_in_force(now)}
    switch = switches.get(FLEET)
    usage = _usage(now)
    return {
        "killSwitchActive": switch is not None,
        "killSwitchReason": switch.reason or None if switch else None,
        "monthlyLimit": None if limit is None else float(limit),
        "spent": float(spent),
        "reserved": float(reserved),
        "remaining": None if limit is None else float(max(Decimal(0), limit - spent - reserved)),
        "percentUsed": percent_of(spent, limit),
        "month": f"{month:%Y-%m}",
        "projectedMonthEnd": projected(spent, now),
        "queueDepth": queue_depth,
        "byProvider": _by_provider(providers, now, switches, usage),
        "byKind": _by_kind(usage),
    }


def newest_transitions(limit: int) -> list[TransitionView]:
    rows = BreakerTransition.objects.order_by("-created_at", "-generation")[:limit]
    return [
        {
            "provider": row.provider,
            "before": row.before,
            "after": row.after,
            "reason": row.reason,
            "at": iso(row.created_at),
        }
        for row in rows
    ]


def crossings(providers: Iterable[str], now: datetime) -> list[CrossingView]:
    """Of the fleet and its providers, newest first."""
    scopes = [FLEET, *map(provider_scope, providers)]
    rows = BudgetPeriod.objects.filter(scope__in=scopes, month=month_of(now), warned_percent__gt=0)
    return [
        {
            "scope": row.scope,
            "percent": row.warned_percent,
            "limit": float(row.warned_limit),
            "at": iso(row.warned_at),
        }
        for row in rows.order_by("-warned_at")
        if row.warned_limit is not None and row.warned_at is not None
    ]


def is_limit_reached(now: datetime) -> bool:
    """Its limit has stopped the fleet's paid work, before all of it was spent: what is left pays for no call."""
    return switches_in_force(now).filter(scope=FLEET, month__isnull=False).exists()


def percent_of(spent: Decimal, limit: Decimal | None) -> float | None:
    """None where there is no limit; a limit of nothing is used up."""
    if limit is None:
        return None
    return round(float(spent / limit * 100), 2) if limit else 100.0


def projected(spent: Decimal, now: datetime) -> float:
    """What the month will have cost at its end if it goes on like this."""
    start = datetime(now.year, now.month, 1, tzinfo=UTC)
    days = monthrange(now.year, now.month)[1]
    passed = max((now - start).total_seconds(), 3600.0)
    return round(float(spent) * days * 86400 / passed, 6)


def _breaker(policy: ProviderPolicy, status: ProviderStatus) -> BreakerView:
    successes = status.ok + status.slow
    total = successes + status.failed
    is_open = status.state in (BreakerState.OPEN, BreakerState.FORCED_OPEN)
    state = {BreakerState.FORCED_OPEN: "OPEN", BreakerState.FORCED_CLOSED: "CLOSED"}
    return {
        "name": policy.name,
        "state": state.get(status.state, status.state.value),
        "failures": status.failed,
        "successes": successes,
        "failureRate": round(status.failed / total * 100, 2) if total else 0.0,
        "openedAt": _iso(status.changed_at_ms) if is_open else None,
        "nextRetryAt": _iso(status.open_until_ms) if status.state == BreakerState.OPEN else None,
        "reason": status.reason or None,
        "generation": status.generation,
        "slow": status.slow,
        "consecutiveFailures": status.consecutive_failures,
        "failureThreshold": policy.breaker.consecutive_failures,
        "successThreshold": policy.breaker.successes_to_close,
        "cooldownUntil": _future(status.cooldown_until_ms, status.at_ms),
        "waiting": status.waiting,
        "forced": status.state in state,
    }


def _limits(policy: ProviderPolicy, status: ProviderStatus) -> LimitsView:
    windows = zip(policy.windows, status.windows, strict=True)
    return {
        "windows": [
            {
                "name": window.unit.value,
                "limit": state.limit,
                "used": state.used,
                "remaining": max(0, state.limit - state.used),
                "resetInMs": state.reset_ms,
                "windowMs": window.seconds * 1000,
            }
            for window, state in windows
        ],
        "inFlight": status.in_flight,
        "maxConcurrent": policy.max_concurrent or None,
        "spacingMs": round(policy.spacing_seconds * 1000),
        "waiting": status.waiting,
        "oldestWaitingSeconds": (status.at_ms - status.oldest_ms) / 1000 if status.oldest_ms else 0,
        "cooldownUntil": _future(status.cooldown_until_ms, status.at_ms),
    }


def _usage(now: datetime) -> list[tuple[str, str, int, Decimal]]:
    """By provider and kind: the calls of the month, and what they cost. One pass over its rows, which may be many."""
    since = datetime(now.year, now.month, 1, tzinfo=UTC)
    of_month = UsageRecord.objects.filter(created_at__gte=since)
    groups = of_month.values_list("provider", "kind").order_by("kind")
    return list(groups.annotate(Count("id"), Sum("cost_usd")))


def _by_provider(
    providers: Iterable[str],
    now: datetime,
    switches: Iterable[str],
    usage: Iterable[tuple[str, str, int, Decimal]],
) -> dict[str, ProviderSpendingView]:
    scopes = {provider: provider_scope(provider) for provider in providers}
    rows = BudgetPeriod.objects.filter(scope__in=scopes.values(), month=month_of(now))
    periods = {row.scope: row for row in rows}
    calls = Counter[str]()
    for provider, _, count, _ in usage:
        calls[provider] += count
    return {
        provider: {
            "calls": calls[provider],
            "spent": float(periods[scope].spent) if scope in periods else 0.0,
            "reserved": float(periods[scope].reserved) if scope in periods else 0.0,
            "killSwitchActive": scope in switches,
        }
        for provider, scope in scopes.items()
    }


def _by_kind(usage: Iterable[tuple[str, str, int, Decimal]]) -> dict[str, SpendingView]:
    found: dict[str, SpendingView] = {}
    for _, kind, calls, spent in usage:
        sums = found.setdefault(kind, {"calls": 0, "spent": 0.0})
        sums["calls"] += calls
        sums["spent"] += float(spent)
    return found


def _future(ms: int, now_ms: int) -> str | None:
    return _iso(ms) if ms > now_ms else None


def _iso(ms: int) -> str:
    return iso(moment_of(ms / 1000))


def warned_users(user_ids: Iterable[str], percent: int, now: datetime) -> dict[str, int]:
    """Of these users those who have spent so many percent of this month's allowance or more, and the last mark that they passed."""
    scopes = {user_scope(user_id): user_id for user_id in user_ids}
    month = month_of(now)
    found = BudgetPeriod.objects.filter(month=month, scope__in=scopes, warned_percent__gte=percent)
    return {scopes[scope]: mark for scope, mark in found.values_list("scope", "warned_percent")}
