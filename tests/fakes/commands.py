"""Fakes as commands: they say where they are, and serve until they are told to end."""

import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

S = TypeVar("S")
ENDS = (signal.SIGINT, signal.SIGTERM)


def serve_until_told(server: AbstractContextManager[S], address: Callable[[S], str]) -> None:
    # Before there are threads: one of them could take the signal, and this one would sleep on.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    with server as started:
        print(address(started), flush=True)  # noqa: T201  what the command is for
        signal.sigwait(ENDS)
