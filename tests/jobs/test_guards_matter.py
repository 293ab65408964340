"""Each guard is taken out once, and the harm that it prevents is seen: what the other tests trust is not idle."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from jobs import lifecycle, steps, sweep
from jobs.changing import Sql
from jobs.claims import Claim
from jobs.models import Job, JobEvent, JobStep, Status
from tests.jobs.rows import after, claimed, stored, waiting_job
from tests.programs.chaos import checker
from tests.servers import ValkeyServer

pytestmark = pytest.mark.django_db


def wrongs_of(job: Job) -> list[str]:
    """What the chaos checker says of a job's events."""
    job.refresh_from_db()
    return list(checker.illegal(job, list(JobEvent.objects.filter(job=job).order_by("sequence"))))


def a_stalled_worker_wakes_up_late() -> list[str]:
    """It brings a step and a result while the next worker is at it."""
    late = claimed(waiting_job())
    lifecycle.recover(late.job_id, lost_at_most=3, now=after(60))
    current = claimed(stored(late), worker="two", now=after(60))
    steps.keep(late, "cards", {}, "late", seconds=1, now=after(61))
    lifecycle.complete(late, {"by": "late"}, now=after(61))
    lifecycle.complete(current, {"by": "current"}, now=after(62))
    wrongs = [f"the result is {r}" for r in [stored(late).result] if r != {"by": "current"}]
    return wrongs + [f"the step is {step.value}" for step in JobStep.objects.all()]


def two_workers_claim_one_job() -> list[str]:
    job = waiting_job()
    claims = [lifecycle.claim(job.id, worker=name, lease_seconds=15, now=after(1)) for name in "ab"]
    for claim in filter(None, claims):
        lifecycle.complete(claim, {"success": True}, now=after(2))
    return wrongs_of(job)


def a_worker_is_lost() -> list[str]:
    """Nobody else looks after its job."""
    job = waiting_job()
    claimed(job, now=after(0))
    sweep.sweep(after(60))
    lifecycle.claim(job.id, worker="two", lease_seconds=15, now=after(61))
    job.refresh_from_db()
    return [] if job.fence == 2 else ["the job is lost"]


def without_fence(claim: Claim) -> Sql:
    return Sql("id = %s AND status = 'active'", (claim.job_id,))


def without_condition(target: Status) -> Sql:
    return Sql("1 = 1")


def without_sweep(now: datetime) -> None:
    """Does nothing."""


GUARDS: list[tuple[Callable[[], list[str]], Any, str, Any]] = [
    (a_stalled_worker_wakes_up_late, lifecycle, "_of", without_fence),
    (two_workers_claim_one_job, lifecycle, "may_become", without_condition),
    (a_worker_is_lost, sweep, "sweep", without_sweep),
]


@pytest.mark.parametrize(
    ("accident", "home", "guard", "gap"), GUARDS, ids=lambda part: getattr(part, "__name__", part)
)
def test_an_accident_does_harm_only_where_its_guard_is_taken_out(
    accident: Callable[[], list[str]],
    home: Any,
    guard: str,
    gap: Any,
    monkeypatch: pytest.MonkeyPatch,
    redis_server: ValkeyServer,
) -> None:
    assert accident() == []
    JobStep.objects.all().delete()
    monkeypatch.setattr(home, guard, gap)
    assert accident() != []
