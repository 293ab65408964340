"""Every store in turn, empty."""

from collections.abc import Iterator

import pytest
import redis

from resilience.memory.store import MemoryStore
from resilience.redis_store import RedisStore, connect
from tests.contracts.store_callers import Caller, HandClock
from tests.servers import valkey_server


@pytest.fixture(scope="module")
def client() -> "Iterator[redis.Redis]":
    with valkey_server() as server:
        client = connect(server.url)
        yield client
        client.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["memory", "redis"])
def caller(request: pytest.FixtureRequest, clock: HandClock) -> Caller:
    if request.param == "memory":
        return Caller(MemoryStore(clock), clock)
    client = request.getfixturevalue("client")
    client.flushall()
    return Caller(RedisStore(client, now_ms=clock), clock)
