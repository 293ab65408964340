"""HTTP for jobs: parse, one call of a service or query, answer."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NoReturn

import structlog
from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs import costs, events, queries, services
from jobs.api import access, representation, schema, throttles
from jobs.api.hub import Hub
from jobs.api.idempotency import key_of
from jobs.api.live import DeferredResponse, EventStream, HeldResponse, Hold
from jobs.api.options import options_of
from jobs.api.preferences import wait_seconds
from jobs.api.serializers import JobsQuery, MissingFields
from jobs.api.shapes import JobPage, Priced
from jobs.api.stream import follow, newest_sequences, until_ended
from jobs.api.throttles import Charge
from jobs.errors import CostLimitExceeded, IdempotentJobEnded, JobFailed
from jobs.events import Channel
from jobs.intake import Outcome
from jobs.models import Job, Status
from jobs.services import Submitted
from jobs.uploads import Upload
from resilience.spending import spent_on
from unilingo.common import cursors
from unilingo.common.caller import caller_of, user_id_of
from unilingo.common.fields import valid
from unilingo.common.metrics import SAVED_USD, meter

POLL_SECONDS = "2"
JOBS_IN_SNAPSHOT = 100

hub = Hub(
    settings.REDIS_URL, settings.STREAM_LIMIT, settings.STREAM_LIMIT_PER_USER, newest_sequences
)


class WorkView(APIView):
    """Has something made. `limit` says which of the request limits counts it, `required` what a request names."""

    throttle_classes = (throttles.WorkLimit,)
    limit: ClassVar[str]
    required: ClassVar[Sequence[str]]

    def missing(self, data: Any) -> list[str]:
        """What of that is not there."""
        return []

    def permission_denied(self, request: Request, *_: Any, **__: Any) -> NoReturn:
        """Where names are only claimed, a request that names nobody lacks a field like any other."""
        if settings.TRUST_USER_ID_HEADER and caller_of(request) is None:
            raise MissingFields([*self.missing(request.data), "userId"], self.required)
        super().permission_denied(request)


class JobStatus(APIView):
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(**schema.JOB_STATUS)
    def get(self, request: Request, job_id: str) -> HttpResponse:
        job = access.visible_job(request, job_id)
        body = representation.status(job)
        position = body.get("waitingFor", {}).get("position", 0)
        # Its eventsUrl is good for an hour: what a client keeps of this answer must not outlive it.
        half = int(timezone.now().timestamp() // (settings.STREAM_TOKEN_SECONDS / 2))
        etag = f'"{job.event_sequence}-{position}-{half}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if not job.is_final:
            headers["Retry-After"] = POLL_SECONDS
        seen = request.headers.get("If-None-Match", "")
        if etag in seen or seen.strip() == "*":
            return HttpResponseNotModified(headers=headers)
        return Response(body, headers=headers)


class JobList(APIView):
    @extend_schema(**schema.JOB_LIST)
    def get(self, request: Request) -> Response:
        wanted = valid(JobsQuery(data=request.query_params))
        found = queries.jobs_of(
            user_id_of(request),
            status=wanted["status"],
            kind=wanted["kind"],
            after=cursors.parse("jobs", wanted["cursor"]),
            limit=wanted["limit"] + 1,
        )
        page, further = cursors.page_of("jobs", found, wanted["limit"])
        listed = [representation.listed(job) for job in page]
        return Response(JobPage(success=True, jobs=listed, nextCursor=further))


class JobEvents(APIView):
    permission_classes = (AllowAny,)
    throttle_classes = ()

    @extend_schema(**schema.JOB_EVENTS)
    def get(self, request: Request) -> HttpResponse:
        job_id = request.query_params.get("jobId", "")
        if not job_id:
            return self._of_user(request)
        job = access.watchable_job(request, job_id)
        after = _last_event_id(request) or job.retried_at_sequence
        if job.is_final and after == job.event_sequence:
            return Response(status=204)
        if after > job.event_sequence:
            after = job.retried_at_sequence
        first = events.line(representation.connected(job, timezone.now()))
        return _stream(Channel(job.id, job.user_id), after, first)

    def _of_user(self, request: Request) -> HttpResponse:
        user_id = user_id_of(request)
        newest = queries.last_event_of_user(user_id)
        seen = _last_event_id(request)
        after = newest if seen is None else min(seen, newest)
        jobs = list(queries.unfinished_jobs_of(user_id, JOBS_IN_SNAPSHOT))
        first = events.line(representation.connected_to_all(jobs, timezone.now()))
        unfinished = {job.id: job.event_sequence for job in jobs}
        return _stream(Channel("", user_id), after, first, unfinished)


def _stream(
    channel: Channel, after: int, first: str, unfinished: Mapping[str, int] | None = None
) -> EventStream:
    return EventStream(lambda: follow(hub, channel, after, first, unfinished))


def _last_event_id(request: Request) -> int | None:
    """None for a client that has seen nothing, or that sends something that was never an id of ours."""
    given = request.headers.get("Last-Event-ID") or request.query_params.get("lastEventId", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def ask(
    request: Request, kind: str, limit: str, inputs: Mapping[str, Any], files: Sequence[Upload] = ()
) -> HttpResponse:
    """Have valid inputs worked on, for the caller. `limit`: which of the request limits counts it."""
    options = options_of(request)
    draft = services.draft_job(
        kind,
        user_id=user_id_of(request),
        inputs=dict(inputs),
        files=files,
        idempotency_key=key_of(request),
        options=options,
    )
    counted = throttles.charge_work(request, limit, draft)
    priced = costs.estimate(kind, draft.job.input)
    if options.is_dry_run:
        cost = priced.as_body() if priced else None
        return Response(Priced(success=True, estimatedCost=cost))
    if priced and options.max_cost is not None and priced.up_to > options.max_cost:
        raise CostLimitExceeded(float(priced.up_to))
    return answer(request, services.submit_job(draft), counted, priced)


def answer(
    request: Request, submitted: Submitted, charge: Charge, priced: costs.Estimate | None
) -> Response:
    """202 for work that is to be done or being done, 200 for work that has been done."""
    job, saved = submitted.job, submitted.saved
    structlog.contextvars.bind_contextvars(job_id=job.id)
    seconds = wait_seconds(request)
    if saved.done() and saved.result().job_id != job.id:
        return _existing(job, saved.result(), seconds, charge)
    return DeferredResponse(
        representation.accepted(job, is_new=True, priced=priced),
        submitted=submitted,
        respond=lambda outcome: _existing(job, outcome, seconds, charge),
        hold=_hold(job, seconds),
        headers={"Location": representation.status_url(job), "Retry-After": POLL_SECONDS},
    )


def _existing(asked: Job, outcome: Outcome, seconds: int, charge: Charge) -> Response:
    """The answer for a job that was there before the one that was `asked` for, which is not counted.

    Raises IdempotentJobEnded, JobFailed.
    """
    job = outcome.job or queries.job_for(asked.user_id, outcome.job_id)
    names = [file["name"] for file in asked.input.get("files", ())]
    headers = {"Location": representation.status_url(job), **charge.give_back()}
    if outcome.is_replay:
        headers["Idempotent-Replayed"] = "true"
    if job.status != Status.COMPLETED:
        _refuse_ended(job, is_replay=outcome.is_replay)
    saved_by = "replay" if outcome.is_replay else "cached_result"
    meter.count(SAVED_USD, saved_by, by=spent_on(job.id))
    if job.status != Status.COMPLETED:
        running = representation.accepted(job, is_new=False)
        headers["Retry-After"] = POLL_SECONDS
        return HeldResponse(running, hold=_hold(job, seconds, names), headers=headers)
    body = representation.replayed(job, names)
    if seconds:
        headers["Preference-Applied"] = f"wait={seconds}"
        body = {**representation.ended(job, names), **body}
    return Response(body, headers=headers)


def _refuse_ended(job: Job, *, is_replay: bool) -> None:
    """A job without a result answers a repeated key once and for all; others only those that asked while it ran."""
    if job.is_final:
        may_help = job.is_retryable or job.status == Status.CANCELLED
        ended = IdempotentJobEnded if is_replay else JobFailed
        raise ended(job.id, job.error_code, job.error, is_retryable=may_help)


def _hold(job: Job, seconds: int, names: Sequence[str] = ()) -> Hold | None:
    if not seconds:
        return None

    def again() -> Response | None:
        ended = queries.job_for(job.user_id, job.id)
        if ended.status == Status.COMPLETED:
            applied = {
                "Preference-Applied": f"wait={seconds}",
                "Location": representation.status_url(job),
            }
            return Response(representation.ended(ended, names), headers=applied)
        _refuse_ended(ended, is_replay=False)
        return None

    return Hold(wait=lambda: until_ended(hub, Channel(job.id, job.user_id), seconds), again=again)
