"""Every command that an operator's page shows does what it promises, in the order of the page."""

import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import yaml

from tests.clients import form
from tests.house.tree import text_files
from tests.servers import postgres_server
from tests.shell import path_with_forks
from tests.stack import CONTENT, ROOT, Process, Stack, running_stack

Run = Callable[..., str]
BLOCK = re.compile(r"^## ([^\n]+)$|^```sh\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
TOKEN = "a token that only these pages know"
BACKUP, DRAINING, RETRYING, UPGRADE = (
    f"docs/operations/{name}.md" for name in ("backup", "draining", "retrying", "upgrade")
)
DEPLOYMENT, OPERATIONS, RUNBOOK = (
    f"docs/{name}.md" for name in ("deployment", "operations", "runbook")
)
# By other tests: test_terminal, test_examples. The last is for servers of others.
ELSEWHERE = {"README.md", "docs/running.md", "docs/using-the-api.md", "docs/openai-compatible.md"}


@contextmanager
def _commands(page: str, stack: Stack, folder: Path) -> Iterator[Run]:
    """Runs the blocks of the page one by one, each told by the heading that it must stand under; none may be left."""
    (folder / "manage.py").symlink_to(ROOT / "manage.py")
    left, heading = list[tuple[str, str]](), ""
    for named, block in BLOCK.findall((ROOT / page).read_text()):
        heading = named or heading
        if block:
            left.append((heading, block))

    def run(under: str, **given: object) -> str:
        found, block = left.pop(0)
        assert found == under
        return _shell(block, stack, folder, **given)

    yield run
    assert left == []


def _shell(block: str, stack: Stack, folder: Path, **given: object) -> str:
    environment = stack.environment | {"BACKUPS": str(folder)}
    if stack.webs:
        environment["URL"] = stack.url
    environment |= {name: str(value) for name, value in given.items()}
    with path_with_forks(environment["PATH"]) as path:
        done = subprocess.run(
            ["sh", "-eu", "-c", block],
            cwd=folder,
            env=environment | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 0, (block, done.stdout, done.stderr)
    return done.stdout


def _reaped(process: Process) -> int:
    """As a supervisor would, so that its end is seen."""
    threading.Thread(target=process.popen.wait, daemon=True).start()
    return process.pid


@pytest.fixture(scope="module")
def house() -> Iterator[Stack]:
    """On PostgreSQL, with nobody who takes jobs."""
    with (
        postgres_server() as url,
        running_stack(workers=0, database_url=url, MONITORING_TOKEN=TOKEN) as running,
    ):
        yield running


def test_every_page_is_tried() -> None:
    here = {BACKUP, DRAINING, RETRYING, UPGRADE, DEPLOYMENT, OPERATIONS, RUNBOOK}
    shown = {
        str(path.relative_to(ROOT)) for path in text_files(".md") if "```sh\n" in path.read_text()
    }
    assert shown == here | ELSEWHERE


def test_what_was_backed_up_comes_back_and_goes_on(house: Stack, tmp_path: Path) -> None:
    with _commands(BACKUP, house, tmp_path) as run, running_stack(workers=0) as small:
        kept = _document(house)
        run("Back up")
        later = house.submit("ann")
        shutil.rmtree(house.data_dir / "uploads")
        house.webs.pop().stop()

        run("Restore")
        house.start_web()
        house.start_worker()
        assert house.ended("ann", kept)["status"] == "completed"
        assert house.client("ann").get(f"/api/job-status/{later}").status == 404
        house.workers.pop().stop()

        kept = small.submit("ann")
        run("SQLite", DATA_DIR=small.data_dir)
        small.webs.pop().stop()
        (small.data_dir / "db.sqlite3").write_bytes(b"broken")
        run("SQLite", DATA_DIR=small.data_dir)
        small.start_web()
        assert small.client("ann").get(f"/api/job-status/{kept}").json["status"] == "waiting"


def _document(stack: Stack) -> str:
    body, kind = form({"document": [("notes.txt", CONTENT.encode())]})
    answer = stack.client("ann").post("/api/process-document", body, Content_Type=kind)
    assert answer.status == 202, answer.body
    job_id: str = answer.json["jobId"]
    return job_id


def test_processes_that_are_drained_leave_and_paid_work_can_be_stopped(
    house: Stack, tmp_path: Path
) -> None:
    worker, leaving = house.start_worker(), house.start_web()
    with _commands(DRAINING, house, tmp_path) as run:
        run("A worker", WORKER_URL=worker.url, WORKER_PID=_reaped(worker))
        run("A web process", WEB_PID=_reaped(leaving))
        assert '"active"' in run("All paid work")

    house.webs.remove(leaving)
    house.workers.remove(worker)
    assert (worker.popen.returncode, leaving.popen.returncode) == (0, 0)
    assert house.client().get("/readyz").status == 200


def test_an_upgrade_is_released_while_the_program_runs(house: Stack, tmp_path: Path) -> None:
    with _commands(UPGRADE, house, tmp_path) as run:
        assert "No planned migration operations" in run("Before")
        assert "ok" in run("Upgrade")


def test_what_failed_in_an_outage_is_queued_anew(house: Stack, tmp_path: Path) -> None:
    job_ids = [house.submit("ann") for _ in range(3)]
    with psycopg.connect(house.environment["DATABASE_URL"]) as database:
        database.execute(
            "UPDATE jobs_job SET status = 'failed', error_code = 'PROVIDER_UNAVAILABLE',"
            " finished_at = now(), wait_reason = '' WHERE id = ANY(%s)",
            [job_ids],
        )
    with _commands(RETRYING, house, tmp_path) as run:
        assert "3 queued anew" in run("By command")

    status = {house.client("ann").get(f"/api/job-status/{each}").json["status"] for each in job_ids}
    assert status == {"waiting"}


def test_every_command_of_the_runbook_is_answered(house: Stack, tmp_path: Path) -> None:
    text = (ROOT / RUNBOOK).read_text()
    [[_, begin]] = [found for found in BLOCK.findall(text) if found[1]]
    (tmp_path / "manage.py").symlink_to(ROOT / "manage.py")
    commands = re.findall(r"`((?:ask|tell|python) [^`]+)`", text)
    release = "tell /api/admin/budget/kill-switch '{\"enabled\":false}'"

    assert release in commands
    for command in [*commands, release]:
        _shell(f"{begin}\n{command}", house, tmp_path)


def test_a_learner_is_exported_and_erased(house: Stack, tmp_path: Path) -> None:
    job_id = house.submit("ann")
    with _commands(OPERATIONS, house, tmp_path) as run:
        assert "jobs" in run("A learner who asks in writing")

    exported = tmp_path / "ann.json"
    assert job_id in exported.read_text()
    assert exported.stat().st_mode & 0o777 == 0o600
    assert house.client("ann").get(f"/api/job-status/{job_id}").status == 404


def test_compose_gets_its_secrets(house: Stack, tmp_path: Path) -> None:
    """`docker`, which is another system's, only says here what it was asked for."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text('#!/bin/sh\necho "$@"\n')
    docker.chmod(0o755)
    path = f"{docker.parent}:{house.environment['PATH']}"
    with _commands(DEPLOYMENT, house, tmp_path) as run:
        assert run("Compose", PATH=path) == "compose build\ncompose up --detach\n"

    made = {file.name: file.read_text().strip() for file in (tmp_path / "secrets").iterdir()}
    named = yaml.safe_load((ROOT / "compose.yaml").read_text())["secrets"].values()
    assert {f"./secrets/{name}" for name in made} == {secret["file"] for secret in named}
    assert made["postgres_password"] in made["database_url"]
    assert min(map(len, made.values())) >= 32
