"""The whole program as real processes, from the lines of the Procfile, in a folder and on ports of its own.

    with running_stack(webs=2, workers=1, JOB_LEASE_SECONDS="1") as stack:
        answer = stack.client("ann").post("/api/ai/generate-flashcards", FLASHCARDS)

tests/clients.py has the HTTP and event stream clients.
"""

import itertools
import os
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobs.providers.local_text.lexicon import PACKED, unpack
from tests.clients import Client
from tests.forks import Popen, run
from tests.limits import NO_REQUEST_LIMITS
from tests.prepared import prepared
from tests.servers import ValkeyServer, free_port, valkey_server

ROOT = Path(__file__).resolve().parent.parent
SECRET_KEY = "-".join(["known to the tests of running processes"] * 2)
START_SECONDS = 30.0
STOP_SECONDS = 10.0
_numbers = itertools.count(1)

CONTENT = (ROOT / "tests/jobs/providers/local_text/texts/biology.txt").read_text(encoding="utf-8")
FLASHCARDS = {"content": CONTENT, "subject": "Biology", "topic": "Cells"}


@dataclass
class Process:
    """One line of the Procfile. `url`: where a web process or a worker's health port answers."""

    name: str
    url: str
    popen: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def pids(self) -> list[int]:
        """This process and its children: gunicorn's own workers among them."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    @property
    def is_running(self) -> bool:
        return self.popen.poll() is None

    def terminate(self) -> None:
        self.popen.terminate()

    def stop(self) -> None:
        """Ask it to end, and make sure that it does."""
        if self.is_running:
            self.terminate()
        try:
            self.popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        self.kill()

    def kill(self) -> None:
        """kill -9, children included."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.popen.wait()


@dataclass
class Stack:
    data_dir: Path
    valkey: ValkeyServer
    environment: dict[str, str]
    webs: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.webs[0].url

    def client(self, user_id: str | None = None, web: int = 0) -> Client:
        return Client(self.webs[web].url, user_id)

    def submit(self, user_id: str, **members: Any) -> str:
        """A job of its own: the same work asked again would be answered with the first one."""
        members = {"subject": f"Biology {next(_numbers)}", **members}
        answer = self.client(user_id).post("/api/ai/generate-flashcards", FLASHCARDS | members)
        assert answer.status == 202, answer.body
        job_id: str = answer.json["jobId"]
        return job_id

    def ended(self, user_id: str, job_id: str, seconds: float = 30.0) -> dict[str, Any]:
        """The job's status once it has come to its end."""
        last: dict[str, Any] = {}

        def has_ended() -> bool:
            last.update(self.client(user_id).get(f"/api/job-status/{job_id}").json)
            return last["status"] in ("completed", "failed", "cancelled")

        wait_until(has_ended, seconds, f"{job_id} ends")
        return last

    def start_web(self, **environment: str) -> Process:
        process = self.launch_web(**environment)
        self._wait_healthy(process, "/livez")
        return process

    def launch_web(self, **environment: str) -> Process:
        """The same without waiting until it answers."""
        port = str(free_port())
        process = self._start("web", f"http://127.0.0.1:{port}", environment | {"PORT": port})
        self.webs.append(process)
        return process

    def start_worker(self, app: str = "unilingo", **environment: str) -> Process:
        process = self.launch_worker(app, **environment)
        self._wait_healthy(process, "/health")
        return process

    def launch_worker(self, app: str = "unilingo", **environment: str) -> Process:
        """The same without waiting until it is healthy."""
        port = str(free_port())
        named = environment | {"WORKER_HEALTH_PORT": port}
        process = self._start("worker", f"http://127.0.0.1:{port}", named, app)
        self.workers.append(process)
        return process

    def python(self, *arguments: str, **options: Any) -> "subprocess.Popen[bytes]":
        """A further Python process in the same environment; the caller ends it."""
        return Popen([sys.executable, *arguments], cwd=ROOT, env=self.environment, **options)

    def logs(self) -> str:
        return "\n".join(
            f"{path.name}:\n{path.read_text()}" for path in sorted(self.data_dir.glob("*.log"))
        )

    def stop(self) -> None:
        """The order of the house: nobody is asked for what is gone already."""
        for process in [*self.webs, *self.workers]:
            if process.is_running:
                process.terminate()
        for process in [*self.webs, *self.workers]:
            process.stop()

    def _start(
        self, name: str, url: str, environment: dict[str, str], app: str = "unilingo"
    ) -> Process:
        log = self.data_dir / f"{name}-{time.monotonic_ns()}.log"
        with log.open("wb") as output:
            popen = Popen(
                [app if word == "unilingo" else word for word in procfile()[name]],
                cwd=ROOT,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Process(name, url, popen, log)

    def _wait_healthy(self, process: Process, path: str) -> None:
        def answers() -> bool:
            assert process.is_running, process.log.read_text()
            try:
                return Client(process.url).get(path).status == 200
            except OSError:
                return False

        wait_until(answers, START_SECONDS, f"{process.name} is healthy")


@contextmanager
def running_stack(
    *,
    webs: int = 1,
    workers: int = 1,
    database_url: str = "",
    **environment: str,
) -> Iterator[Stack]:
    """SQLite unless `database_url` names something else; `environment` goes to every process."""
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="unilingo-")))
        shutil.copytree(prepared_folder(), folder, dirs_exist_ok=True)
        valkey = cleanup.enter_context(valkey_server())
        stack = Stack(folder, valkey, _environment(folder, valkey, database_url) | environment)
        cleanup.callback(stack.stop)
        if database_url:
            release(stack.environment)
        for _ in range(webs):
            stack.start_web()
        for _ in range(workers):
            stack.start_worker()
        yield stack


@contextmanager
def frozen_worker(stack: Stack) -> Iterator[None]:
    """Nobody takes jobs. It is idle when it is stopped: within a transaction it would hold SQLite's writer lock."""
    worker = stack.workers[0]
    asked = "SELECT count(*) FROM jobs_job WHERE status = 'waiting' OR status = 'active' AND worker LIKE ?"

    def is_idle() -> bool:
        with closing(sqlite3.connect(stack.data_dir / "db.sqlite3")) as database:
            [[jobs]] = database.execute(asked, [f"%:{worker.pid}"])
        return bool(
            jobs == 0
            and Client(worker.url).get("/health").json["stats"]["currentlyProcessing"] == 0
        )

    wait_until(is_idle, 20, "the worker is idle")
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker.pid, signal.SIGCONT)


def prepared_folder() -> Path:
    """A data folder after the release line and with the word data unpacked. Tests copy it."""

    def make(folder: Path) -> None:
        release({"PATH": _path(), "DATA_DIR": str(folder), "DEBUG": "1", "SECRET_KEY": SECRET_KEY})
        unpack(PACKED, folder / "engines")

    return prepared("data", make)


def release(environment: Mapping[str, str]) -> None:
    run(procfile()["release"], cwd=ROOT, env=environment).check_returncode()


def procfile() -> dict[str, Sequence[str]]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":") for line in lines if line.strip())
    return {name: shlex.split(command) for name, _, command in named}


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Asked less often the longer it takes: each question is work for the machine that is waited for."""
    began = time.monotonic()
    while not holds():
        waited = time.monotonic() - began
        assert waited < seconds, f"not within {seconds} s: {what}"
        time.sleep(min(0.2, 0.02 + waited / 20))


def _environment(folder: Path, valkey: ValkeyServer, database_url: str) -> dict[str, str]:
    """Nothing of the developer's own settings reaches the processes."""
    return {
        "PATH": _path(),
        "HOME": os.environ.get("HOME", str(folder)),
        "DATA_DIR": str(folder),
        "DEBUG": "1",
        # What is bounded by the process is counted in one, whatever the machine has.
        "WEB_PROCESSES": "1",
        "LOG_LEVEL": "warning",
        "REDIS_URL": valkey.url,
        **NO_REQUEST_LIMITS,
        # So that a test can sign what the program will accept.
        "SECRET_KEY": SECRET_KEY,
        **({"DATABASE_URL": database_url} if database_url else {}),
    }


def _path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
