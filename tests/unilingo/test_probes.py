"""Health tries what work needs: a database or a Redis that only answers is not enough."""

import errno
import os
import resource
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import psycopg
import pytest
import redis
from django.db import OperationalError, connection
from pytest_django import Settings

from tests.people import Person, nobody
from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer, postgres_server
from unilingo import probes
from unilingo.probes import KEPT_SECONDS, Remembered


@pytest.fixture
def server(redis_server: ValkeyServer, settings: Settings) -> Iterator["redis.Redis"]:
    settings.DEBUG = True
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client
        client.config_set("maxmemory", 0)
        client.replicaof("NO", "ONE")


def _fill(server: "redis.Redis") -> None:
    server.config_set("maxmemory", 1)


def _fail_over(server: "redis.Redis") -> None:
    server.replicaof("127.0.0.1", "1")


@pytest.mark.django_db
@pytest.mark.parametrize(("break_it", "why"), [(_fill, "full"), (_fail_over, "read-only")])
def test_a_redis_that_answers_and_takes_no_writes_is_told(
    server: "redis.Redis", break_it: object, why: str
) -> None:
    assert Person().get("/api/redis/health").json()["redis"] == "connected"

    break_it(server)  # type: ignore[operator]

    answer = Person().get("/api/redis/health")
    checks = nobody().get("/readyz?verbose").json()["checks"]
    assert (answer.status_code, answer.json()["redis"]) == (503, why)
    assert (checks["redis"], checks["broker"]) == (why, why)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="a file that may not grow is SQLite's")
def test_a_full_disk_is_not_ready_for_requests() -> None:
    assert probes.database() == "ok"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        found = probes.database()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert found == "full"
    assert probes.database() == "ok"


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.EROFS, "read-only"),
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "full"),
        (errno.EIO, "disk-error"),
        (None, "disk-error"),
    ],
)
def test_a_disk_that_fails_is_asked_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int | None, why: str
) -> None:
    """SQLite says no more than that a write has failed."""
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorname = "SQLITE_IOERR_WRITE"
    error = OperationalError()
    error.__cause__ = failed
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "db.sqlite3"))
    if number:
        refusal = OSError(number, os.strerror(number))
        monkeypatch.setattr(os, "pwrite", Mock(side_effect=refusal))

    assert probes.reason(error) == why


def test_a_probe_that_anybody_may_ask_for_is_run_now_and_then() -> None:
    clock, answers = HandClock(), iter(["ok", "full", "ok"])
    probe = Remembered(lambda: next(answers), clock)

    assert [probe(), probe(), probe()] == ["ok"] * 3
    clock.sleep(KEPT_SECONDS)
    assert [probe(), probe(), probe()] == ["full", "ok", "ok"]


@pytest.mark.django_db
def test_a_connection_to_a_postgresql_that_takes_no_writes_is_given_up_at_once() -> None:
    from unilingo.postgresql.base import DatabaseWrapper

    with postgres_server() as url:
        wrapper = _wrapper(DatabaseWrapper, url)
        wrapper.ensure_connection()
        assert wrapper.is_usable()
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            other.execute("SELECT pg_reload_conf()")
        for _ in range(200):  # the reload reaches it between two statements
            if not wrapper.is_usable():
                break
        wrapper.errors_occurred = True
        is_usable = wrapper.is_usable()
        wrapper.close_if_unusable_or_obsolete()

        assert not is_usable
        assert wrapper.connection is None


@pytest.mark.django_db
def test_a_postgresql_that_takes_no_writes_is_away_for_now_and_no_error_of_ours() -> None:
    from unilingo.postgresql.base import DatabaseWrapper

    with postgres_server() as url:
        wrapper = _wrapper(DatabaseWrapper, url)
        with wrapper.cursor() as cursor:
            cursor.execute("CREATE TABLE answer (number int)")
            cursor.execute("SET default_transaction_read_only = on")
            for statement in ("INSERT INTO answer VALUES (1)", "DROP TABLE answer"):
                with pytest.raises(OperationalError) as refused:
                    cursor.execute(statement)
                assert probes.reason(refused.value) == "read-only"
            with pytest.raises(OperationalError):
                cursor.executemany("INSERT INTO answer VALUES (%s)", [[1], [2]])
        assert wrapper.errors_occurred
        wrapper.close()


@pytest.mark.django_db
def test_a_statement_on_postgresql_ends_by_itself() -> None:
    from unilingo.postgresql.base import LOCK_SECONDS, STATEMENT_SECONDS, DatabaseWrapper

    with postgres_server() as url:
        wrapper = _wrapper(DatabaseWrapper, url)
        with wrapper.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
            )
            found = cursor.fetchone()
        wrapper.close()

    assert found == (f"{STATEMENT_SECONDS}s", f"{LOCK_SECONDS}s")


@pytest.mark.django_db
def test_the_probe_of_postgresql_needs_room_on_its_disk() -> None:
    from unilingo.postgresql.base import DatabaseWrapper

    with postgres_server() as url:
        wrapper = _wrapper(DatabaseWrapper, url)
        with wrapper.cursor() as cursor:
            cursor.execute("SET temp_file_limit = 0")
            cursor.execute("BEGIN")
            with pytest.raises(OperationalError, match="temporary file"):
                probes.need_disk(cursor)
        wrapper.close()


def _wrapper(kind: type, url: str) -> "DatabaseWrapper":  # noqa: F821
    import environ

    defaults = {**connection.settings_dict, "OPTIONS": {}, "CONN_MAX_AGE": 600}
    return kind({**defaults, **environ.Env.db_url_config(url)}, alias="other")  # type: ignore[no-any-return]
