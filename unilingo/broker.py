"""Mends kombu's Redis transport: a message whose acknowledgement does not reach the broker still gives its place back.

kombu 5.7 counts such a message as unacknowledged for ever. When the broker goes away while as many jobs run as the
worker prefetches, each of them takes a place with it, and the worker lives on and receives nothing more.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from kombu.transport import redis, virtual


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
