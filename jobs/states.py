"""Which states follow each other, as docs/job-lifecycle.md draws it, and what a job's row holds in each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from jobs import queue
from jobs.changing import Sql
from jobs.models import Status, WaitReason

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.ACTIVE, Status.CANCELLED}),
    Status.DELAYED: frozenset({Status.WAITING, Status.CANCELLED}),
    Status.ACTIVE: frozenset(
        {Status.WAITING, Status.DELAYED, Status.COMPLETED, Status.FAILED, Status.CANCELLED}
    ),
    Status.COMPLETED: frozenset(),
    Status.FAILED: frozenset({Status.WAITING}),
    Status.CANCELLED: frozenset({Status.WAITING}),
}

CANCELLED = "This job was cancelled."

NOT_WAITING: dict[str, Any] = {
    "wait_reason": "",
    "wait_explanation": "",
    "wait_place": None,
    "next_attempt_at": None,
}
NOT_ACTIVE: dict[str, Any] = {"worker": "", "lease_expires_at": None, "progress_message": ""}


def may_become(target: Status) -> Sql:
    return among(source for source, targets in TRANSITIONS.items() if target in targets)


def among(states: Iterable[Status]) -> Sql:
    names = ", ".join(f"'{state.value}'" for state in states)
    return Sql(f"status IN ({names})")


def ended(status: Status, now: datetime) -> dict[str, Any]:
    fields = {"status": status, "finished_at": now, **NOT_WAITING, **NOT_ACTIVE}
    # Only what has completed may answer for another request.
    return fields if status == Status.COMPLETED else {**fields, "identity": None}


def back_in_queue(now: datetime) -> dict[str, Any]:
    return {
        **NOT_WAITING,
        **NOT_ACTIVE,
        "status": Status.WAITING,
        "wait_reason": WaitReason.QUEUE,
        "wait_explanation": queue.IN_QUEUE,
        "enqueued_at": now,
        "start_by": now,
    }


def cancelled(now: datetime) -> dict[str, Any]:
    return ended(Status.CANCELLED, now) | {"error": CANCELLED, "error_code": "JOB_CANCELLED"}
