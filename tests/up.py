"""`manage.py up` as a test starts it: a fork (tests/forks.py), in a data folder and on ports of its own.

The demo that starts what it needs (tests/journeys/test_terminal.py) is started as by anybody, with all that it starts.
"""

import base64
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.clients import Client
from tests.forks import Parent, run
from tests.servers import free_port
from tests.stack import ROOT, prepared_folder, wait_until

START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass
class Up:
    environment: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def data_dir(self) -> Path:
        return Path(self.environment["DATA_DIR"])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    @property
    def health(self) -> Client:
        return Client(f"http://127.0.0.1:{self.environment['WORKER_HEALTH_PORT']}")

    def client(self, user_id: str) -> Client:
        return Client(self.url, user_id)

    def wait_until_ready(self) -> None:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return "UniLingo runs at" in self.log.read_text()

        wait_until(is_ready, START_SECONDS, "the stack is ready")

    def stop(self, number: signal.Signals = signal.SIGINT) -> float:
        """How many seconds it took to end; it is killed when that is more than it may take."""
        began = time.monotonic()
        self.process.send_signal(number)
        try:
            self.process.wait(STOP_SECONDS + 5)
        finally:
            self.process.kill()
        return time.monotonic() - began

    def pids(self) -> list[int]:
        return processes_of(self.data_dir)


def processes_of(folder: Path) -> list[int]:
    """Their environment names the data folder, or (the data server) their title does."""
    mark = str(folder).encode()
    processes = Path("/proc").glob("[0-9]*")
    found = [p for p in processes if mark in _bytes(p / "environ") + _bytes(p / "cmdline")]
    return [int(process.name) for process in found]


@contextmanager
def data_folder(*, is_empty: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a stack that nobody else shares; nothing of the developer's own settings is in it."""
    with tempfile.TemporaryDirectory(prefix="unilingo-up-") as folder:
        if not is_empty:
            shutil.copytree(prepared_folder(), folder, dirs_exist_ok=True)
        yield {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", folder),
            "DATA_DIR": folder,
            "DEBUG": "1",
            "PORT": str(free_port()),
            "WORKER_HEALTH_PORT": str(free_port()),
        }


@contextmanager
def running_up(environment: dict[str, str]) -> Iterator[Up]:
    log = Path(environment["DATA_DIR"]) / "up.log"
    with log.open("wb") as output:
        process = Parent(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    up = Up(environment, log, process)
    try:
        up.wait_until_ready()
        yield up
    finally:
        if process.poll() is None:
            up.stop(signal.SIGTERM)


def manage(
    environment: dict[str, str], *arguments: str, stdin: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """Run a management command to its end."""
    command = [sys.executable, "manage.py", *arguments]
    done = run(command, stdin, START_SECONDS, cwd=ROOT, env=environment)
    return subprocess.CompletedProcess(
        done.args,
        done.returncode,
        done.stdout.decode(),
        re.sub(r"\x1b\[[0-9;]*m", "", done.stderr.decode()),
    )


def refusals(
    environment: dict[str, str], cases: Sequence[tuple[Sequence[str], bytes]]
) -> list[str]:
    """What each command (its arguments, its input) says when it is refused; all in one process."""
    asked = [(list(arguments), base64.b64encode(stdin).decode()) for arguments, stdin in cases]
    settings = {"DJANGO_SETTINGS_MODULE": "unilingo.settings"}
    command = [sys.executable, "-m", "tests.up"]
    said = run(command, json.dumps(asked).encode(), cwd=ROOT, env=environment | settings)
    found: list[str] = json.loads(said.stdout)
    return found


def _refuse_each() -> None:
    import django
    from django.core.management import CommandError, call_command

    django.setup()
    said: list[str] = []
    for arguments, content in json.loads(sys.stdin.read()):
        sys.stdin = io.TextIOWrapper(io.BytesIO(base64.b64decode(content)))
        try:
            call_command(*arguments)
            said.append("")
        except CommandError as error:
            said.append(str(error))
    sys.stdout.write(json.dumps(said))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    _refuse_each()
