"""The end of whatever a job waits for wakes it: within a second, in order, and no faster than the limits allow.

The row of a delayed job says whose room it waits for (`wait_scope`): a provider's, in whose line the guard keeps its
place, or an account of money. Those are asked how much they could take now; no cause of a wait has to tell when it ends,
so none can be forgotten.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from jobs import events
from jobs.claims import Wait
from jobs.models import FINAL, EventType, Job, Status, WaitReason
from resilience.admission import CIRCUIT_REASONS
from resilience.errors import CircuitOpen, GuardUnavailable, RateLimited
from resilience.policies import ProviderPolicy
from resilience.runtime import runtime
from resilience.scopes import provider_of, provider_scope
from resilience.store import Line, StoreUnavailable

logger = logging.getLogger(__name__)

BATCH = 200
# From a wake until its call reaches the guard, which lets it wait for the rest.
HERE_IN_MS = 1500
# How many of a line are told anew how long they wait.
WATCHED = 200
# An estimate that is off by no more is not told anew.
TOLD_WITHIN = timedelta(seconds=3)
# Who stands in a line is called; should that be lost, its time wakes it all the same.
CALL_LOST_AFTER = timedelta(seconds=15)
IN_LINE = (WaitReason.RATE_LIMIT, WaitReason.CIRCUIT_OPEN, WaitReason.FAIRNESS)


def due(now: datetime) -> list[str]:
    """Delayed jobs whose time has come."""
    lost = now - CALL_LOST_AFTER
    is_called = Q(wait_reason__in=IN_LINE) & ~Q(wait_scope="")
    found = _delayed().filter(~is_called | Q(next_attempt_at__lte=lost), next_attempt_at__lte=now)
    return list(found.order_by("next_attempt_at").values_list("id", flat=True)[:BATCH])


def freed() -> list[str]:
    """Delayed jobs for which there is room now, in order."""
    waits = _delayed().exclude(wait_scope="").order_by().values_list("wait_scope", "wait_reason")
    found: list[str] = []
    for scope, is_in_line in sorted({(scope, why in IN_LINE) for scope, why in waits.distinct()}):
        found += _called(scope) if is_in_line else _payable(scope)
    return found


def tell(now: datetime) -> None:
    """Those in line are told anew how long they wait, and no place is kept for a job that does not wait."""
    for policy in runtime().policies.values():
        try:
            line = runtime().store.line(policy, WATCHED)
            jobs = _in_line(line, policy)
            gone = [waiter for waiter in line.waits_ms if waiter not in jobs]
            if gone:
                runtime().store.leave(policy, gone)
            news = dict(_news(line, jobs, now))
        except StoreUnavailable:
            news = _uncounted(policy, now)
        _retell(news, now)


def _called(scope: str) -> list[str]:
    """By their places in line; behind those whoever has none, since Redis was away or has lost it."""
    policy = runtime().policies.get(provider_of(scope) or "")
    if policy is None:
        return []
    try:
        called = runtime().store.call_up(policy, HERE_IN_MS, BATCH)
        found = called.waiters
        if called.room:
            inline = _waiting_for(scope, is_in_line=True)
            ids = list(inline.values_list("id", flat=True)[:BATCH])
            there = runtime().store.stands_in_line(policy, ids) if ids else []
            strangers = [
                job_id for job_id, is_there in zip(ids, there, strict=True) if not is_there
            ]
            found += strangers[: called.room]
    except StoreUnavailable:
        return []
    return found


def _payable(scope: str) -> list[str]:
    free, found = runtime().ledger.free(scope), []
    for job_id, cost in _waiting_for(scope, is_in_line=False).values_list("id", "wait_cost")[
        :BATCH
    ]:
        free -= cost or 0
        if free < 0:
            break
        found.append(job_id)
    return found


def _waiting_for(scope: str, *, is_in_line: bool) -> QuerySet[Job]:
    """In order."""
    in_line = Q(wait_reason__in=IN_LINE)
    jobs = _delayed().filter(in_line if is_in_line else ~in_line, wait_scope=scope)
    return jobs.order_by("turn", "enqueued_at")


def _delayed() -> QuerySet[Job]:
    return Job.objects.filter(status=Status.DELAYED)


def _in_line(line: Line, policy: ProviderPolicy) -> dict[str, Job]:
    """Those of the line that wait, or run and may wait again."""
    elsewhere = Q(status=Status.DELAYED) & ~Q(wait_scope=provider_scope(policy.name))
    jobs = Job.objects.filter(pk__in=line.waits_ms).exclude(status__in=FINAL).exclude(elsewhere)
    return {job.id: job for job in jobs.defer("input", "result")}


def _uncounted(policy: ProviderPolicy, now: datetime) -> dict[str, Wait]:
    """What those in a line that cannot be read are told."""
    reason, why = WaitReason.CIRCUIT_OPEN, GuardUnavailable.message
    jobs = _waiting_for(provider_scope(policy.name), is_in_line=True)
    waits = jobs.exclude(wait_explanation=why).values_list("id", "next_attempt_at")
    return {job_id: Wait(reason, until or now, why) for job_id, until in waits[:WATCHED]}


def _news(line: Line, jobs: dict[str, Job], now: datetime) -> Iterator[tuple[str, Wait]]:
    is_open = line.held_by in CIRCUIT_REASONS
    place = 0
    for waiter, wait_ms in line.waits_ms.items():
        job = jobs.get(waiter)
        if job is None:
            continue
        place += 1
        if job.status != Status.DELAYED or job.next_attempt_at is None:
            continue
        until = now + timedelta(milliseconds=wait_ms)
        told = min(place, job.wait_place or place)
        reason = WaitReason.CIRCUIT_OPEN if is_open else WaitReason.RATE_LIMIT
        why = CircuitOpen.message if is_open else RateLimited.message
        is_true = job.wait_explanation == why
        if not (is_true and _holds(job.next_attempt_at, until, now) and told == job.wait_place):
            yield waiter, Wait(reason, until, why, told)


def _holds(told: datetime, until: datetime, now: datetime) -> bool:
    """A time that only moves on, as where nobody knows when a disturbance ends, is told anew when the one told has come.

    Who could go on now is told nothing: should its call have been lost, its time wakes it (`due`).
    """
    is_late = until > max(told, now) + TOLD_WITHIN
    return until >= told - TOLD_WITHIN and not (is_late and told <= now + TOLD_WITHIN)


def _retell(waits: dict[str, Wait], now: datetime) -> None:
    """An event only of what is news to people: another reason, or another time."""
    if not waits:
        return
    told = []
    with transaction.atomic():
        free = Job.objects.select_for_update(skip_locked=True, no_key=True).defer("input", "result")
        jobs = list(free.filter(status=Status.DELAYED, pk__in=waits))
        for job in jobs:
            wait, until = waits[job.id], job.next_attempt_at
            holds = until is not None and _holds(until, wait.until, now)
            was = job.wait_reason, job.wait_explanation
            if was != (wait.reason, wait.explanation) or not holds:
                told.append(job)
                job.event_sequence += 1
                job.next_attempt_at = wait.until
            job.wait_reason, job.wait_explanation = wait.reason, wait.explanation
            job.wait_place = wait.place
        told_of = ["wait_reason", "wait_explanation", "wait_place", "next_attempt_at"]
        Job.objects.bulk_update(jobs, [*told_of, "event_sequence"])
        events.write([events.build(j, EventType.DELAYED, events.facts(j), now) for j in told])
