"""Finds the running program; where there is none, runs one for as long as it is needed."""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

from jobs.management.client import CallFailed, answers
from unilingo.common.clock import Clock

START_SECONDS = 90.0
STOP_SECONDS = 15.0


@contextmanager
def running_stack(clock: Clock) -> Iterator[str]:
    """Its address. Raises CallFailed when none runs and none can be started."""
    known = [f"http://127.0.0.1:{settings.PORT}"]
    if settings.ADDRESS_FILE.exists():
        known.insert(0, settings.ADDRESS_FILE.read_text(encoding="ascii"))
    found = next(filter(answers, known), None)
    if found:
        yield found
        return
    with _own_stack(clock) as address:
        yield address


@contextmanager
def _own_stack(clock: Clock) -> Iterator[str]:
    """On free ports of this machine alone, with the same data; it ends with this process, however that ends."""
    port, health_port = _free_ports()
    variables = {
        "DATA_DIR": settings.DATA_DIR,
        "PORT": port,
        "WORKER_HEALTH_PORT": health_port,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "false",
        "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port}",
    }
    command = ["env", *(f"{name}={value}" for name, value in variables.items())]
    command += [sys.executable, str(settings.BASE_DIR / "manage.py"), "up", "--until-eof"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        assert process.stdin is not None
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, process, log, clock)
            yield address
        finally:
            process.stdin.close()
            _wait_for_end(process)


def _wait_until_ready(
    address: str, process: "subprocess.Popen[bytes]", log: IO[bytes], clock: Clock
) -> None:
    deadline = clock.monotonic() + START_SECONDS
    while not _is_announced(address):
        if process.poll() is not None or clock.monotonic() > deadline:
            log.seek(0)
            said = log.read().decode(errors="replace").strip().splitlines() or ["it says nothing"]
            raise CallFailed(
                f"UniLingo could not be started: {said[-1].removeprefix('CommandError: ')}"
            )
        clock.sleep(0.05)


def _is_announced(address: str) -> bool:
    try:
        return bool(settings.ADDRESS_FILE.read_text(encoding="ascii") == address)
    except FileNotFoundError:
        return False


def _wait_for_end(process: "subprocess.Popen[bytes]") -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_ports() -> list[int]:
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind(("127.0.0.1", 0))
        return [first.getsockname()[1], second.getsockname()[1]]
