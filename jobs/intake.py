"""Where new jobs are written down: all that wait at the same moment share one transaction and one message.

A commit costs about the same for one row and for thirty. So while one batch is being committed, the next one gathers,
and nobody is answered before the commit of their own job. Without `gather` (in commands and tests) a batch is one job.
"""

import logging
import queue
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import Error, close_old_connections, transaction

from jobs import creation, tasks
from jobs.errors import IdempotencyKeyReused, JobRefused, NotWritten
from jobs.models import IdempotencyKey, Job
from jobs.queries import oldest_answer, oldest_key
from jobs.uploads import Upload
from jobs.webhooks import outbox
from unilingo.common.database_retry import DATABASE_AWAY

logger = logging.getLogger(__name__)

BATCH = 64


@dataclass(frozen=True, slots=True)
class Draft:
    """A job to be written down, with the fingerprint of its request, and what came with that: a key, files, whom to tell."""

    job: Job
    fingerprint: str
    key: str = ""
    files: Sequence[Upload] = ()
    callback_url: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The job that does the work. `is_replay`: the same Idempotency-Key was answered with it before. `job`: where it is known."""

    job_id: str
    is_replay: bool = False
    job: Job | None = field(default=None, compare=False)


Item = tuple[Draft, "Future[Outcome]"]


class Intake:
    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def gather(self) -> None:
        """From now on, write on a thread of this process that batches what comes in together."""
        self._thread = threading.Thread(target=self._run, name="intake", daemon=True)
        self._thread.start()

    def add(self, draft: Draft) -> "Future[Outcome]":
        """What has become of it, once that is committed. Raises NotWritten, IdempotencyKeyReused."""
        item: Item = (draft, Future())
        item[1].set_running_or_notify_cancel()  # a client that disconnects cancels nothing
        if self._thread is None:
            _save([item])
        else:
            self._waiting.put(item)
        return item[1]

    def _run(self) -> None:
        tasks.prepare()
        while True:
            batch = [self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            close_old_connections()
            try:
                _save(batch)
            except BaseException:
                # Whatever ends this thread, nobody waits for ever, and another one goes on.
                self.gather()
                for _, saved in batch:
                    if not saved.done():
                        saved.set_exception(NotWritten())
                raise


intake = Intake()


def _save(batch: list[Item]) -> None:
    outcomes: list[Outcome | JobRefused] = []
    try:
        with transaction.atomic():
            # First of all that follows the commit: for the messages to Redis nobody need wait.
            transaction.on_commit(lambda: _tell(batch, outcomes))
            outcomes += _write([draft for draft, _ in batch])
    except DATABASE_AWAY as error:
        facts = {"jobs": len(batch), "reason": type(error).__name__}
        logger.warning("jobs not written, database away", extra=facts)
        outcomes = [NotWritten() for _ in batch]
    except Error:
        if len(batch) > 1:
            # One bad row must not take its neighbours with it.
            for item in batch:
                _save([item])
            return
        logger.exception("job not written")
        outcomes = [NotWritten()]
    _tell(
        batch, outcomes
    )  # if not yet: what runs in a transaction of its caller is not committed here


def _tell(batch: list[Item], outcomes: Sequence[Outcome | JobRefused]) -> None:
    for (_, saved), outcome in zip(batch, outcomes, strict=True):
        if saved.done():
            continue
        if isinstance(outcome, JobRefused):
            saved.set_exception(outcome)
        else:
            saved.set_result(outcome)


def _write(drafts: Sequence[Draft]) -> list[Outcome | JobRefused]:
    """Keys first, since a request that comes with a used key must leave nothing behind."""
    since = oldest_answer(drafts[0].job.created_at)
    keyed = {draft.job.id: draft for draft in drafts if draft.key}
    answered = _take_keys(list(keyed.values()))
    jobs = [draft.job for draft in drafts if draft.job.id not in answered]
    doing = _create(jobs, since)
    for job_id, found in doing.items():
        if found != job_id:
            answered[job_id] = Outcome(found)
            if job_id in keyed:
                IdempotencyKey.objects.filter(job_id=job_id).update(job_id=found)
                for again, outcome in answered.items():
                    if outcome == Outcome(job_id, is_replay=True):
                        answered[again] = Outcome(found, is_replay=True)
    _subscribe(drafts, answered)
    created = [job for job in jobs if job.id not in answered]
    if created:
        transaction.on_commit(lambda: tasks.send(created), robust=True)
    return [answered.get(draft.job.id, Outcome(draft.job.id)) for draft in drafts]


def _subscribe(drafts: Sequence[Draft], answered: Mapping[str, Outcome | JobRefused]) -> None:
    """Whoever wants to know how the job ends that does the work, which may have been another's request."""
    if not settings.WEBHOOKS:
        return
    listening = outbox.endpoints_of(draft.job.user_id for draft in drafts)
    wanted = set()
    for draft in drafts:
        outcome = answered.get(draft.job.id, Outcome(draft.job.id))
        if isinstance(outcome, Outcome):
            wanted |= {(outcome.job_id, draft.callback_url)} if draft.callback_url else set()
            wanted |= {(outcome.job_id, "")} if draft.job.user_id in listening else set()
    if wanted:
        outbox.subscribe(wanted)
        Job.objects.filter(pk__in={job_id for job_id, _ in wanted}).update(notifies=True)


def _create(jobs: Sequence[Job], since: datetime) -> dict[str, str]:
    """Which job does the work of each; an answer from before `since` makes way for a new one."""
    doing = creation.create(jobs)
    known = [job for job in jobs if doing[job.id] != job.id]
    if known and creation.forget_work([doing[job.id] for job in known], ended_before=since):
        doing |= creation.create(known)
    return doing


def _take_keys(drafts: Sequence[Draft]) -> dict[str, Outcome | JobRefused]:
    """Claim each key for its draft. Answers, by the id of the draft's job, for those whose key was taken before."""
    if not drafts:
        return {}
    keys = [
        IdempotencyKey(
            user_id=d.job.user_id,
            key=d.key,
            fingerprint=d.fingerprint,
            job=d.job,
            created_at=d.job.created_at,
        )
        for d in drafts
    ]
    named = IdempotencyKey.objects.filter(key__in={d.key for d in drafts})
    named.filter(created_at__lt=oldest_key(drafts[0].job.created_at)).delete()
    IdempotencyKey.objects.bulk_create(keys, ignore_conflicts=True)
    taken = {(row.user_id, row.key): row for row in named}
    answered: dict[str, Outcome | JobRefused] = {}
    for draft in drafts:
        row = taken[draft.job.user_id, draft.key]
        if row.job_id != draft.job.id:
            is_same = row.fingerprint == draft.fingerprint
            again = Outcome(row.job_id, is_replay=True)
            answered[draft.job.id] = again if is_same else IdempotencyKeyReused()
    return answered
