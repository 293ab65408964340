"""Shell commands whose `python` is a fork of tests/forks.py: most of what such a command costs is Python's start."""

import json
import os
import shlex
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from tests.forks import IN_TESTS, MOST_BYTES, Popen

# Hands its arguments, folder, environment and files over, and ends as the fork does.
_ASKS = """
import json, os, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as forks:
    forks.connect(sys.argv[1])
    order = json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(forks, [order], [0, 1, 2])
    sys.exit(int(forks.recv(16)))
"""


@contextmanager
def path_with_forks(path: str) -> Iterator[str]:
    """The same PATH with another `python` in front."""
    if not IN_TESTS:
        yield path
        return
    with (
        tempfile.TemporaryDirectory(prefix="python-") as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener,
    ):
        python, address = Path(folder) / "python", f"{folder}/forks"
        python.write_text(
            f'#!/bin/sh\nexec {shlex.join([sys.executable, "-ISc", _ASKS, address])} "$@"\n'
        )
        python.chmod(0o755)
        listener.bind(address)
        listener.listen()
        serving = Thread(target=_serve, args=(listener,))
        serving.start()
        yield f"{folder}{os.pathsep}{path}"
        listener.shutdown(socket.SHUT_RDWR)
        serving.join()


def _serve(listener: socket.socket) -> None:
    while True:
        try:
            asked, _ = listener.accept()
        except OSError:  # it is over
            return
        Thread(target=_run, args=(asked,)).start()


def _run(asked: socket.socket) -> None:
    with asked:
        order, files, _, _ = socket.recv_fds(asked, MOST_BYTES, 3)
        arguments, folder, environment = json.loads(order)
        stdin, stdout, stderr = files
        process = Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )
        for file in files:
            os.close(file)
        asked.send(str(process.wait()).encode())
