"""The same program with RabbitMQ as its broker."""

import json

from tests.rabbitmq import RabbitMQ, rabbitmq_server
from tests.stack import Stack, running_stack, wait_until

ASK = """
import json
from unilingo.celery import app
from jobs import tasks
from jobs.kind import Queue
with app.connection() as connection:
    connection.default_channel.queue_purge("ai-jobs")
    before = tasks.messages_waiting(Queue.AI)
    tasks.run_next.apply_async(args=["ai-jobs", 1], queue="ai-jobs")
    after = tasks.messages_waiting(Queue.AI)
    connection.default_channel.queue_purge("ai-jobs")
    print(json.dumps([before, after, tasks.messages_waiting("nothing-was-sent-here")]))
"""


def test_jobs_run_by_rabbitmq_and_lost_messages_are_sent_again() -> None:
    with (
        rabbitmq_server() as broker,
        running_stack(
            workers=0, BROKER_URL=broker.url, DJANGO_SETTINGS_MODULE="unilingo.settings"
        ) as stack,
    ):
        waiting = stack.submit("ann")
        asked = stack.python("-c", "import django; django.setup()\n" + ASK, stdout=-1)
        counted = json.loads(asked.communicate(timeout=30)[0].splitlines()[-1])
        worker = stack.start_worker()

        # Its message was purged: the sweep finds the queue empty and sends it again.
        assert stack.ended("ann", waiting)["status"] == "completed"
        assert stack.ended("ann", stack.submit("ann"))["status"] == "completed"
        assert counted == [0, 1, 0]
        assert worker.is_running
        wait_until(
            lambda: stack.client().get("/api/queue/stats").json["stats"]["workers"] == 1,
            10,
            "the worker gives a sign of life",
        )
        _is_told_when_it_takes_no_messages(stack, broker)


def _is_told_when_it_takes_no_messages(stack: Stack, broker: RabbitMQ) -> None:
    """It answers whatever it is asked, and jobs would wait beside workers that have nothing to do."""

    def told() -> tuple[str, bool]:
        checks = stack.client().get("/readyz?verbose").json["checks"]
        return checks["broker"], stack.client().get("/api/metrics/alerts").json["alerts"][
            "redisDown"
        ]

    assert told() == ("ok", False)

    broker.fill()
    wait_until(lambda: told() == ("full", True), 10, "it is told")
    waiting = stack.submit("ben")
    broker.empty()

    assert stack.ended("ben", waiting)["status"] == "completed"
    assert told() == ("ok", False)
