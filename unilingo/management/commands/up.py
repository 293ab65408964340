"""`manage.py up`: the whole program on this machine, by the lines of the Procfile."""

import fcntl
import http.client
import shlex
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from jobs.kind import Capability
from jobs.provider import LOCAL
from jobs.providers.registry import chosen
from unilingo.common.clock import SystemClock
from unilingo.configuration import addresses, env
from unilingo.processes import embedded, home_models
from unilingo.processes.console import Console
from unilingo.processes.supervisor import Program, Supervisor

READY_SECONDS = 60.0
PROBE_SECONDS = 0.25
# Seconds after the stop began at which each is killed. The data server is the last, since the others write to it.
STOP_ORDER = (("web", 3.0), ("worker", 8.5), (embedded.NAME, 9.2))

FIRST_STEPS = """\
First steps: open {address} and paste a text. {address}/admin/ needs an account, which this makes in a second terminal:
  .venv/bin/python manage.py createsuperuser"""


class Command(BaseCommand):
    help = "Run data server, web and worker until Ctrl-C or SIGTERM."
    requires_system_checks = ()  # the release line makes them

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--until-eof", action="store_true", help="stop when standard input ends as well"
        )

    def handle(self, *args: Any, until_eof: bool, **options: Any) -> None:
        _refuse_taken_ports()
        with _claimed(settings.DATA_DIR):
            supervisor = _supervisor(until_eof)
            try:
                if _bring_up(supervisor):
                    self._announce()
                    supervisor.keep_running()
            finally:
                settings.ADDRESS_FILE.unlink(missing_ok=True)
                supervisor.stop(STOP_ORDER)

    def _announce(self) -> None:
        address = f"http://127.0.0.1:{settings.PORT}"
        settings.ADDRESS_FILE.write_text(address, encoding="ascii")
        self.stdout.write(f"UniLingo runs at {address} (Ctrl-C stops it)")
        if not User.objects.filter(is_staff=True, is_active=True).exists():
            self.stdout.write(FIRST_STEPS.format(address=address))
        has_no_model = chosen(Capability.TEXT)[0].word == LOCAL
        model = home_models.find() if settings.DEBUG and has_no_model else None
        if model:
            self.stdout.write(str(model))
        self.stdout.flush()


def _supervisor(until_eof: bool) -> Supervisor:
    console = Console(sys.stdout.buffer, names_lines=settings.LOG_FORMAT == "console")
    environment = env.for_child(DATA_DIR=str(settings.DATA_DIR))
    supervisor = Supervisor(SystemClock(), console, environment, settings.BASE_DIR)
    supervisor.listen()
    if until_eof:
        console.when_closed(sys.stdin.buffer, supervisor.ask_to_stop)
    return supervisor


def _bring_up(supervisor: Supervisor) -> bool:
    """False when the stop was asked for on the way. Raises CommandError."""
    lines = procfile(settings.BASE_DIR)
    address = addresses.embedded_socket(settings.DATA_DIR)
    if settings.REDIS_IS_EMBEDDED:
        _start_data_server(supervisor, address)
    code = supervisor.run_to_end(Program("release", lines.pop("release")))
    if code and not supervisor.must_stop:
        raise CommandError(f"The release step failed with code {code}.")
    if settings.REDIS_IS_EMBEDDED:
        _wait(supervisor, lambda: embedded.is_ready(address))
    for name, argv in lines.items():
        if not supervisor.must_stop:
            supervisor.start(Program(name, argv))
    _wait(supervisor, _is_healthy)
    return not supervisor.must_stop


def _start_data_server(supervisor: Supervisor, address: Path) -> None:
    try:
        embedded.prepare(address, SystemClock())
        supervisor.start(embedded.program(address, settings.DATA_DIR))
    except embedded.CannotServe as error:
        raise CommandError(str(error)) from error


def _wait(supervisor: Supervisor, is_ready: Callable[[], bool]) -> None:
    if supervisor.wait_for(is_ready, READY_SECONDS) or supervisor.must_stop:
        return
    ended = supervisor.ended()
    log = (
        f" {embedded.log_file(settings.DATA_DIR)} has its words." if embedded.NAME in ended else ""
    )
    raise CommandError(f"Could not start: {', '.join(ended) or 'no answer in time'}.{log}")


def procfile(folder: Path) -> dict[str, list[str]]:
    """The lines of the Procfile as commands, with the programs that belong to this very Python."""
    lines = (folder / "Procfile").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":") for line in lines if line.strip())
    return {name: _resolved(shlex.split(command)) for name, _, command in named}


def _resolved(argv: list[str]) -> list[str]:
    if argv[0] == "python":
        return [sys.executable, *argv[1:]]
    return [sys.executable, str(Path(sys.executable).parent / argv[0]), *argv[1:]]


def _is_healthy() -> bool:
    return _answers(settings.PORT, "/livez") and _answers(settings.WORKER_HEALTH_PORT, "/health")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", path)
        # 400: it answers, but not to the name 127.0.0.1, which ALLOWED_HOSTS need not have.
        return connection.getresponse().status in (200, 400)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refuse_taken_ports() -> None:
    with ExitStack() as held:
        for name in ("PORT", "WORKER_HEALTH_PORT"):
            port = getattr(settings, name)
            probe = held.enter_context(socket.socket())
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1" if settings.DEBUG else "", port))
                probe.listen()
            except OSError as error:
                raise CommandError(
                    f"Port {port} ({name}) is taken: stop what uses it, or set {name} to a free one."
                ) from error


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """One stack on a data folder at a time. The lock goes with the process, however that ends."""
    with (folder / "up.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError(f"UniLingo already runs on the data folder {folder}.") from error
        yield
