"""Whose turn it is: users take turns, however many jobs each has waiting, and interactive kinds go before bulk ones.

Start-time fair queueing with one job as the unit, as in the guard's line: a new job's turn comes after the last one
of its user in the queue, and never before the turn that is being served. Who has one job waits for at most one of
every other user, whoever has 500 waits for the others in between.

Among jobs of the same turn the one is next that should be started by the earliest time, which is later the more there
is to do: short work overtakes long work, and nothing is overtaken for ever. A run that has had its share gives way
between two steps to whoever would be next (jobs/runner.py), and goes on behind its finished steps.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from jobs.changing import Sql
from jobs.kind import Capability, Queue, kind_of, kinds
from jobs.models import Job, PausedKind, Status, WaitReason
from unilingo.common.lookups import columns, rows

IN_QUEUE = "Waiting for a free worker."
NO_WORKER = "No worker is running at the moment; this starts as soon as one does."
NOT_WOKEN = "No worker can be told of this at the moment; it starts by itself once one can."
IN_TURN = "Waiting in turn: other users' jobs are started in between."
PAUSED = "This kind of work is paused for now and goes on later."
# Counting further than this tells nobody anything and costs a scan.
COUNTED_AHEAD = 1000
# Of each kind by a worker that asks who is next and takes the first that no other is taking; then, where all are being taken.
LOOKED_AT = (10, 1000)
# How long a bulk job gives way to interactive ones before one bulk job at a time is started all the same.
BULK_GIVES_WAY = timedelta(minutes=1)
# For each picture that a job is to read, and for all of them at most.
START_WITHIN, START_WITHIN_AT_MOST = timedelta(seconds=10), timedelta(minutes=1)
# As long comes a job that has given way behind those that have not.
GIVEN_WAY = START_WITHIN_AT_MOST
_FIRSTS_OF_KIND = (
    "SELECT id FROM (SELECT id FROM jobs_job WHERE status = 'waiting' AND kind = %s"
    " AND NOT EXISTS (SELECT 1 FROM jobs_pausedkind WHERE kind = %s)"
    " ORDER BY turn, start_by, id LIMIT %s) AS firsts"
)


def assign_turns(jobs: Sequence[Job]) -> None:
    """Give jobs that begin to wait their turns; not saved yet."""
    for queue in {job.queue for job in jobs}:
        _assign_turns([job for job in jobs if job.queue == queue], Queue(queue))


def start_within(kind: str, inputs: Mapping[str, Any]) -> timedelta:
    """The time in which a new job should be started."""
    spec, pictures = kind_of(kind), 0
    if spec.expects and spec.capability == Capability.VISION:
        pictures = spec.expects(inputs).usual.images
    return min(max(pictures, 1) * START_WITHIN, START_WITHIN_AT_MOST)


def more_urgent(kind: str, now: datetime) -> Job | None:
    """The job for which one of this kind that has run for a while gives way, if there is one."""
    spec = kind_of(kind)
    found = first_in(spec.queue, now)
    if found is None or spec.is_bulk == kind_of(found.kind).is_bulk:
        return found if found and found.start_by < now + GIVEN_WAY else None
    return found if spec.is_bulk else None


def first_in(queue: Queue, now: datetime) -> Job | None:
    """The job that is to be started next."""
    first = next_in(queue, now, 1)
    statement = f"SELECT {columns(Job)} FROM jobs_job WHERE id = ({first.text} LIMIT 1)"
    return next(iter(rows(Job, statement, first.values)), None)


def next_in(queue: Queue, now: datetime, looked_at: int) -> Sql:
    """Selects the ids of those that are to be started next, in order. It is one statement, since every claim of a worker asks."""
    kinds = _kinds_of(queue)
    bulk = [kind for kind in kinds if kind_of(kind).is_bulk] or [""]
    firsts = " UNION ALL ".join([_FIRSTS_OF_KIND] * len(kinds))
    is_bulk = f"kind IN ({', '.join(['%s'] * len(bulk))})"
    runs = f"EXISTS (SELECT 1 FROM jobs_job WHERE status = 'active' AND queue = %s AND {is_bulk})"
    return Sql(
        f"SELECT id FROM jobs_job WHERE status = 'waiting' AND id IN ({firsts}) ORDER BY CASE"
        f" WHEN NOT {is_bulk} THEN 1 WHEN enqueued_at < %s AND NOT {runs} THEN 0 ELSE 2 END,"
        " turn, start_by, id",
        (
            *(value for kind in kinds for value in (kind, kind, looked_at)),
            *(*bulk, now - BULK_GIVES_WAY, queue.value, *bulk),
        ),
    )


def is_anybody_waiting(queue: Queue) -> bool:
    with connection.cursor() as cursor:
        waiting = "SELECT 1 FROM jobs_job WHERE status = 'waiting' AND queue = %s LIMIT 1"
        cursor.execute(waiting, [queue.value])
        return cursor.fetchone() is not None


def startable() -> list[str]:
    """The kinds that are not paused."""
    paused = set(PausedKind.objects.values_list("kind", flat=True))
    return [kind for kind in kinds() if kind not in paused]


def position(job: Job) -> int:
    """1 for the next one to start; counted up to COUNTED_AHEAD."""
    is_bulk = kind_of(job.kind).is_bulk
    ahead = 0
    for kind in _kinds_of(Queue(job.queue)):
        waiting = Job.objects.filter(status=Status.WAITING, kind=kind).order_by()
        if kind_of(kind).is_bulk == is_bulk:
            same_turn = waiting.filter(turn=job.turn, start_by__lt=job.start_by)
            ahead += waiting.filter(turn__lt=job.turn)[:COUNTED_AHEAD].count()
            ahead += same_turn[:COUNTED_AHEAD].count()
        elif is_bulk:
            ahead += waiting[:COUNTED_AHEAD].count()
    return min(ahead, COUNTED_AHEAD) + 1


def _assign_turns(jobs: Sequence[Job], queue: Queue) -> None:
    serving, ends = _standing(queue)
    last = _last_turns({job.user_id for job in jobs}, queue)
    for job in jobs:
        before = last.get(job.user_id)
        job.turn = serving if before is None else max(before + 1, serving)
        last[job.user_id] = job.turn
        if before is not None and ends - {job.user_id}:
            job.wait_reason, job.wait_explanation = WaitReason.FAIRNESS, IN_TURN


def _standing(queue: Queue) -> tuple[int, set[str]]:
    """The turn that is being served, and the first and the last by name of the users who wait.

    Every new job asks, so it is one statement, of look-ups that an index answers at once.
    """
    kinds = _kinds_of(queue)
    of_kind = "(SELECT min(turn) FROM jobs_job WHERE status = 'waiting' AND kind = %s)"
    of_queue = "FROM jobs_job WHERE status = 'waiting' AND queue = %s)"
    looked_up = [f"(SELECT min(user_id) {of_queue}", f"(SELECT max(user_id) {of_queue}"]
    with connection.cursor() as cursor:
        sql = "SELECT " + ", ".join([*looked_up, *[of_kind] * len(kinds)])
        cursor.execute(sql, [queue.value, queue.value, *kinds])
        first, last, *turns = cursor.fetchone()
    serving = min((turn for turn in turns if turn is not None), default=0)
    return serving, {first, last} - {None}


def _last_turns(user_ids: Collection[str], queue: Queue) -> dict[str, int]:
    """Of each who waits in the queue."""
    places = ", ".join(["%s"] * len(user_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, max(turn) FROM jobs_job WHERE status = 'waiting' AND queue = %s"
            f" AND user_id IN ({places}) GROUP BY user_id",
            [queue.value, *user_ids],
        )
        return dict(cursor.fetchall())


def _kinds_of(queue: Queue) -> list[str]:
    return [kind for kind, spec in kinds().items() if spec.queue == queue]
