"""The right to run a job, and what a run may end with besides a result."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from jobs.models import WaitReason


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job until its lease ends. `fence` goes with every write of this run.

    `run` tells this run from the others of the job; one that has only waited in between is the same.
    """

    job_id: str
    user_id: str
    kind: str
    fence: int
    attempt: int
    run: int
    max_attempts: int
    input: dict[str, Any]
    max_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job has failed, for people and for programs. `is_retryable`: asking again may help."""

    code: str
    error: str
    is_retryable: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a job is put off, and until when at the latest. `place`: its number in the guard's line, where it stands in one.

    `scope`: what has to have room for it to go on sooner (jobs/waking.py); `cost`: how many dollars of it.
    """

    reason: WaitReason
    until: datetime
    explanation: str
    place: int | None = None
    scope: str = ""
    cost: Decimal | None = None
