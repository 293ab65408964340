"""Looks at every row that a storm has left, and says what is wrong: a line of JSON in, a line of JSON out."""

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

Call = dict[str, Any]
# An event's type is the status that the job has after it; a step changes none.
STEPS = ("progress", "partial")
# What a job waits for, and how long, is said again when it changes.
TOLD_ANEW = ("waiting", "delayed")


def check(asked: dict[str, Any]) -> dict[str, Any]:
    from jobs.models import FINAL, Job, JobEvent
    from resilience.models import Reservation, UsageRecord

    _settle_what_died()
    jobs = {job.id: job for job in Job.objects.defer("input", "result")}
    events: dict[str, list[JobEvent]] = defaultdict(list)
    for event in JobEvent.objects.order_by("job_id", "sequence"):
        events[event.job_id].append(event)
    problems = [
        *_lost(set(asked["accepted"]), set(jobs)),
        *(f"{job.id} is {job.status}" for job in jobs.values() if job.status not in FINAL),
        *(line for job in jobs.values() for line in illegal(job, events[job.id])),
        *_in_line(),
        *_left_behind(jobs.values(), Reservation.objects.filter(state="held").count()),
    ]
    named = {name: job_id for job_id, name in asked["accepted"].items()}
    by_job: dict[str, list[Call]] = defaultdict(list)
    for call in asked["calls"]:
        by_job[named[call["job"]]].append(call)
    records: dict[str, list[UsageRecord]] = defaultdict(list)
    for record in UsageRecord.objects.all():
        records[record.permit.split(":")[0]].append(record)
    for job_id, calls in by_job.items():
        crashes = interruptions(events[job_id])
        problems += bought_twice(job_id, calls, crashes)
        problems += miscounted(job_id, calls, records[job_id])
    billed = [call for call in asked["calls"] if call["is_billed"]]
    exact = [record for of_job in records.values() for record in of_job if not record.is_estimated]
    return {
        "problems": problems,
        "states": Counter(job.status for job in jobs.values()),
        "codes": Counter(job.error_code for job in jobs.values() if job.error_code),
        "events": sum(len(of_job) for of_job in events.values()),
        "interruptions": sum(interruptions(of_job) for of_job in events.values()),
        "billed_calls": len(billed),
        "billed_tokens": sum(sum(call["tokens"]) for call in billed),
        "booked_exactly": sum(record.input_tokens + record.output_tokens for record in exact),
        "booked_by_estimate": sum(len(of_job) for of_job in records.values()) - len(exact),
        "back_in_queue_seconds": sorted(recoveries(asked["struck"], events, "waiting")),
        "running_again_seconds": sorted(recoveries(asked["struck"], events, "active")),
    }


def illegal(job: Any, events: list[Any]) -> Iterator[str]:
    """Gaps in the sequence, and changes of state that the life of a job does not know."""
    from jobs.models import Status
    from jobs.states import TRANSITIONS

    numbers = [event.sequence for event in events]
    if numbers != list(range(1, job.event_sequence + 1)):
        yield f"{job.id} has the events {numbers} of {job.event_sequence}"
    types = [event.type for event in events if event.type not in STEPS]
    if types[:1] != ["waiting"] or types[-1:] != [job.status]:
        yield f"{job.id} is {job.status} after {types}"
    for before, after in zip(types, types[1:], strict=False):
        if before == after and after in TOLD_ANEW:
            continue
        if Status(after) not in TRANSITIONS[Status(before)]:
            yield f"{job.id} went from {before} to {after}"
    if types.count("completed") > 1:
        yield f"{job.id} was completed {types.count('completed')} times"


def interruptions(events: list[Any]) -> int:
    """How many runs ended with their worker, not to give way to other users' jobs."""
    told = [event for event in events if event.type not in STEPS]
    went_back = [b for a, b in pairwise(told) if (a.type, b.type) == ("active", "waiting")]
    lost = [event for event in went_back if event.data["waitingFor"]["reason"] != "fairness"]
    given_up = [e for e in told[-1:] if (e.type, e.data.get("code")) == ("failed", "WORKER_LOST")]
    return len(lost) + len(given_up)


def bought_twice(job_id: str, calls: list[Call], crashes: int) -> Iterator[str]:
    """A good answer is bought again only when the worker that got it died before it was kept."""
    good = Counter(call["part"] for call in calls if call["behaviour"] == "answer")
    again = sum(count - 1 for count in good.values())
    if again > crashes:
        yield f"{job_id} bought {again} steps again after {crashes} crashes"


def miscounted(job_id: str, calls: list[Call], records: list[Any]) -> Iterator[str]:
    """Every call that the provider bills is booked once: as it was counted, or in full where nobody heard the count."""
    billed = Counter(tuple(call["tokens"]) for call in calls if call["is_billed"])
    exact = Counter((r.input_tokens, r.output_tokens) for r in records if not r.is_estimated)
    estimated = sum(record.is_estimated for record in records)
    if exact - billed:
        yield f"{job_id}: booked {exact - billed}, which the provider did not bill"
    unheard = (billed - exact).total()
    if unheard > estimated:
        yield f"{job_id}: {unheard} billed calls, {estimated} booked by estimate"


def recoveries(
    struck: list[dict[str, Any]], events: dict[str, list[Any]], state: str
) -> Iterator[float]:
    """Seconds from a kill until each job of that worker had this state."""
    for blow in struck:
        for job_id in blow["jobs"]:
            after = (e for e in events[job_id] if e.created_at.timestamp() > blow["at"])
            following = [event for event in after if event.type not in STEPS]
            found = next((event for event in following if event.type == state), None)
            if found and following[0].type == "waiting":
                yield round(found.created_at.timestamp() - blow["at"], 2)


def _lost(accepted: set[str], kept: set[str]) -> Iterator[str]:
    yield from (f"{job_id} was accepted and is lost" for job_id in sorted(accepted - kept))
    yield from (f"{job_id} was made twice" for job_id in sorted(kept - accepted))


def _in_line() -> Iterator[str]:
    from resilience.runtime import runtime

    for policy in runtime().policies.values():
        waiting = runtime().store.status(policy).waiting
        if waiting:
            yield f"{waiting} places are left in the line of {policy.name}"


def _left_behind(jobs: Any, held: int) -> Iterator[str]:
    leased = [job.id for job in jobs if job.lease_expires_at or job.worker]
    if leased:
        yield f"leases are left: {leased}"
    if held:
        yield f"{held} reservations are left"


def _settle_what_died() -> None:
    """As the sweep does a quarter of an hour later."""
    from django.conf import settings

    from resilience.ledger import MoneyLedger
    from unilingo.common.clock import SystemClock

    class Later(SystemClock):
        def now(self) -> float:
            return super().now() + settings.BUDGET_POLICY.reservation_seconds + 1

    ledger = MoneyLedger(settings.BUDGET_POLICY, Later())
    while ledger.sweep():
        pass


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "unilingo.settings"
    django.setup()
    sys.stdout.write(json.dumps(check(json.load(sys.stdin))))
