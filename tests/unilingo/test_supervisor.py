"""`manage.py up`, with real processes: what it starts, refuses, restarts, and leaves behind (nothing)."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.clients import Client
from tests.fakes.openai_faults import hangs
from tests.fakes.openai_server import FakeOpenAI
from tests.forks import Popen
from tests.servers import free_port, valkey_server
from tests.stack import FLASHCARDS, ROOT, procfile, wait_until
from tests.up import STOP_SECONDS, Up, data_folder, manage, running_up
from unilingo.processes.supervisor import restart_pause

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="looks processes up in /proc"
)


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    with data_folder() as environment, running_up(environment) as running:
        yield running


def submit(client: Client) -> str:
    answer = client.post("/api/ai/generate-flashcards", FLASHCARDS)
    assert answer.status == 202, answer.body
    job_id: str = answer.json["jobId"]
    return job_id


def status(client: Client, job_id: str) -> str:
    text: str = client.get(f"/api/job-status/{job_id}").json["status"]
    return text


def test_web_and_worker_are_healthy_when_the_address_is_told(up: Up) -> None:
    assert (
        f"UniLingo runs at {up.url} (Ctrl-C stops it)\nFirst steps: open {up.url} "
        in up.log.read_text()
    )
    assert up.client("ann").get("/api/health").status == 200
    assert up.health.get("/health").json["status"] == "healthy"


def test_the_data_server_listens_on_a_socket_for_this_user_alone(up: Up) -> None:
    folder = up.data_dir / "redis"

    assert (folder / "server.sock").is_socket()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_second_start_says_which_port_is_taken(up: Up) -> None:
    for name in ("PORT", "WORKER_HEALTH_PORT"):
        other = {"PORT": str(free_port()), "WORKER_HEALTH_PORT": str(free_port())}

        ended = manage(up.environment | other | {name: up.environment[name]}, "up")

        assert ended.returncode == 1
        [line] = ended.stderr.splitlines()
        assert f"Port {up.environment[name]} ({name}) is taken" in line


def test_a_second_stack_on_the_same_folder_is_refused(up: Up) -> None:
    ports = {"PORT": str(free_port()), "WORKER_HEALTH_PORT": str(free_port())}

    ended = manage(up.environment | ports, "up")

    assert ended.returncode == 1
    assert (
        ended.stderr == f"CommandError: UniLingo already runs on the data folder {up.data_dir}.\n"
    )


def test_a_further_web_and_worker_find_database_and_data_server_by_the_folder(up: Up) -> None:
    port = str(free_port())
    path = f"{Path(sys.executable).parent}:{up.environment['PATH']}"
    client = Client(f"http://127.0.0.1:{port}", "ann")
    log = up.data_dir / "further.log"
    with log.open("wb") as output, ExitStack() as cleanup:
        for name in ("web", "worker"):
            process = Popen(
                procfile()[name],
                cwd=ROOT,
                env=up.environment | {"PATH": path, "PORT": port},
                stdout=output,
                stderr=output,
            )
            cleanup.callback(process.wait, STOP_SECONDS)
            cleanup.callback(process.terminate)
        wait_until(lambda: _answers(client), 30, "the further web process answers")
        job_id = submit(client)
        wait_until(lambda: status(client, job_id) == "completed", 30, "its job is done")
        assert status(up.client("ann"), job_id) == "completed"
        wait_until(lambda: "health port is taken" in log.read_text(), 30, "the worker says so")


def test_a_killed_worker_is_started_again(up: Up) -> None:
    pid = up.health.get("/health").json["pid"]

    os.kill(pid, signal.SIGKILL)

    wait_until(lambda: _answers(up.health, "/health", not_by=pid), 30, "another worker is healthy")
    assert "program ended" in up.log.read_text()


def test_a_killed_web_process_takes_its_children_along_and_is_started_again(up: Up) -> None:
    [arbiter] = [pid for pid in _children(up.process.pid) if b"gunicorn" in _command(pid)]
    workers = _children(arbiter)

    os.kill(arbiter, signal.SIGKILL)

    wait_until(
        lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers),
        10,
        "its children are gone",
    )
    wait_until(lambda: _answers(up.client("ann")), 30, "another web process answers")


def test_a_job_goes_on_after_ctrl_c_and_a_killed_supervisor_leaves_no_process_behind() -> None:
    with data_folder() as folder, FakeOpenAI() as openai:
        environment = folder | {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": openai.base_url}
        openai.script(hangs())
        with running_up(environment) as first:
            job_id = submit(first.client("ann"))
            wait_until(lambda: bool(openai.served), 20, "the job is being worked on")
            seconds = first.stop(signal.SIGINT)
        assert first.process.returncode == 0
        assert seconds < STOP_SECONDS
        assert first.pids() == []
        assert not (first.data_dir / "address").exists()
        with running_up(environment) as again:
            wait_until(
                lambda: status(again.client("ann"), job_id) == "completed", 20, "the job is done"
            )
            assert len(again.pids()) >= 5  # itself, data server, web with its child, worker

            os.kill(again.process.pid, signal.SIGKILL)

            again.process.wait()
            wait_until(lambda: again.pids() == [], STOP_SECONDS, "every child has ended")


def test_other_databases_and_servers_are_used_where_they_are_named(tmp_path: Path) -> None:
    database = tmp_path / "elsewhere.sqlite3"
    with data_folder(is_empty=True) as folder, valkey_server() as valkey:
        environment = folder | {"DATABASE_URL": f"sqlite:///{database}", "REDIS_URL": valkey.url}
        with running_up(environment) as up:
            client = up.client("ann")
            job_id = submit(client)
            wait_until(lambda: status(client, job_id) == "completed", 30, "the job is done")
            assert not (up.data_dir / "redis").exists()
            assert not list(up.data_dir.glob("*sqlite*"))
            assert not any(b"valkey-server" in _command(pid) for pid in up.pids())
        with sqlite3.connect(database) as connection:
            assert connection.execute("SELECT id FROM jobs_job").fetchall() == [(job_id,)]


def test_the_pause_before_a_restart_grows_to_half_a_minute() -> None:
    assert [restart_pause(crashes) for crashes in (1, 2, 3, 7, 1000)] == [0.5, 1.0, 2.0, 30.0, 30.0]


def _answers(client: Client, path: str = "/livez", not_by: int = 0) -> bool:
    try:
        answer = client.get(path)
    except OSError:
        return False
    return answer.status == 200 and answer.json.get("pid", -1) != not_by


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
