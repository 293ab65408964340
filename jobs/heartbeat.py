"""Keeps the claims of this process: one thread renews their leases, and a stopping worker gives them back."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from billiard.process import current_process
from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone

from jobs import clock, lifecycle
from jobs.claims import Claim, Failure
from jobs.errors import DeadlineExceeded
from jobs.providers import registry as providers
from jobs.worker_stats import worker_stats

logger = logging.getLogger(__name__)

# How long a process whose every place is stuck lives on: a handler may yet come back.
STUCK_SECONDS = 5.0

Key = tuple[str, int]  # job and fence: a lost job may come back here
# With the deadline of the run, on the clock that never steps: one that is set forward must end no run.
_claims: dict[Key, tuple[Claim, float]] = {}
# Ended at their deadlines, although their handlers have not returned.
_stuck: dict[Key, float] = {}
# Whose runs are writing down their ends: those give their claims back themselves.
_ending: set[Key] = set()
_guard = threading.Lock()
_thread: threading.Thread | None = None


def worker() -> str:
    """This process's name. A child of prefork has one of its own."""
    return f"{socket.gethostname()}:{os.getpid()}"


@contextmanager
def holding(claim: Claim, deadline: float) -> Iterator[None]:
    """`deadline`: of the monotonic clock. Renew the claim's lease until the block ends; if it does not by the deadline, the job has failed."""
    with _guard:
        _claims[claim.job_id, claim.fence] = (claim, deadline)
    _ensure_thread()
    try:
        yield
    finally:
        _forget(claim)
        with _guard:
            _stuck.pop((claim.job_id, claim.fence), None)
            _ending.discard((claim.job_id, claim.fence))


def end(claim: Claim) -> None:
    """Its run is about to give it back: it is no loss to anybody when it is gone."""
    with _guard:
        _ending.add((claim.job_id, claim.fence))


def held() -> list[Claim]:
    with _guard:
        return [claim for claim, _ in _claims.values()]


def stuck() -> int:
    """How many handlers still run although their deadline is over: each holds a place of the pool."""
    with _guard:
        return len(_stuck)


def is_blocked(now: float) -> bool:
    """Has every place of this process been stuck for STUCK_SECONDS? Nothing but its end helps then."""
    with _guard:
        if len(_stuck) < _places():
            return False
        return now > max(_stuck.values()) + STUCK_SECONDS


def _places() -> int:
    """How many handlers this process runs at a time: one where Celery's pool is of processes."""
    return 1 if current_process().daemon else int(settings.WORKER_CONCURRENCY)


def hand_back_all() -> list[str]:
    """Return every claim of this process to the queue; answers whose. Late writes of their runs count for nothing."""
    return [c.job_id for c in held() if lifecycle.release_claim(c, now=clock.now())]


def beat() -> None:
    """Renew every claim and every provider call's place once.

    A claim that is lost is forgotten: its run notices at its next write.
    """
    _end_overdue()
    claims = held()
    now = clock.now() if claims else timezone.now()
    for claim in claims:
        if not lifecycle.renew(claim, lease_seconds=settings.JOB_POLICY.lease_seconds, now=now):
            if (claim.job_id, claim.fence) not in _ending:
                logger.warning("claim lost", extra={"job_id": claim.job_id})
            _forget(claim)
    providers.renew_places()


def _end_overdue() -> None:
    """A handler that asks for a step after its deadline ends itself. One that never asks again is stuck."""
    now = timezone.now()
    with _guard:
        overdue = [held for held in _claims.values() if monotonic() > held[1]]
    for claim, deadline in overdue:
        failure = Failure(DeadlineExceeded.code, DeadlineExceeded.message, is_retryable=False)
        if lifecycle.fail(claim, failure, now=now):
            logger.error("handler stuck", extra={"job_id": claim.job_id, "kind": claim.kind})
            worker_stats.ended(well=False)
        with _guard:
            _stuck[claim.job_id, claim.fence] = deadline
        _forget(claim)


def _forget(claim: Claim) -> None:
    with _guard:
        _claims.pop((claim.job_id, claim.fence), None)


def _ensure_thread() -> None:
    global _thread
    with _guard:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_run, name="heartbeat", daemon=True)
            _thread.start()


def _run() -> None:
    lease = settings.JOB_POLICY.lease_seconds
    pause, seconds = threading.Event(), lease / 3
    while not pause.wait(seconds):
        seconds = lease / 3
        try:
            close_old_connections()
            beat()
            if is_blocked(monotonic()):
                # Its jobs have failed already, and the supervisor, or the pool of processes, starts another.
                logger.error("pool stuck, process ends")
                os._exit(1)
        except Error as error:
            seconds = lease / 15  # once the database is back there is little time
            logger.warning("leases not renewed", extra={"reason": type(error).__name__})
