"""Python programs as forks of a process that has imported the libraries already: that saves most of what a start costs.

    Popen(["python", "manage.py", "migrate"], cwd=ROOT, env=environment)

A fork is a child of the tests like any other, in an environment of its own, and reads the program's settings itself: the
libraries, and the reader of study texts, are those that read none when they are imported. The lists in which most words are
looked up are read too. The Python programs that a `Parent` starts are forks as well. Outside of pytest, for what measures
memory and time, and where Linux is not, programs are started as usual.
"""

import atexit
import ctypes
import gc
import importlib
import json
import os
import pickle
import runpy
import shutil
import socket
import subprocess
import sys
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from inspect import signature
from pathlib import Path
from typing import Any

from tests.servers import die_with_parent

LIBRARIES = """
    anyio._backends._asyncio babel.dates babel.plural billiard.pool celery.app celery.apps.worker
    celery.bin.celery celery.bin.worker celery.concurrency.thread celery.contrib.django.task
    corsheaders.conf django.contrib.admin django.contrib.auth.hashers
    django.contrib.postgres.fields django.contrib.staticfiles.storage django.core.handlers.wsgi
    django.core.management.commands.migrate django.db.backends.sqlite3.base django.forms
    django.template.defaulttags django.test environ filetype fsrs ftfy
    gripcontrol gunicorn.app.wsgiapp gunicorn.workers.gasgi h11 httpcore2 httpx2 inflection
    jinja2 jiter jobs.study_text jsonschema jwt kombu.asynchronous.semaphore
    kombu.transport.redis langcodes
    markdown markdown_it mdit_py_plugins.deflist mdit_py_plugins.dollarmath
    mdit_py_plugins.footnote mdit_py_plugins.front_matter openai.resources.chat.chat
    prometheus_client psycopg pubcontrol pydantic.dataclasses pydantic.functional_validators
    pydantic.json_schema pydantic.type_adapter pydantic.types pyjson5 pylatexenc.latex2text
    redis.asyncio regex requests sentencex simplemma smtplib structlog truststore uritemplate
    whitenoise.middleware wordfreq yaml zmq
"""
MOST_BYTES = 128 * 1024
# Of a fork's arguments and environment, as /proc shows them.
SHOWN_BYTES = 16 * 1024
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None)
_signature = signature(subprocess.Popen._execute_child)  # type: ignore[attr-defined]


class _Fork(subprocess.Popen[Any]):
    is_parent = False

    def _execute_child(self, *given: Any) -> None:
        asked = _signature.bind(self, *given).arguments
        prepare = asked["preexec_fn"] or die_with_parent
        files = (asked["p2cread"], asked["c2pwrite"], asked["errwrite"])
        order = {
            "argv": list(map(str, asked["args"])),
            "cwd": str(asked["cwd"] or os.getcwd()),
            "environment": dict(asked["env"] if asked["env"] is not None else os.environ),
            "is_session": asked["start_new_session"],
            "is_parent": self.is_parent,
            "prepare": b64encode(pickle.dumps(prepare)).decode(),
        }
        self.pid = _server().start(order, [n if fd == -1 else fd for n, fd in enumerate(files)])
        self._child_created = True
        pipes = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(asked[name] for name in pipes))  # type: ignore[attr-defined]


class _Parent(_Fork):
    is_parent = True


class _Child(_Fork):
    """In a parent: its Python programs are forks, and others are not."""

    def _execute_child(self, *given: Any) -> None:
        is_python = _signature.bind(self, *given).arguments["args"][0] == sys.executable
        start = super()._execute_child if is_python else self._execute_usually
        start(*given)

    _execute_usually = subprocess.Popen._execute_child  # type: ignore[attr-defined]


IN_TESTS = sys.platform == "linux" and "PYTEST_VERSION" in os.environ
Popen: type[subprocess.Popen[Any]] = _Fork if IN_TESTS else subprocess.Popen
Parent: type[subprocess.Popen[Any]] = _Parent if IN_TESTS else subprocess.Popen


def run(
    command: Sequence[str], stdin: Any = None, timeout: float | None = None, **options: Any
) -> "subprocess.CompletedProcess[Any]":
    """Like subprocess.run, with all output kept."""
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with Popen(command, **pipes, **options) as process:
        try:
            out, err = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


class _Server:
    def __init__(self, orders: socket.socket, process: Any = None) -> None:
        self._orders, self._process = orders, process
        self._turn = threading.Lock()

    def start(self, order: dict[str, Any], files: Sequence[int]) -> int:
        """Its number. It is an orphan at first: of those this process is the parent for as long as it waits here."""
        with self._turn:
            _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
            try:
                socket.send_fds(self._orders, [json.dumps(order).encode()], files)
                return int(self._orders.recv(MOST_BYTES))
            finally:
                _libc.prctl(_PR_SET_CHILD_SUBREAPER, 0)


# The one that this process asks for forks, once it has asked for any.
_servers: list[_Server] = []


def _server() -> _Server:
    if not _servers:
        _servers.append(_started_server())
    return _servers[0]


def _started_server() -> _Server:
    ours, theirs = _connection()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno()), " " * SHOWN_BYTES],
            pass_fds=[theirs.fileno()],
            cwd=os.path.dirname(os.path.dirname(__file__)),
            env={"PATH": os.environ["PATH"], "ROOM": " " * SHOWN_BYTES},
        )
    return _Server(ours, process)


def _connection() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def _next_order(orders: socket.socket) -> dict[str, Any]:
    """Returns in a fork for each order; this process ends when the tests do, and with them the other end."""
    while True:
        content, files, _, _ = socket.recv_fds(orders, MOST_BYTES, 3)
        if not content:
            raise SystemExit
        between = os.fork()
        if between == 0:
            break
        os.waitpid(between, 0)
        for file in files:
            os.close(file)
    between = os.getpid()
    if os.fork():
        os._exit(0)
    while os.getppid() == between:
        time.sleep(0.0005)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    orders.send(str(os.getpid()).encode())
    orders.close()
    order: dict[str, Any] = json.loads(content)
    return _parents(order) if order["is_parent"] else order


def _parents(order: dict[str, Any]) -> dict[str, Any]:
    """The order itself in the parent, and in forks of it what the parent has ordered."""
    ours, theirs = _connection()
    if not os.fork():
        ours.close()
        die_with_parent()
        return _next_order(theirs)
    theirs.close()
    _servers.append(_Server(ours))
    subprocess.Popen = _Child  # type: ignore[misc]
    return order


def _run(order: dict[str, Any]) -> None:
    pickle.loads(b64decode(order["prepare"]))()
    if order["is_session"]:
        os.setsid()
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    _show(order["argv"], [f"{name}={value}" for name, value in os.environ.items()])
    program, *arguments = order["argv"]
    if os.path.basename(program).startswith("python"):
        program, *arguments = arguments
    sys.argv[:] = [program, *arguments]
    if program == "-c":
        exec(sys.argv.pop(1), {"__name__": "__main__"})
    elif program == "-m":
        runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(shutil.which(program) or program, run_name="__main__")


def _end(program: Callable[..., None], *given: Any) -> None:
    """As Python ends, but for taking the libraries apart, which takes longer than many programs."""
    code: Any = None
    try:
        program(*given)
    except SystemExit as end:
        code = end.code
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if not isinstance(code, int | None):
        sys.stderr.write(f"{code}\n")
        code = 1
    for stream in (sys.stdout, sys.stderr):
        if not stream.closed:
            stream.flush()
    os._exit((code or 0) & 0xFF)


def _show(*texts: Sequence[str]) -> None:
    """Arguments and environment, where /proc has those that this process was forked with."""
    places = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[45:49]
    for text, start, end in zip(texts, places[::2], places[1::2], strict=True):
        room = int(end) - int(start)
        content = "\0".join(text).encode()[: room - 1]
        ctypes.memmove(int(start), content.ljust(room, b"\0"), room)


if __name__ == "__main__":
    for name in LIBRARIES.split():
        importlib.import_module(name)
    sys.modules["simplemma"].lemmatize("word", lang="en")
    sys.modules["wordfreq"].zipf_frequency("word", "en")
    for code in ("en", "es", "fr", "de", "it", "pt"):
        sys.modules["wordfreq"].zipf_frequency("word", code, "small")
        sys.modules["simplemma"].is_known("word", lang=code, low_memory=True)
    gc.freeze()
    with socket.socket(fileno=int(sys.argv[1])) as connection:
        found = _next_order(connection)
    _end(_run, found)
