"""Threads that send PostgreSQL a kind of value for the first time, all at once."""

import subprocess
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from threading import Thread
from types import FrameType
from typing import Any
from uuid import UUID

from psycopg import _adapters_map, adapters
from psycopg.adapt import PyFormat

from tests.stack import ROOT


def test_a_value_is_sent_as_what_it_is_whoever_sends_one_like_it_at_that_moment() -> None:
    """In a process of its own: psycopg has learnt of what other tests have sent."""
    done = subprocess.run([sys.executable, "-m", __name__], cwd=ROOT, capture_output=True)

    assert done.returncode == 0, done.stderr.decode()


def _dumper(kind: type) -> Any:
    return adapters.get_dumper(kind, PyFormat.AUTO)


def _dumper_while_another_asks(kind: type) -> Any:
    """Another thread has the whole search done where this one's has not found it by its class."""

    missed: list[object] = []

    def at(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != _adapters_map.__file__:
            return None
        missed.extend([frame] if event == "exception" else [])
        if len(missed) == 2:  # by its class at once, and again along its bases
            sys.settrace(None)
            other = Thread(target=_dumper, args=(kind,))
            other.start()
            other.join()
        return at

    sys.settrace(at)
    try:
        return _dumper(kind)
    finally:
        sys.settrace(None)


def _try_all() -> None:
    import unilingo.postgresql.base  # noqa: F401

    for kind in (datetime, date, time, timedelta, Decimal, UUID):
        assert _dumper_while_another_asks(kind) is _dumper(kind), kind


if __name__ == "__main__":
    _try_all()
