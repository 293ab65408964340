"""What happens to a message whose acknowledgement does not reach the broker."""

from collections.abc import Callable

import pytest
from kombu import Connection
from kombu.transport import redis as transport
from redis.exceptions import ConnectionError

from tests.servers import ValkeyServer
from unilingo import broker

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
