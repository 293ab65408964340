"""What travels through Celery: wake-ups that name a queue. The rows say whether there is anything to do, and what first."""

import logging
from collections import Counter
from collections.abc import Iterable
from time import monotonic

import redis
from amqp.basic_message import Message
from amqp.exceptions import AMQPError, NotFound
from celery import current_app, shared_task
from celery.exceptions import Reject
from django.db import close_old_connections
from kombu.exceptions import OperationalError

from jobs import heartbeat, runner
from jobs import queue as turns
from jobs.kind import Queue
from jobs.models import Job
from unilingo.common import stopping

logger = logging.getLogger(__name__)

# For so long a thread goes on without a message; then another queue's may have its turn.
ROUND_SECONDS = 1.0
# Messages that wait in a queue: some, since who takes one may be killed before it has looked.
ENOUGH = 10
# RabbitMQ says that it has a message.
CONFIRM_SECONDS = 1.0
BROKER_AWAY = (OperationalError, redis.RedisError, AMQPError, OSError)


@shared_task(name="jobs.run_next")
def run_next(queue: str, _: int = 1) -> None:
    """Run the next job of the queue, having woken somebody for those behind it, which it then runs itself for a while.

    So where jobs wait there is a message, or somebody who has taken it and is about to look: a few are enough for all
    of them, and one costs as much as a short job. An older version says in it how many wait, and expects to be told.
    """
    if stopping.is_stopping():
        raise Reject(requeue=True)
    close_old_connections()
    name, ends = Queue(queue), monotonic() + ROUND_SECONDS
    claim = runner.claim(name)
    if claim and turns.is_anybody_waiting(name):
        wake(name)
    while claim:
        if not runner.run(claim):
            wake(name)
        if stopping.is_stopping() or monotonic() > ends:
            return
        claim = runner.claim(name)


def send(jobs: Iterable[Job]) -> int:
    """Wake workers for jobs that wait. Answers for how many.

    Without the broker for none, and nothing is lost: the sweep wakes somebody for what waits.
    """
    waiting = Counter(job.queue for job in jobs)
    return sum(count for queue, count in waiting.items() if wake(Queue(queue)))


def wake(queue: Queue) -> bool:
    """Tell one worker that jobs wait in the queue, unless messages enough say so. False: the broker is away."""
    try:
        if _messages(queue) < ENOUGH:
            run_next.apply_async(
                args=[queue.value, 1], queue=queue, confirm_timeout=CONFIRM_SECONDS
            )
    except BROKER_AWAY as error:
        facts = {"queue": queue.value, "reason": type(error).__name__}
        logger.warning("workers not woken", extra=facts)
        return False
    return True


def prepare() -> None:
    """Load and connect what this thread's first message would wait for."""
    current_app.finalize()
    assert run_next.backend  # Celery makes one for each thread
    try:
        with current_app.producer_or_acquire() as producer:
            _ = producer.channel  # which connects, whatever the broker
    except BROKER_AWAY:
        pass


def hand_back_all() -> None:
    """Return what this worker holds to its queue, and wake others for it."""
    send(Job.objects.filter(pk__in=heartbeat.hand_back_all()))


def messages_waiting(queue: str) -> int | None:
    """How many messages the broker holds for a queue; None when it cannot be asked."""
    try:
        return _messages(queue)
    except BROKER_AWAY:
        return None


def takes_messages() -> bool:
    """RabbitMQ whose memory or disk is full answers whatever it is asked, and keeps all who send waiting. This goes to no queue."""
    connection = current_app.connection_for_write()
    try:
        for _ in range(2):  # the first is taken from whoever has just connected
            connection.default_channel.basic_publish(
                Message(b""), routing_key="unilingo.probe", confirm_timeout=CONFIRM_SECONDS
            )
    except BROKER_AWAY:
        return False
    finally:
        if connection.connected:
            connection.connection.collect()  # without goodbye, which it would not hear either
    return True


def _messages(queue: str) -> int:
    with current_app.connection_or_acquire() as connection:
        channel = connection.default_channel
        if connection.transport.driver_type == "redis":
            # kombu's own way to ask, as below, forgets the global_keyprefix and finds nothing.
            return int(channel.client.llen(queue))
        try:
            return int(channel.queue_declare(queue, passive=True).message_count)
        except NotFound:
            return 0  # nobody has sent or taken anything yet
