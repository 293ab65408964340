"""Mends kombu's Redis transport (5.7), so that a worker outlasts whatever its broker does.

A message whose acknowledgement does not reach the broker still gives its place back: kombu counts it as unacknowledged
for ever. When the broker goes away while as many jobs run as the worker prefetches, each of them takes a place with
it, and the worker lives on and receives nothing more.

A broker that answers with an error (its memory or its disk is full, it has become a replica, it still loads) is away:
kombu takes that for a mistake of the program, and the worker ends.

A worker asks every second whether its broker is back, where kombu's pauses grow to half a minute.

And kombu makes a client anew for each message that is sent, received or acknowledged, at a fifth of what sending takes.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import kombu.connection
from celery.app import amqp
from kombu.transport import redis, virtual
from redis import exceptions

Errback = Callable[[Exception, float], None]
# Of so many tries one is told in the log.
TOLD_EVERY = 30


class QoS(redis.QoS):
    def ack(self, delivery_tag: str) -> None:
        with self._freeing(delivery_tag):
            super().ack(delivery_tag)  # type: ignore[no-untyped-call]

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        with self._freeing(delivery_tag):
            super().reject(delivery_tag, requeue)  # type: ignore[no-untyped-call]

    @contextmanager
    def _freeing(self, delivery_tag: str) -> Iterator[None]:
        try:
            yield
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)  # type: ignore[no-untyped-call]
            raise


class Connection(kombu.connection.Connection):
    def ensure_connection(
        self, errback: Errback | None = None, *args: Any, **kwargs: Any
    ) -> "Connection":
        tries = itertools.count()

        def tell(error: Exception, interval: float) -> None:
            if errback and next(tries) % TOLD_EVERY == 0:
                errback(error, interval)

        every_second = {"interval_start": 1, "interval_step": 0, "interval_max": 1}
        super().ensure_connection(tell, *args, **every_second | kwargs)  # type: ignore[no-untyped-call]
        return self


class AMQP(amqp.AMQP):  # type: ignore[misc]  # celery has no types
    Connection = Connection


@contextmanager
def _client(channel: Any, client: Any = None) -> Iterator[Any]:
    """In place of conn_or_acquire: the channel's own, for as long as it has the same connections."""
    pool, own = channel.__dict__.get("own_client", (None, None))
    if pool is not channel.pool:
        own = channel._create_client()
        channel.own_client = channel.pool, own
    yield client or own


def patch_transport() -> None:
    redis.Channel.QoS = QoS
    redis.Channel.conn_or_acquire = _client  # type: ignore[method-assign,assignment]
    redis.Transport.connection_errors = (
        *redis.Transport.connection_errors,
        exceptions.ResponseError,
    )
