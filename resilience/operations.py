"""What an operator may do to breakers and money. Each leaves one row that says who did it."""

import logging
from decimal import Decimal
from typing import Any

from django.db import Error, transaction

from resilience.errors import UnknownProvider
from resilience.models import BreakerTransition, Budget, KillSwitch, OperatorAction
from resilience.policies import ProviderPolicy
from resilience.redis_store import RedisStore
from resilience.scopes import FLEET, provider_scope
from resilience.store import Command, Transition
from unilingo.common.clock import Clock
from unilingo.common.metrics import BREAKER_TRANSITIONS, meter
from unilingo.common.timestamps import moment_of

logger = logging.getLogger(__name__)

Policies = dict[str, ProviderPolicy]


class Operations:
    """`actor`: the name of whoever is at the console. Breaker commands raise UnknownProvider, StoreUnavailable."""

    def __init__(self, store: RedisStore, policies: Policies, clock: Clock) -> None:
        self._store = store
        self._policies = policies
        self._clock = clock

    def command_breaker(
        self, provider: str, command: Command, *, actor: str, reason: str = ""
    ) -> None:
        policy = self._policy(provider)
        moved = self._store.control(policy, command, reason or f"{command} by {actor}")
        if moved:
            record_transition(provider, moved)
        self.log(actor, command, provider, {"reason": reason})

    def set_kill_switch(
        self, enabled: bool, *, actor: str, reason: str = "", provider: str | None = None
    ) -> None:
        """Without a provider: the whole fleet's."""
        scope = provider_scope(self._policy(provider).name) if provider else FLEET
        values = {"is_active": enabled, "reason": reason, "actor": actor, "month": None}
        with transaction.atomic():
            KillSwitch.objects.update_or_create(
                scope=scope, defaults={**values, "changed_at": moment_of(self._clock.now())}
            )
            action = "kill_switch_on" if enabled else "kill_switch_off"
            self.log(actor, action, scope, {"reason": reason})

    def set_limit(self, limit_usd: Decimal | None, *, actor: str, scope: str = FLEET) -> None:
        """Dollars a month, None: no limit. A switch that the fleet's old limit pulled is let go."""
        with transaction.atomic():
            Budget.objects.update_or_create(scope=scope, defaults={"limit_usd": limit_usd})
            self._clear_limit(scope, actor)
            limit = None if limit_usd is None else str(limit_usd)
            self.log(actor, "set_limit", scope, {"limitUsd": limit})

    def forget_limit(self, scope: str, *, actor: str) -> None:
        """The setting holds again."""
        with transaction.atomic():
            Budget.objects.filter(scope=scope).delete()
            self._clear_limit(scope, actor)
            self.log(actor, "forget_limit", scope, {})

    def log(self, actor: str, action: str, target: str, details: dict[str, Any]) -> None:
        OperatorAction.objects.create(
            actor=actor,
            action=action,
            target=target,
            details=details,
            created_at=moment_of(self._clock.now()),
        )

    def _clear_limit(self, scope: str, actor: str) -> None:
        pulled = KillSwitch.objects.filter(scope=scope, month__isnull=False)
        pulled.update(is_active=False, actor=actor, changed_at=moment_of(self._clock.now()))

    def _policy(self, provider: str) -> ProviderPolicy:
        if provider not in self._policies:
            raise UnknownProvider(provider, sorted(self._policies))
        return self._policies[provider]


def record_transition(provider: str, moved: Transition) -> None:
    """Written once, however often it is told. A database that is away costs the history a row, never the call."""
    open_until = moved.open_until_ms if moved.after == "OPEN" else 0
    facts = {"before": moved.before, "after": moved.after, "reason": moved.reason[:300]}
    meter.count(BREAKER_TRANSITIONS, provider, moved.after)
    logger.warning("breaker moved", extra={"provider": provider, **facts})
    row = BreakerTransition(
        provider=provider,
        generation=moved.generation,
        **facts,
        open_until=moment_of(open_until / 1000) if open_until else None,
        created_at=moment_of(moved.at_ms / 1000),
    )
    try:
        BreakerTransition.objects.bulk_create([row], ignore_conflicts=True)
    except Error:
        logger.exception("breaker move not written")
