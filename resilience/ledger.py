"""The money: reserved before a call, settled once after it, never more than the limits.

Scopes are charged together: the user, the provider, the fleet. Their rows of the month are locked in one
order (by name) inside one short transaction, so that concurrent calls neither overspend nor deadlock.
"""

import logging
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NoReturn
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from resilience import accounts, crossings
from resilience.accounts import Account
from resilience.errors import (
    AllowanceExhausted,
    BudgetExhausted,
    FleetBudgetExhausted,
    KillSwitchOn,
    MoneyHeld,
)
from resilience.guard import Bill
from resilience.models import (
    Budget,
    BudgetPeriod,
    KillSwitch,
    PriceVersion,
    Reservation,
    UsageRecord,
)
from resilience.policies import BudgetPolicy
from resilience.prices import cost_of, price_of, saved_by_cache
from resilience.scopes import FLEET, provider_scope, user_scope
from resilience.usage import Call, Consumed, Units, job_of
from unilingo.common.clock import Clock
from unilingo.common.database_retry import retry_on_database_error
from unilingo.common.metrics import SAVED_USD, USAGE_ESTIMATED, meter
from unilingo.common.timestamps import moment_of

logger = logging.getLogger(__name__)

SWITCH_RETRY_SECONDS = 30.0
HELD_RETRY_SECONDS = 3.0
SWEEP_BATCH = 200
ENDED_KEPT_DAYS = 7
NOTHING = Decimal(0)
Limits = dict[str, Decimal | None]


class MoneyLedger:
    """The guard's ledger in the database; safe for threads and processes, not to be used inside a transaction."""

    def __init__(self, policy: BudgetPolicy, clock: Clock) -> None:
        self._policy = policy
        self._clock = clock

    def reserve(self, provider: str, call: Call) -> str:
        """Hold the most this call can cost. Raises BudgetExhausted, PriceUnknown."""
        now = moment_of(self._clock.now())
        price = price_of(provider, call.model, now.date(), self._policy.prices.get(provider))
        amount = cost_of(price, call.units)
        scopes, month = _scopes(provider, call.user), month_of(now)
        with transaction.atomic(durable=True):
            charged = accounts.lock(scopes, month, self._default)
            stopped = (account for account in charged if account.switch is not None)
            poor = (account for account in charged if not account.pays(amount))
            refused = next(stopped, None) or next(poor, None)
            if refused is None:
                accounts.charge(scopes, month, reserved=amount, spent=NOTHING)
                return self._hold(provider, call, price, amount, now)
        self._refuse(refused, amount, now)

    def cost(self, provider: str, model: str, units: Units) -> Decimal:
        """Dollars that a call of these units costs today. Raises PriceUnknown."""
        price = price_of(
            provider, model, moment_of(self._clock.now()).date(), self._policy.prices.get(provider)
        )
        return cost_of(price, units)

    def spent_on(self, user: str, job_id: str) -> Decimal:
        """Dollars that the calls of one job have cost, or may yet cost that are under way."""
        booked = UsageRecord.objects.filter(job_id=job_id).aggregate(sum=Sum("cost_usd"))["sum"]
        calls = Q(user_id=user, permit__startswith=f"{job_id}:")
        held = Reservation.objects.filter(calls, state=Reservation.State.HELD)
        return (booked or NOTHING) + (held.aggregate(sum=Sum("amount"))["sum"] or NOTHING)

    def settle(self, reservation: str, bill: Bill) -> None:
        self._end(UUID(reservation), Reservation.State.SETTLED, bill)

    def release(self, reservation: str) -> None:
        self._end(UUID(reservation), Reservation.State.RELEASED, None)

    def sweep(self) -> int:
        """Book reservations whose caller died, as if all of it was spent. Returns how many."""
        now = moment_of(self._clock.now())
        held = Reservation.objects.filter(state=Reservation.State.HELD, expires_at__lt=now)
        expired = list(held.order_by("expires_at", "id").values_list("id", flat=True)[:SWEEP_BATCH])
        for reservation in expired:
            self._end(reservation, Reservation.State.EXPIRED, Bill("expired", 0))
        if expired:
            logger.warning("reservations expired", extra={"count": len(expired)})
        ended = Reservation.objects.exclude(state=Reservation.State.HELD)
        ended.filter(created_at__lt=now - timedelta(days=ENDED_KEPT_DAYS)).delete()
        return len(expired)

    def refuse_submission(self, provider: str, user: str) -> None:
        """Say at once, before a job is made, what would stop it. Raises BudgetExhausted."""
        now = moment_of(self._clock.now())
        scopes = _scopes(provider, user)
        switch = switches_in_force(now).filter(scope__in=scopes).order_by("month").first()
        if switch and switch.month is not None:
            raise _exhausted(switch.scope, now)
        if switch:
            raise KillSwitchOn(retry_after=SWITCH_RETRY_SECONDS, detail=switch.reason)
        limits = self.limits(scopes)
        for period in BudgetPeriod.objects.filter(scope__in=scopes, month=month_of(now)):
            limit = limits[period.scope]
            if limit is not None and period.spent >= limit:
                raise _exhausted(period.scope, now)
        for scope, limit in limits.items():
            if limit == 0:
                raise _exhausted(scope, now)

    def refuse_if_stopped(self) -> None:
        """The same for work that costs nothing: only an operator's switch for the whole fleet stops it."""
        reason = accounts.why_stopped(FLEET)
        if reason is not None:
            raise KillSwitchOn(retry_after=SWITCH_RETRY_SECONDS, detail=reason)

    def limits(self, scopes: list[str]) -> Limits:
        """Dollars a month for each scope, None where there is no limit."""
        rows = dict(Budget.objects.filter(scope__in=scopes).values_list("scope", "limit_usd"))
        return {scope: rows[scope] if scope in rows else self._default(scope) for scope in scopes}

    def free(self, scope: str) -> Decimal:
        """Dollars that calls may take from the scope now: infinite without a limit, less than none while it is switched off."""
        now = moment_of(self._clock.now())
        if switches_in_force(now).filter(scope=scope).exists():
            return Decimal("-Infinity")
        limit = self.limits([scope])[scope]
        if limit is None:
            return Decimal("Infinity")
        period = BudgetPeriod.objects.filter(scope=scope, month=month_of(now)).first()
        return limit - period.spent - period.reserved if period else limit

    def _hold(
        self, provider: str, call: Call, price: PriceVersion, amount: Decimal, now: datetime
    ) -> str:
        reservation = Reservation.objects.create(
            permit=call.permit,
            user_id=call.user,
            provider=provider,
            model=call.model,
            kind=call.kind,
            price=price,
            month=month_of(now),
            amount=amount,
            units=asdict(call.units),
            created_at=now,
            expires_at=now + timedelta(seconds=self._policy.reservation_seconds),
        )
        return str(reservation.id)

    def _refuse(self, account: Account, amount: Decimal, now: datetime) -> NoReturn:
        if account.is_limit:
            raise _exhausted(account.scope, now, amount)
        if account.switch is not None:
            raise KillSwitchOn(
                retry_after=SWITCH_RETRY_SECONDS,
                scope=account.scope,
                cost=amount,
                detail=account.switch,
            )
        if account.limit is not None and account.spent + amount <= account.limit:
            raise MoneyHeld(
                retry_after=HELD_RETRY_SECONDS,
                scope=account.scope,
                cost=amount,
                detail=account.scope,
            )
        # Whatever the calls under way give back, the fleet cannot pay for this one.
        if account.scope == FLEET:
            crossings.note_full(account, month_of(now), now)
            self._pull_kill_switch(now)
        raise _exhausted(account.scope, now, amount)

    def _default(self, scope: str) -> Decimal | None:
        if scope == FLEET:
            return self._policy.fleet_limit_usd
        return self._policy.user_allowance_usd if scope.startswith("user:") else None

    def _end(self, reservation: UUID, state: Reservation.State, bill: Bill | None) -> None:
        """Once: of several ends of one reservation only the first has an effect.

        The call has been made and perhaps paid for: what it took is written down even if the database was just away.
        """
        retry_on_database_error(lambda: self._end_once(reservation, state, bill))

    def _end_once(self, reservation: UUID, state: Reservation.State, bill: Bill | None) -> None:
        with transaction.atomic(durable=True):
            held = Reservation.objects.filter(pk=reservation, state=Reservation.State.HELD)
            if not held.update(state=state):
                return
            row = Reservation.objects.select_related("price").get(pk=reservation)
            now = moment_of(self._clock.now())
            usage = _usage(row, bill, now) if bill else None
            cost = usage.cost_usd if usage else NOTHING
            scopes = _scopes(row.provider, row.user_id)
            charged = accounts.lock(scopes, row.month, self._default)
            accounts.charge(scopes, row.month, reserved=-row.amount, spent=cost)
            for account in charged:
                crossings.note(account, row.month, account.spent + cost, now)
            if usage:
                usage.save(force_insert=True)
        if bill and bill.consumed and bill.consumed.units.cached_tokens:
            saved = saved_by_cache(row.price, bill.consumed.units)
            meter.count(SAVED_USD, "cached_tokens", by=float(saved))
        if usage and usage.is_estimated:
            meter.count(USAGE_ESTIMATED, usage.provider)
            facts = {"provider": usage.provider, "model": usage.model, "usage": usage.raw}
            logger.warning("usage estimated", extra=facts)

    def _pull_kill_switch(self, now: datetime) -> None:
        reason = "The monthly limit of the fleet is reached."
        values = {"is_active": True, "reason": reason, "actor": "system", "changed_at": now}
        is_new = KillSwitch.objects.get_or_create(
            scope=FLEET, defaults={**values, "month": month_of(now)}
        )[1]
        pulled = KillSwitch.objects.filter(scope=FLEET, is_active=False).update(
            **values, month=month_of(now)
        )
        if is_new or pulled:
            logger.error("kill switch pulled by the monthly limit")


def month_of(day: date) -> date:
    return date(day.year, day.month, 1)


def switches_in_force(now: datetime) -> QuerySet[KillSwitch]:
    """One that the limit pulled ends with its month."""
    of_now = Q(month__isnull=True) | Q(month=month_of(now))
    return KillSwitch.objects.filter(of_now, is_active=True)


def _scopes(provider: str, user: str) -> list[str]:
    return sorted([FLEET, provider_scope(provider), user_scope(user)])


def _exhausted(scope: str, now: datetime, amount: Decimal | None = None) -> BudgetExhausted:
    """It ends with the month; when the limit is raised before, whoever waits for it is woken (jobs/waking.py)."""
    kind = AllowanceExhausted if scope.startswith("user:") else FleetBudgetExhausted
    first = month_of(month_of(now) + timedelta(days=31))
    seconds = (datetime.combine(first, time.min, now.tzinfo) - now).total_seconds()
    return kind(retry_after=seconds, scope=scope, cost=amount, detail=scope)


def _usage(row: Reservation, bill: Bill, now: datetime) -> UsageRecord:
    consumed = bill.consumed or Consumed(Units(**row.units), is_estimated=True)
    return UsageRecord(
        reservation_id=row.id,
        permit=row.permit,
        job_id=job_of(row.permit),
        user_id=row.user_id,
        provider=row.provider,
        model=row.model,
        kind=row.kind,
        outcome=bill.outcome,
        **asdict(consumed.units),
        price=row.price,
        cost_usd=cost_of(row.price, consumed.units),
        is_estimated=consumed.is_estimated,
        raw=dict(consumed.raw),
        request_id=consumed.request_id[:128],
        duration_ms=bill.duration_ms,
        created_at=now,
    )
