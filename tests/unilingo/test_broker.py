"""What a worker does while its broker is away, and with a message whose acknowledgement does not reach it."""

import itertools
from collections.abc import Callable
from typing import Any

import kombu.connection
import pytest
from kombu.connection import Connection
from kombu.transport import redis as transport
from redis.exceptions import ConnectionError

from tests.servers import ValkeyServer
from unilingo.celery import app
from unilingo.processes import broker

PREFETCH = 2


@pytest.mark.parametrize(
    "end", [lambda qos, tag: qos.ack(tag), lambda qos, tag: qos.reject(tag, requeue=True)]
)
def test_a_message_that_cannot_be_acknowledged_gives_its_place_back(
    redis_server: ValkeyServer, end: Callable[[transport.QoS, str], None]
) -> None:
    broker.patch_transport()
    with Connection(redis_server.url, transport_options={"socket_timeout": 1}) as connection:
        channel = connection.default_channel
        channel.basic_qos(0, PREFETCH, False)
        queue = connection.SimpleQueue("wake-ups")
        for number in range(PREFETCH):
            queue.put(number)
        tags = [queue.get(timeout=5).delivery_tag for _ in range(PREFETCH)]
        qos = queue.consumer.channel.qos
        qos.prefetch_count = PREFETCH
        assert not qos.can_consume()
        redis_server.stop()
        try:
            for tag in tags:
                with pytest.raises(ConnectionError):
                    end(qos, tag)
            assert qos.can_consume()
        finally:
            redis_server.start()
        qos._delivered.clear()


def test_a_broker_that_is_away_is_asked_every_second_and_told_of_twice_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tries: list[Any] = []
    told: list[float] = []
    monkeypatch.setattr(
        kombu.connection, "retry_over_time", lambda *given, **named: tries.append(given)
    )
    connection = app.connection_for_read("redis://127.0.0.1:1/0")
    connection.ensure_connection(lambda error, pause: told.append(pause), None)

    [(_, _, _, _, failed, _, start, step, most, *_)] = tries
    for number in range(60):
        failed(OSError(), itertools.repeat(1.0), number)
    assert (start, step, most) == (1, 0, 1)
    assert told == [1.0, 1.0]


def test_a_channel_keeps_its_client_until_its_connections_are_others(
    redis_server: ValkeyServer,
) -> None:
    broker.patch_transport()
    with Connection(redis_server.url) as connection:
        channel = connection.default_channel

        def client() -> object:
            with channel.conn_or_acquire() as used:
                return used

        first = client()
        assert client() is first
        channel._disconnect_pools()
        assert client() is not first
        channel.client.ping()
