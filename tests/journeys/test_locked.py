"""Somebody's shell or copy holds SQLite's write lock: everybody is told so, nobody waits for ever, and work goes on after it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import monotonic

from tests.clients import Client
from tests.fakes.openai_server import FakeOpenAI
from tests.receiver import running_receiver
from tests.stack import FLASHCARDS, Stack, running_stack, wait_until

GENERATE = "/api/ai/generate-flashcards"
AT_MOST_SECONDS = 9.0  # the time that SQLite is given, and a machine that has much to do
TOLD_SECONDS = 30.0
SOON_SECONDS = 15.0


@contextmanager
def locked(stack: Stack) -> Iterator[None]:
    with closing(sqlite3.connect(stack.data_dir / "db.sqlite3", timeout=30)) as shell:
        shell.execute("BEGIN IMMEDIATE")
        yield
        shell.rollback()


def test_a_database_that_somebody_has_locked_is_told_and_outlasted() -> None:
    with (
        FakeOpenAI(latency=1.0) as provider,
        running_receiver() as told,
        running_stack(
            PROVIDER_TEXT="openai",
            OPENAI_API_KEY="test",
            OPENAI_BASE_URL=provider.base_url,
            ALERT_WEBHOOK_URL=told.url,
            ALERT_WEBHOOK_SECRET="known to this test and nobody else",
            ALERT_WEBHOOK_PRIVATE="1",
        ) as stack,
    ):
        running = stack.submit("ann")
        wait_until(lambda: provider.served, SOON_SECONDS, "the provider is asked")
        began = monotonic()
        with locked(stack):
            refused = stack.client("ann").post(GENERATE, FLASHCARDS | {"topic": "Locks"})
            waited = monotonic() - began
            ready = stack.client().get("/readyz")
            worker = Client(stack.workers[0].url).get("/health")
            wait_until(lambda: told.heard, TOLD_SECONDS, "somebody is told")
            told_after = monotonic() - began

        assert (refused.status, refused.json["code"]) == (503, "NOT_READY")
        assert int(refused.headers["retry-after"]) > 0
        assert waited < AT_MOST_SECONDS
        assert (ready.status, ready.json["checks"]["database"]) == (503, "locked")
        assert (worker.status, worker.json["reason"]) == (503, "database locked")
        assert b"databaseDown" in told.heard[0][1]
        assert told_after < TOLD_SECONDS
        assert stack.ended("ann", running, SOON_SECONDS)["status"] == "completed"
        assert stack.ended("ann", stack.submit("ann"), SOON_SECONDS)["status"] == "completed"
        calls = len(provider.served)
        assert calls == 2, provider.served
