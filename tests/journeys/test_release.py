"""A release: the schema moves ahead and every process is replaced, while jobs run. None is lost or paid for twice."""

import psycopg
from psycopg.sql import SQL, Identifier

from tests.fakes.openai_server import FakeOpenAI
from tests.journeys.test_job_life import names, story
from tests.servers import postgres_server
from tests.stack import running_stack, wait_until

JOBS = 8
# What a migration may add (docs/operations/upgrade.md): nothing that runs knows it.
WIDER = "ALTER TABLE {} ADD later_empty text, ADD later_filled integer NOT NULL DEFAULT 0"


def _move_ahead(database_url: str) -> None:
    """As the release step of the next version would, and of the one after it."""
    with psycopg.connect(database_url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for [table] in tables.fetchall():
            database.execute(SQL(WIDER).format(Identifier(table)))
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '0099_later', now())"
        )


def test_a_release_under_load_loses_and_doubles_nothing() -> None:
    with (
        postgres_server() as database_url,
        FakeOpenAI(latency=0.4) as provider,
        running_stack(
            webs=2,
            workers=2,
            database_url=database_url,
            PROVIDER_TEXT="openai",
            OPENAI_API_KEY="test",
            OPENAI_BASE_URL=provider.base_url,
            OPENAI_RATE_LIMIT_RPM="0",
            OPENAI_RATE_LIMIT_TPM="0",
            OPENAI_MAX_CONCURRENT="0",
            WORKER_CONCURRENCY="1",
        ) as house,
    ):
        job_ids = [house.submit("ann") for _ in range(JOBS)]
        wait_until(lambda: len(provider.served) >= 2, 20, "both workers are at it")
        _move_ahead(database_url)
        job_ids += [house.submit("ann") for _ in range(JOBS)]
        for old in list(house.workers):
            house.start_worker()
            old.terminate()
        for old in list(house.webs):
            house.start_web()
            old.terminate()
        house.webs.reverse()
        assert house.client().get("/readyz").status == 200

        for job_id in job_ids:
            assert house.ended("ann", job_id)["status"] == "completed"
            assert names(story(house, job_id)).count("completed") == 1
        assert len(provider.served) == 2 * JOBS
