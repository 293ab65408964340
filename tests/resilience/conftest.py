"""A Redis of this session's own, and this process's guard made from settings of the tests."""

import gc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from pytest_django.fixtures import Settings

from resilience.ledger import MoneyLedger
from resilience.policies import BreakerPolicy, BudgetPolicy, OutagePolicy, ProviderPolicy
from resilience.redis_store import RedisStore, connect
from resilience.runtime import Runtime, runtime
from tests.engines import forget_engines
from tests.resilience.callers import Caller
from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer, valkey_server

POLICIES = {
    "openai": ProviderPolicy(
        name="openai",
        requests_per_minute=50,
        tokens_per_minute=200_000,
        max_concurrent=5,
        breaker=BreakerPolicy(consecutive_failures=2),
    ),
    "azure-speech": ProviderPolicy(name="azure-speech", max_concurrent=20, spacing_seconds=0.05),
    "azure-vision": ProviderPolicy(name="azure-vision", requests_per_minute=20, max_concurrent=5),
}


@pytest.fixture
def inherits_no_garbage() -> Iterator[None]:
    """For tests that fork: what other tests have left, as handles of the speech SDK, hangs when a fork collects it."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


@pytest.fixture
def current(redis_server: ValkeyServer, settings: Settings) -> Iterator[Runtime]:
    settings.REDIS_URL = redis_server.url
    settings.PROVIDER_POLICIES = POLICIES
    settings.OUTAGE_POLICY = OutagePolicy()
    settings.BUDGET_POLICY = BudgetPolicy(Decimal(10), Decimal(5))
    forget_engines()
    made = runtime()
    made.store.client.flushall()
    yield made
    forget_engines()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(redis_server: ValkeyServer, clock: HandClock) -> Iterator[RedisStore]:
    """An empty one, on the clock of the test."""
    client = connect(redis_server.socket_url)
    client.flushall()
    yield RedisStore(client, now_ms=clock.ms)
    client.close()


@pytest.fixture
def caller(store: RedisStore, clock: HandClock) -> Caller:
    return Caller(store, clock)


@pytest.fixture
def ledger(clock: HandClock) -> MoneyLedger:
    return MoneyLedger(BudgetPolicy(Decimal("0.010"), Decimal("0.005")), clock)
