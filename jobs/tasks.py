"""What travels through Celery: wake-ups that name a job. The row decides whether there is anything to do."""

import logging

import redis
from amqp.exceptions import ChannelError
from celery import current_app, shared_task
from kombu.exceptions import OperationalError

from jobs import runner
from jobs.models import Job

logger = logging.getLogger(__name__)

BROKER_AWAY = (OperationalError, redis.RedisError, OSError)


@shared_task(name="jobs.run_job")
def run_job(job_id: str) -> None:
    runner.run(job_id)


def send(job: Job) -> bool:
    """Wake a worker for a job that waits. False when the broker is away: the sweep sends it again."""
    try:
        run_job.apply_async(args=[job.id], queue=job.queue)
    except BROKER_AWAY as error:
        logger.warning("job not sent to the broker", extra={"job_id": job.id, "reason": type(error).__name__})
        return False
    return True


def messages_waiting(queue: str) -> int | None:
    """How many messages the broker holds for a queue; None when it cannot be asked."""
    try:
        with current_app.connection_or_acquire() as connection:
            declared = connection.default_channel.queue_declare(queue, passive=True)
            return int(declared.message_count)
    except ChannelError:
        return 0  # kombu's word for a Redis list that is empty
    except BROKER_AWAY:
        return None
