"""Mends kombu's Redis transport (5.7), so that a worker outlasts whatever its broker does.

A message whose acknowledgement does not reach the broker still gives its place back: kombu counts it as unacknowledged
for ever. When the broker goes away while as many jobs run as the worker prefetches, each of them takes a place with
it, and the worker lives on and receives nothing more.

A broker that answers and takes no write (its memory is full, it is a replica after a failover, it still loads, its
disk is full) is away: kombu takes that for a mistake of the program, and the worker ends.
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


TAKES_NO_WRITES = (
    exceptions.OutOfMemoryError,
    exceptions.ReadOnlyError,
    exceptions.MasterDownError,
    exceptions.ClusterDownError,
    exceptions.TryAgainError,
)


def patch_transport() -> None:
    redis.Channel.QoS = QoS
    redis.Transport.connection_errors = (*redis.Transport.connection_errors, *TAKES_NO_WRITES)
