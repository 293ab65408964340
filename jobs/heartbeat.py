"""Keeps the claims of this process: one thread renews their leases, and a stopping worker gives them back."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from jobs import lifecycle
from jobs.lifecycle import Claim
from jobs.providers import registry as providers

logger = logging.getLogger(__name__)

WORKER = f"{socket.gethostname()}:{os.getpid()}"

_claims: dict[tuple[str, int], Claim] = {}  # by job and fence: a lost job may come back here
_guard = threading.Lock()
_stopping = threading.Event()
_thread: threading.Thread | None = None


@contextmanager
def holding(claim: Claim) -> Iterator[None]:
    """Renew the claim's lease until the block ends."""
    with _guard:
        _claims[claim.job_id, claim.fence] = claim
    _ensure_thread()
    try:
        yield
    finally:
        _forget(claim)


def is_stopping() -> bool:
    return _stopping.is_set()


def wait_for_stop(seconds: float) -> bool:
    """Sleep, unless this worker stops or is stopping: then True, at once."""
    return _stopping.wait(seconds)


def stop() -> None:
    """Take no further job; handlers end at their next step."""
    _stopping.set()


def held() -> list[Claim]:
    with _guard:
        return list(_claims.values())


def hand_back_all() -> list[str]:
    """Return every claim of this process to the queue; answers whose. Late writes of their runs count for nothing."""
    return [c.job_id for c in held() if lifecycle.hand_back(c, now=timezone.now())]


def beat() -> None:
    """Renew every claim and every provider call's place once.

    A claim that is lost is forgotten: its run notices at its next write.
    """
    for claim in held():
        if not lifecycle.renew(
            claim, lease_seconds=settings.JOB_POLICY.lease_seconds, now=timezone.now()
        ):
            logger.warning("claim lost", extra={"job_id": claim.job_id})
            _forget(claim)
    providers.renew_places()


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
    pause = threading.Event()
    while not pause.wait(settings.JOB_POLICY.lease_seconds / 3):
        try:
            close_old_connections()
            beat()
        except DatabaseError as error:
            logger.warning("leases not renewed", extra={"reason": type(error).__name__})
