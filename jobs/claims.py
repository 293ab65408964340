"""The right to run a job, and what a run may end with besides a result."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from jobs.models import Job, WaitReason

# So often a run of a job may be lost; then it has failed.
LOST_AT_MOST = 3


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

    @classmethod
    def of(cls, job: Job) -> Self:
        return cls(
            job_id=job.id,
            user_id=job.user_id,
            kind=job.kind,
            fence=job.fence,
            attempt=job.attempts_made,
            # Grows with every attempt, with every lost worker, who may still hold places, and with every retry.
            run=job.retried_at_sequence + job.lost_count + job.attempts_made,
            max_attempts=job.max_attempts,
            input=job.input,
            max_cost=job.max_cost_usd,
        )


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
