"""What only the shared store has to promise: its keys, its clock, its speed of giving up."""

import time

import pytest
from redis.crc import key_slot

from resilience.redis_store import RedisStore, connect
from resilience.store import Ask, StoreUnavailable
from tests.resilience.conftest import POLICIES
from tests.servers import ValkeyServer, free_port

POLICY = POLICIES["openai"]


def test_all_keys_of_a_provider_share_a_slot_of_a_cluster(redis_server: ValkeyServer) -> None:
    client = connect(redis_server.url)
    client.flushall()
    store = RedisStore(client)
    for number in range(7):
        store.acquire(POLICY, Ask(f"call-{number}", "ana", (1, 10, 1)))

    keys = client.keys("*")
    client.close()
    assert len(keys) >= 6
    assert len({key_slot(key.encode()) for key in keys}) == 1


def test_the_clock_is_the_servers(redis_server: ValkeyServer) -> None:
    client = connect(redis_server.socket_url)
    client.flushall()
    decision = RedisStore(client).acquire(POLICY, Ask("call", "ana", (1, 10, 0)))
    seconds, _ = client.time()
    client.close()

    assert abs(decision.at_ms / 1000 - seconds) < 2


def test_a_server_that_is_not_there_is_given_up_at_once() -> None:
    client = connect(f"redis://127.0.0.1:{free_port()}/0")
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        RedisStore(client).status(POLICY)
    client.close()

    assert time.monotonic() - began < 0.5
