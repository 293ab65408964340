"""What a process does before its first request, so that this one is as quick as the others."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.db import connection
from pytest_django import Settings

from jobs import tasks
from jobs.kind import Queue
from jobs.models import Job
from tests.servers import ValkeyServer
from tests.stack import ROOT
from unilingo.asgi import _warm_up
from unilingo.celery import app

# The garbage collection of a start also finds what other tests have left open, which is not this one's fault.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_is_loaded_at_the_start_is_no_longer_looked_through_for_garbage(
    redis_server: ValkeyServer, thawed: None
) -> None:
    _warm_up()

    assert gc.get_freeze_count() > 10 * gc.get_count()[0]


def test_a_start_without_redis_is_a_start(thawed: None) -> None:
    _warm_up()
    tasks.prepare()

    assert "kombu.transport.redis" in sys.modules


@pytest.mark.django_db(transaction=True)
def test_a_task_finds_the_connection_that_the_one_before_it_has_used() -> None:
    fixup, task = DjangoWorkerFixup(app), SimpleNamespace(request=SimpleNamespace(is_eager=False))
    connection.ensure_connection()
    held = connection.connection

    fixup.on_task_postrun(task)
    fixup.on_task_prerun(task)
    tasks.run_next(Queue.AI, 1)

    assert connection.connection is held


@pytest.mark.django_db
def test_in_development_too_no_query_is_kept_in_memory(settings: Settings) -> None:
    settings.DEBUG = True
    connection.queries_log.clear()

    assert not Job.objects.filter(input="a study text").exists()

    assert not connection.queries


def test_a_worker_does_not_load_what_only_the_api_needs(tmp_path: Path) -> None:
    program = """
import sys
from unilingo.celery import app
app.loader.import_default_modules()
from unilingo.processes import worker_health
print(*(name for name in sys.modules if name.startswith("rest_framework.view")))
"""
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "DEBUG": "1",
        "CELERY_SKIP_CHECKS": "true",
    }
    environment["DJANGO_SETTINGS_MODULE"] = "unilingo.settings"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert (loaded.returncode, loaded.stdout.strip()) == (0, b"")
