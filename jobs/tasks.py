"""What travels through Celery: wake-ups that name a job. The row decides whether there is anything to do."""

import logging
from collections.abc import Iterable

import redis
from celery import current_app, shared_task
from celery.exceptions import Reject
from kombu.exceptions import OperationalError

from jobs import heartbeat, runner
from jobs.models import Job

logger = logging.getLogger(__name__)

BROKER_AWAY = (OperationalError, redis.RedisError, OSError)


@shared_task(name="jobs.run_jobs")
def run_jobs(job_ids: list[str], queue: str) -> None:
    """Run the first job, having passed the others on to whoever is free."""
    if heartbeat.is_stopping():
        raise Reject(requeue=True)
    for job_id in job_ids[1:]:
        _publish([job_id], queue)
    if not runner.run(job_ids[0]):
        _publish(job_ids[:1], queue)


def send(jobs: Iterable[Job]) -> int:
    """Wake workers for jobs that wait: one message for each queue, however many jobs. Answers how many were sent.

    Without the broker none is, and nothing is lost: the sweep sends again what waits.
    """
    by_queue: dict[str, list[str]] = {}
    for job in jobs:
        by_queue.setdefault(job.queue, []).append(job.id)
    return sum(len(ids) for queue, ids in by_queue.items() if _publish(ids, queue))


def _publish(job_ids: list[str], queue: str) -> bool:
    try:
        run_jobs.apply_async(args=[job_ids, queue], queue=queue)
    except BROKER_AWAY as error:
        logger.warning(
            "jobs not sent to the broker",
            extra={"job_ids": job_ids, "reason": type(error).__name__},
        )
        return False
    return True


def hand_back_all() -> None:
    """Return what this worker holds to its queue, and wake others for it."""
    send(Job.objects.filter(pk__in=heartbeat.hand_back_all()))


def messages_waiting(queue: str) -> int | None:
    """How many messages the broker holds for a queue; None when it cannot be asked."""
    try:
        with current_app.connection_or_acquire() as connection:
            # kombu's own way to ask, a passive declare, forgets the global_keyprefix and finds nothing.
            return int(connection.default_channel.client.llen(queue))
    except BROKER_AWAY:
        return None
