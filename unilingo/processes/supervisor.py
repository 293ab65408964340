"""Keeps programs running as children: shows their output, starts a crashed one again, stops all in order."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from unilingo.common.clock import Clock
from unilingo.processes.console import Console

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.05
# A child that ran this long before it ended has not crashed "again".
STEADY_SECONDS = 30.0
RESTART_SECONDS = (0.5, 30.0)
INTERRUPT_SECONDS = 3.0
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    argv: Sequence[str]


@dataclass(slots=True)
class _Child:
    """A program, its present process, and when it is started again if that has ended."""

    program: Program
    process: "subprocess.Popen[bytes]"
    started_at: float
    crashes: int = 0
    restart_at: float | None = None

    @property
    def is_running(self) -> bool:
        return self.restart_at is None and self.process.poll() is None


def restart_pause(crashes: int) -> float:
    """Seconds before a program is started again that has crashed so many times in a row."""
    shortest, longest = RESTART_SECONDS
    return min(longest, shortest * 2.0 ** min(crashes - 1, 16))


class Supervisor:
    """Use it from the main thread: on Linux children are told when the thread that started them ends."""

    def __init__(
        self, clock: Clock, console: Console, environment: Mapping[str, str], folder: Path
    ) -> None:
        self._clock = clock
        self._console = console
        self._environment = environment
        self._folder = folder
        self._children: dict[str, _Child] = {}
        self.must_stop = False

    def listen(self) -> None:
        """From now on SIGINT, SIGTERM and a closed terminal ask for the stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # nohup has SIGHUP ignored, and means it.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda *_: self.ask_to_stop())

    def ask_to_stop(self) -> None:
        self.must_stop = True

    def start(self, program: Program) -> None:
        self._children[program.name] = self._started(program)

    def run_to_end(self, program: Program) -> int:
        """Its exit code; negative when it was stopped by a signal."""
        child = self._started(program)
        while child.is_running and not self.must_stop:
            self._tick()
        self._end(child, self._clock.monotonic() + INTERRUPT_SECONDS)
        return child.process.returncode

    def wait_for(self, is_ready: Callable[[], bool], seconds: float) -> bool:
        """False when it is not so in time, when a child has ended, or when the stop is asked for."""
        deadline = self._clock.monotonic() + seconds
        while not is_ready():
            self._tick()
            all_run = all(child.is_running for child in self._children.values())
            if self.must_stop or not all_run or self._clock.monotonic() > deadline:
                return False
        return True

    def ended(self) -> list[str]:
        """The programs that do not run at the moment."""
        return [name for name, child in self._children.items() if not child.is_running]

    def keep_running(self) -> None:
        """Until the stop is asked for."""
        while not self.must_stop:
            self._tick()
            for child in self._children.values():
                if not child.is_running:
                    self._restart(child)

    def stop(self, order: Sequence[tuple[str, float]]) -> None:
        """Stop the named programs one after the other; each is killed so many seconds after this stop began."""
        began = self._clock.monotonic()
        for name, seconds in order:
            if name in self._children:
                self._end(self._children.pop(name), began + seconds)

    def _started(self, program: Program) -> _Child:
        process = subprocess.Popen(
            program.argv,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(_die_with, os.getpid()),
        )
        assert process.stdout is not None
        self._console.follow(process.stdout, program.name)
        return _Child(program, process, self._clock.monotonic())

    def _restart(self, child: _Child) -> None:
        """Once to see that it has ended, and again when its pause is over."""
        now = self._clock.monotonic()
        if child.restart_at is None:
            _kill_group(child)
            child.crashes = 1 if now - child.started_at > STEADY_SECONDS else child.crashes + 1
            pause = restart_pause(child.crashes)
            child.restart_at = now + pause
            facts = {
                "program": child.program.name,
                "code": child.process.returncode,
                "restart_seconds": pause,
            }
            logger.error("program ended", extra=facts)
        elif now >= child.restart_at:
            again = self._started(child.program)
            child.process, child.started_at, child.restart_at = (
                again.process,
                again.started_at,
                None,
            )

    def _end(self, child: _Child, deadline: float) -> None:
        if child.is_running:
            child.process.terminate()
        while child.is_running and self._clock.monotonic() < deadline:
            self._tick()
        if child.is_running:
            logger.warning("program killed", extra={"program": child.program.name})
        if child.restart_at is None:
            _kill_group(child)
        child.process.wait()
        self._tick()

    def _tick(self) -> None:
        self._console.show(TICK_SECONDS)


def _die_with(parent: int) -> None:
    """In the child, before it becomes the program: end when the supervisor does, whatever ends it."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def _kill_group(child: _Child) -> None:
    """What the child has started, and itself if it still runs."""
    try:
        os.killpg(child.process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
