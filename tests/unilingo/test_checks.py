"""`manage.py check --deploy`: nothing to say of a good deployment, and a word on each unwise setting."""

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.checks import run_checks
from django.test import RequestFactory
from pytest_django import Settings

from tests.jobs.api.files import Bucket
from tests.servers import ValkeyServer, free_port, postgres_server
from tests.stack import ROOT
from tests.up import manage
from unilingo import checks
from unilingo.common import client


def _ids() -> set[str]:
    ours = run_checks(tags=["security"], include_deployment_checks=True)
    return {message.id or "" for message in ours if (message.id or "").startswith("unilingo")}


@pytest.fixture
def deployed(settings: Settings) -> Settings:
    settings.TRUST_USER_ID_HEADER = False
    settings.SECRET_KEY_IS_GENERATED = False
    return settings


def test_a_good_deployment_is_passed_in_silence(tmp_path: Path) -> None:
    production = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "a long key for this check alone 0123456789 abcdefghijklmnop",
        "ALLOWED_HOSTS": "example.org",
        "DATABASE_URL": "postgres://u:p@db/unilingo",
        "REDIS_URL": "rediss://cache",
    }

    checked = subprocess.run(
        [sys.executable, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "INFO"],
        cwd=ROOT,
        env=production,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_release_whose_database_is_away_says_so_in_one_line(tmp_path: Path) -> None:
    key = "a long key for this check alone 0123456789 abcdefghijklmnop"
    where = {"DATABASE_URL": f"postgres://ann:sesame@127.0.0.1:{free_port()}/unilingo"}

    done = manage({"DATA_DIR": str(tmp_path), "SECRET_KEY": key, **where}, "migrate", "--noinput")

    assert done.returncode == 1
    assert done.stderr.startswith("unilingo: the database says: connection failed")
    assert done.stderr.count("\n") == 1
    assert "sesame" not in done.stderr


def test_a_believed_header_is_pointed_out(deployed: Settings) -> None:
    assert _ids() == set()

    deployed.TRUST_USER_ID_HEADER = True

    assert _ids() == {"unilingo.W001"}


def test_a_key_that_only_this_machine_knows_is_pointed_out(deployed: Settings) -> None:
    deployed.SECRET_KEY_IS_GENERATED = True

    assert _ids() == {"unilingo.E001"}


@pytest.mark.parametrize(
    ("provider", "model", "prices", "said"),
    [
        ("compatible", "llama3.2", {}, ["unilingo.W002"]),
        ("openai,compatible", "llama3.2", {}, ["unilingo.W002"]),
        ("compatible", "llama3.2", {"compatible": (Decimal(0),) * 3}, []),
        ("openai", "gpt-4o-mini-2024-07-18", {}, []),
        ("local", "llama3.2", {}, []),
    ],
)
def test_a_model_without_a_price_is_told_before_it_is_asked(
    settings: Settings, provider: str, model: str, prices: Any, said: list[str]
) -> None:
    settings.PROVIDER_TEXT, settings.COMPATIBLE_MODEL = provider, model
    settings.OPENAI_MODEL = model if provider == "openai" else "gpt-4o-mini"
    settings.BUDGET_POLICY = replace(settings.BUDGET_POLICY, prices=prices)

    found = [message.id for message in run_checks(tags=["compatibility"])]

    assert [name for name in found if name and name.startswith("unilingo")] == said


@pytest.mark.django_db
def test_more_connections_than_the_database_takes_are_pointed_out(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres_server() as url:
        options = {"max_connections": "120", "superuser_reserved_connections": "3"}
        with psycopg.connect(url) as postgresql:
            for name, value in options.items():
                assert postgresql.execute(f"SHOW {name}").fetchone() == (value,)
            monkeypatch.setattr(checks, "connection", _Postgresql(postgresql))
            settings.WEB_PROCESSES, settings.WEB_THREADS, settings.WORKER_CONCURRENCY = 4, 20, 7
            assert checks.enough_connections(["default"]) == []
            assert checks.enough_connections(None) == []

            settings.WORKER_CONCURRENCY = 8

            [found] = checks.enough_connections(["default"])
            assert (found.id, "117" in found.msg) == ("unilingo.W003", True)

            for number, bounded in enumerate(("DATABASE postgres", "ROLE current_user")):
                postgresql.execute(f"ALTER {bounded} CONNECTION LIMIT {30 - number}".encode())
                [found] = checks.enough_connections(["default"])
                assert f"takes {30 - number} connections" in found.msg
            postgresql.rollback()


@pytest.mark.django_db
def test_a_database_that_confirms_before_it_has_written_is_pointed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with postgres_server() as url, psycopg.connect(url, autocommit=True) as postgresql:
        monkeypatch.setattr(checks, "connection", _Postgresql(postgresql))
        assert [found.msg.split()[-3] for found in checks.lasting_commits(["default"])] == ["fsync"]
        assert checks.lasting_commits(None) == []

        postgresql.execute("SET synchronous_commit = off")

        found = checks.lasting_commits(["default"])
        assert [each.msg.split()[-3] for each in found] == ["fsync", "synchronous_commit"]
        assert {each.id for each in found} == {"unilingo.W005"}


class _Postgresql:
    """A connection of psycopg's as far as it is one of Django's."""

    vendor = "postgresql"

    def __init__(self, opened: Any) -> None:
        self.cursor = opened.cursor


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["is_away", "is_read_only"])
def test_a_bucket_that_takes_no_files_is_told_before_one_comes(
    how: str,
    redis_server: ValkeyServer,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bucket = {"BACKEND": "tests.jobs.api.files.Bucket", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": bucket}
    assert run_checks(tags=["files"], databases=["default"]) == []

    monkeypatch.setattr(Bucket, how, True)
    [found] = run_checks(tags=["files"], databases=["default"])
    assert (found.id, run_checks(tags=["files"])) == ("unilingo.E002", [])


def test_a_header_of_a_proxy_that_nobody_trusts_is_told_once(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TRUSTED_PROXIES = 0
    client._tell_of_proxy.cache_clear()
    for address in ("203.0.113.7", "127.0.0.1", "10.0.0.2"):
        headers = {"REMOTE_ADDR": address, "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
        assert client.client_address(RequestFactory().get("/", **headers)) == address

    assert [record.message for record in caplog.records] == [
        "X-Forwarded-For comes from a machine near by: with a proxy, set TRUSTED_PROXIES"
    ]
