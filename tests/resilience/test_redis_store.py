"""What only the shared store has to promise: its keys, its clock, its speed of giving up."""

import multiprocessing
import time
from dataclasses import replace

import pytest
from redis.crc import key_slot

from resilience.redis_store import RedisStore, connect
from resilience.store import AcquireRequest, StoreUnavailable
from tests.resilience.conftest import POLICIES
from tests.servers import ValkeyServer, free_port
from tests.stack import wait_until

POLICY = POLICIES["openai"]
FORK = multiprocessing.get_context("fork")
pytestmark = pytest.mark.usefixtures("inherits_no_garbage")


def test_all_keys_of_a_provider_share_a_slot_of_a_cluster(redis_server: ValkeyServer) -> None:
    client = connect(redis_server.url)
    client.flushall()
    store = RedisStore(client)
    for number in range(7):
        store.acquire(POLICY, AcquireRequest(f"call-{number}", "ana", (1, 10, 1)))

    keys = client.keys("*")
    client.close()
    assert len(keys) >= 6
    assert len({key_slot(key.encode()) for key in keys}) == 1


def test_a_server_that_has_forgotten_the_scripts_is_told_them_again(
    redis_server: ValkeyServer,
) -> None:
    client = connect(redis_server.url)
    store = RedisStore(client)
    client.flushall()
    store.acquire(POLICY, AcquireRequest("one", "ana", (1, 10, 0)))
    client.script_flush()

    assert store.acquire(POLICY, AcquireRequest("two", "ana", (1, 10, 0))).is_admitted
    assert store.status(POLICY).windows[0].used == 2
    client.close()


def test_a_child_process_speaks_on_a_connection_of_its_own(redis_server: ValkeyServer) -> None:
    client = connect(redis_server.url)
    client.flushall()
    store = RedisStore(client)
    store.acquire(POLICY, AcquireRequest("parent", "ana", (1, 10, 0)))
    before = {connection["id"] for connection in client.client_list()}
    done = FORK.Event()

    def child() -> None:
        store.acquire(POLICY, AcquireRequest("child", "ana", (1, 10, 0)))
        done.wait()

    process = FORK.Process(target=child)
    process.start()
    wait_until(lambda: store.status(POLICY).in_flight == 2, 5, "the child has called")
    # Those of earlier tests may end meanwhile.
    assert len({connection["id"] for connection in client.client_list()} - before) == 1
    done.set()
    process.join()
    client.close()


def test_a_full_window_is_not_read_again_for_every_call(redis_server: ValkeyServer) -> None:
    client = connect(redis_server.url)
    client.flushall()
    now = [1_800_000_000_000]
    store = RedisStore(client, now_ms=lambda: now[0])
    policy = replace(POLICY, requests_per_minute=1_000, max_concurrent=0)
    for number in range(100):
        store.acquire(policy, AcquireRequest(f"call-{number}", "ana", (1, 10, 0)))
        now[0] += policy.windows[0].slice_ms
    client.config_resetstat()
    store.acquire(policy, AcquireRequest("one more", "ana", (1, 10, 0)))

    asked = {name: row["calls"] for name, row in client.info("commandstats").items()}
    client.close()
    assert sum(asked.values()) <= 20
    assert "cmdstat_hgetall" not in asked


def test_the_clock_is_the_servers(redis_server: ValkeyServer) -> None:
    client = connect(redis_server.socket_url)
    client.flushall()
    decision = RedisStore(client).acquire(POLICY, AcquireRequest("call", "ana", (1, 10, 0)))
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
