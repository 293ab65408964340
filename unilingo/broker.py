"""Mends kombu's Redis transport (5.7), so that a worker outlasts whatever its broker does.

A message whose acknowledgement does not reach the broker still gives its place back: kombu counts it as unacknowledged
for ever. When the broker goes away while as many jobs run as the worker prefetches, each of them takes a place with
it, and the worker lives on and receives nothing more.

A broker that answers with an error (its memory or its disk is full, it has become a replica, it still loads) is away:
kombu takes that for a mistake of the program, and the worker ends.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from kombu.transport import redis, virtual
from redis import exceptions


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


def patch_transport() -> None:
    redis.Channel.QoS = QoS
    redis.Transport.connection_errors = (
        *redis.Transport.connection_errors,
        exceptions.ResponseError,
    )
