"""This process's guards, ledger and operations, made once from the settings.

The settings: REDIS_URL, PROVIDER_POLICIES (name -> ProviderPolicy), OUTAGE_POLICY, BUDGET_POLICY.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings

from resilience.admission import Admission
from resilience.guard import Dependencies, Guard
from resilience.ledger import MoneyLedger
from resilience.operations import Operations, Policies, record_transition
from resilience.redis_store import RedisStore, connect
from resilience.request_counter import RequestCounter
from resilience.retry import Failure
from unilingo.common.clock import Clock, SystemClock
from unilingo.common.timestamps import moment_of

# Tried twice: a request waits for its count at most a quarter of a second.
REQUEST_TIMEOUT_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Runtime:
    clock: Clock
    store: RedisStore
    policies: Policies
    admission: Admission
    ledger: MoneyLedger
    operations: Operations
    requests: RequestCounter

    def now(self) -> datetime:
        return moment_of(self.clock.now())

    def guard(self, provider: str, classify: Callable[[BaseException], Failure]) -> Guard:
        dependencies = Dependencies(self.admission, self.ledger, self.clock, classify)
        return Guard(self.policies[provider], dependencies)


@cache
def runtime() -> Runtime:
    clock = SystemClock()
    store = RedisStore(connect(settings.REDIS_URL))
    policies: Policies = settings.PROVIDER_POLICIES
    return Runtime(
        clock=clock,
        store=store,
        policies=policies,
        admission=Admission(store, settings.OUTAGE_POLICY, clock, record_transition),
        ledger=MoneyLedger(settings.BUDGET_POLICY, clock),
        operations=Operations(store, policies, clock),
        requests=RequestCounter(
            RedisStore(connect(settings.REDIS_URL, REQUEST_TIMEOUT_SECONDS)), clock
        ),
    )
