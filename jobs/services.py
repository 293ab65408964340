"""Use cases: what a person can ask of jobs."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jobs import clock, creation, events, lifecycle, queries, steps, tasks, uploads
from jobs.errors import JobNotCancellable, JobNotRetryable
from jobs.identity import fingerprint, identity
from jobs.intake import Draft, Outcome, intake
from jobs.kind import Capability, kind_of, kinds
from jobs.models import Job, PausedKind, Status
from jobs.providers import registry
from jobs.uploads import Upload
from resilience.errors import BudgetExhausted, KillSwitchOn
from resilience.runtime import runtime
from unilingo.common import languages


def warm_up() -> None:
    """Load and connect what the first job of a process would wait for. Nothing is written down."""
    languages.parse("English")
    for name in kinds():
        _engines(name, has_files=True)
    events.announce(())


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that is being written down, unless there is one already that does the same work.

    `saved` says which job it is once that is committed; it raises JobRefused.
    """

    job: Job
    saved: "Future[Outcome]"


@dataclass(frozen=True, slots=True)
class Options:
    """What may be said with every request for work, and changes nothing of the answer.

    `callback_url`: told how the job ends. `max_cost`: dollars that the job may cost. `is_dry_run`: only priced, not kept.
    """

    callback_url: str = ""
    max_cost: Decimal | None = None
    is_dry_run: bool = False


NONE_SAID = Options()


def draft_job(
    kind: str,
    *,
    user_id: str,
    inputs: Mapping[str, Any],
    files: Sequence[Upload] = (),
    idempotency_key: str = "",
    options: Options = NONE_SAID,
) -> Draft:
    """A job as it would be written down."""
    if files:
        inputs = {**inputs, "files": [file.about for file in files]}
    request = fingerprint(kind, inputs)
    job = creation.new_job(
        kind,
        user_id,
        inputs,
        identity=_work(kind, user_id, inputs, request),
        max_attempts=settings.JOB_POLICY.max_attempts,
        now=clock.about(),
    )
    job.max_cost_usd = options.max_cost
    return Draft(job, request, idempotency_key, files, options.callback_url)


def _work(kind: str, user_id: str, inputs: Mapping[str, Any], request: str) -> str:
    """The identity of a job with these inputs, at first and when it is tried again. `request`: their fingerprint."""
    return identity(user_id, request, _engines(kind, has_files="files" in inputs))


def _engines(name: str, *, has_files: bool) -> str:
    """All whose answers make the job's."""
    kind = kind_of(name)
    prompts = [prompt.version for prompt in kind.asks.values()]
    made_by = [kind.version, registry.engine_version(kind.capability, prompts)]
    if has_files and kind.reads_files:
        made_by.append(registry.engine_version(kind.reads_files))
    return " ".join(made_by)


def submit_job(draft: Draft) -> Submitted:
    """Write the job down and wake a worker, or find the job that does this work already.

    Raises resilience.errors.BudgetExhausted when new work could not be paid for.
    """
    # A key is to be stored with its answer; without one a finished result is answered without a write.
    if not draft.key and (done := queries.done_before(draft.job)):
        return Submitted(draft.job, _known(Outcome(done.id, job=done)))
    try:
        _refuse_unpayable(kind_of(draft.job.kind).capability, draft.job.user_id)
    except BudgetExhausted:
        # Known work costs nothing, so it is answered all the same.
        if not queries.is_known(draft.job, draft.key):
            raise
    if not draft.files:
        return Submitted(draft.job, intake.add(draft))
    uploads.store(draft.job.id, draft.files)
    try:
        saved = intake.add(draft)
    except BaseException:
        uploads.remove(draft.job.id)
        raise
    saved.add_done_callback(lambda ended: _remove_unused(draft.job.id, ended))
    return Submitted(draft.job, saved)


def _known(outcome: Outcome) -> "Future[Outcome]":
    saved: Future[Outcome] = Future()
    saved.set_result(outcome)
    return saved


def _refuse_unpayable(capability: Capability, user_id: str) -> None:
    """Raises BudgetExhausted when none of those who could do the work may."""
    ledger, refusals = runtime().ledger, list[BudgetExhausted]()
    for provider in registry.chosen(capability):
        if not provider.limits and any(isinstance(one, KillSwitchOn) for one in refusals):
            break  # an operator has stopped it, and nothing does it in its place
        try:
            if provider.limits:
                ledger.refuse_submission(provider.name, user_id)
            else:
                ledger.refuse_if_stopped()
        except BudgetExhausted as refused:
            refusals.append(refused)
        else:
            return
    raise refusals[0]


def _remove_unused(job_id: str, saved: "Future[Outcome]") -> None:
    """What came with a request that was refused, or whose work another job does, is needed by nobody."""
    if saved.exception() or saved.result().job_id != job_id:
        uploads.remove(job_id)


def cancel_job(user_id: str | None, job_id: str) -> Job:
    """The job as it is then: cancelled, or still active and told to end at its next step.

    `user_id` None: for operators. Raises JobNotFound, JobNotCancellable.
    """
    queries.job_for(user_id, job_id)
    if not lifecycle.cancel(job_id, now=timezone.now()):
        raise JobNotCancellable
    return queries.job_for(user_id, job_id)


def retry_job(
    user_id: str | None,
    job_id: str,
    *,
    from_step: str = "",
    inputs: Mapping[str, Any] | None = None,
) -> Job:
    """The job, waiting again; what it has finished is not done again, but what comes `from_step` on.

    `inputs` take the place of what was asked for: a step that read something else is done anew by itself. Raises JobNotFound, and JobNotRetryable also when its files have been removed meanwhile.
    """
    job = queries.job_for(user_id, job_id, with_input=True)
    if job.is_final and job.input.get("files") and not uploads.are_kept(job_id):
        raise JobNotRetryable(uploads.GONE)
    asked = job.input if inputs is None else inputs
    work = _work(job.kind, job.user_id, asked, fingerprint(job.kind, asked))
    with transaction.atomic():
        if not lifecycle.retry(job_id, identity=work, inputs=inputs, now=clock.now()):
            raise JobNotRetryable
        if from_step:
            steps.forget_from(job_id, from_step)
    tasks.send([job])
    return queries.job_for(user_id, job_id)


def pause_kind(kind: str, *, actor: str, reason: str = "") -> None:
    """Start no job of this kind until it is resumed; what runs goes on. The sweep tells those who wait."""
    values = {"actor": actor, "reason": reason, "paused_at": timezone.now()}
    PausedKind.objects.update_or_create(kind=kind, defaults=values)
    runtime().operations.log(actor, "pause_kind", kind, {"reason": reason})


def resume_kind(kind: str, *, actor: str) -> None:
    PausedKind.objects.filter(kind=kind).delete()
    runtime().operations.log(actor, "resume_kind", kind, {})
    if Job.objects.filter(status=Status.WAITING, kind=kind).exists():
        tasks.wake(kind_of(kind).queue)
