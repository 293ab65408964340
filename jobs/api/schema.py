"""What the OpenAPI document says of each endpoint: shapes for people and generators, beside the code that makes them."""

from datetime import datetime
from typing import Any, Literal

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    inline_serializer,
)
from rest_framework import serializers as s
from typing_extensions import TypedDict

from jobs.api.serializers import KindField
from jobs.kind import Kind, Queue, kinds
from jobs.models import Status, WaitReason
from unilingo.common.shapes import merged

_STATUS = s.ChoiceField(choices=Status.choices)
_QUEUE = s.ChoiceField(choices=[(q.value, q.value) for q in Queue])

Accepted = inline_serializer(
    "Accepted",
    {
        "success": s.BooleanField(),
        "message": s.CharField(),
        "jobId": s.CharField(),
        "status": s.CharField(
            help_text="queued, or the real status of the same work asked for before"
        ),
        "statusUrl": s.CharField(),
        "eventsUrl": s.CharField(),
        "estimatedTime": s.CharField(),
        "fromCache": s.BooleanField(),
        "warnings": s.ListField(
            child=s.CharField(),
            required=False,
            help_text="what the result will lack, where that is known already",
        ),
    },
)


class EndedJob(TypedDict):
    """What a job's answer has beside the members of its result."""

    success: Literal[True]
    jobId: str
    status: Status


class ReplayedJob(EndedJob):
    """What the answer for work that was done before has, too."""

    message: str
    statusUrl: str
    fromCache: bool
    cachedAt: datetime


def _done(kind: Kind) -> PolymorphicProxySerializer:
    """What a job of this kind is answered with that has completed: the client waited, or it was done before."""
    name, result = kind.name.title(), kind.result
    also = {"result": result} if kind.has_result_member else {}
    return PolymorphicProxySerializer(
        f"{name}Done",
        [
            merged(f"Ended{name}", result, EndedJob, **also),
            merged(f"Replayed{name}", ReplayedJob, result=result),
            merged(f"Replayed{name}WithMembers", result, ReplayedJob, result=result),
        ],
        resource_type_field_name=None,
    )


Result = PolymorphicProxySerializer(
    "Result",
    lambda: [kind.result for kind in kinds().values()],
    resource_type_field_name=None,
    required=False,
)
WaitingFor = inline_serializer(
    "WaitingFor",
    {
        "reason": s.ChoiceField(choices=WaitReason.choices),
        "until": s.DateTimeField(required=False),
        "position": s.IntegerField(required=False),
        "explanation": s.CharField(),
    },
    required=False,
    help_text="while waiting or delayed",
)
_SUMMARY: dict[str, Any] = {
    "status": _STATUS,
    "jobId": s.CharField(),
    "kind": KindField(),
    "queue": _QUEUE,
    "timestamp": s.IntegerField(help_text="enqueued, epoch milliseconds"),
    "progress": s.IntegerField(min_value=0, max_value=100),
    "progressMessage": s.CharField(allow_blank=True),
    "attemptsMade": s.IntegerField(),
    "createdAt": s.DateTimeField(),
    "eventsUrl": s.CharField(help_text="its stream, with a token for an hour"),
    "startedAt": s.DateTimeField(required=False),
    "completedAt": s.IntegerField(required=False, help_text="epoch milliseconds"),
    "failedAt": s.IntegerField(required=False, help_text="epoch milliseconds"),
    "cancelledAt": s.IntegerField(required=False, help_text="epoch milliseconds"),
    "error": s.CharField(required=False),
    "code": s.CharField(required=False),
    "retryable": s.BooleanField(required=False),
}
JobSummary = inline_serializer("JobSummary", {**_SUMMARY})  # a copy: DRF empties what it is given
JobState = inline_serializer(
    "JobState",
    {
        "success": s.BooleanField(),
        **_SUMMARY,
        "result": Result,
        "waitingFor": WaitingFor,
        "nextAttemptAt": s.DateTimeField(required=False, help_text="while delayed"),
        "message": s.CharField(required=False, help_text="what happens next, beside a 202"),
    },
)
JobPage = inline_serializer(
    "JobPage",
    {
        "success": s.BooleanField(),
        "jobs": inline_serializer(
            "ListedJob",
            {**_SUMMARY, "title": s.CharField(help_text="subject, text read aloud, or file name")},
            many=True,
        ),
        "nextCursor": s.CharField(allow_null=True),
    },
)


def _header(name: str, text: str, status: list[int]) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=text, response=status)


_LOCATION = _header("Location", "Where the job's status is read.", [200, 202])
_APPLIED = _header("Preference-Applied", "`wait=N`: the client has waited for the end.", [200])
_RETRY_AFTER = _header("Retry-After", "Seconds after which it is worth asking again.", [202])
_PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="`wait=N`: hold the answer for up to N (60) seconds, until the job has ended.",
)
_WAIT = OpenApiParameter("wait", int, description="The same for clients that cannot set headers.")

_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="1 to 255 printable characters, remembered for 24 hours for each user.",
)
_REPLAYED_KEY = _header(
    "Idempotent-Replayed", "`true`: this key was answered with the same job before.", [200, 202]
)


def work(kind: Kind, operation_id: str, summary: str, request: Any) -> dict[str, Any]:
    """An endpoint that has a job of this kind made."""
    return {
        "operation_id": operation_id,
        "tags": ["work"],
        "summary": summary,
        "request": request,
        "parameters": [_PREFER, _WAIT, _KEY, _LOCATION, _RETRY_AFTER, _APPLIED, _REPLAYED_KEY],
        "responses": {
            202: OpenApiResponse(Accepted, "The job is written down and waits for a worker."),
            200: OpenApiResponse(
                _done(kind), "The job has completed: the client waited, or it was done before."
            ),
            402: OpenApiTypes.OBJECT,
            409: OpenApiResponse(
                OpenApiTypes.OBJECT, "The job of this Idempotency-Key has failed or was cancelled."
            ),
            422: OpenApiTypes.OBJECT,
            502: OpenApiTypes.OBJECT,
            504: OpenApiTypes.OBJECT,
        },
    }


FILE = {"type": "string", "format": "binary"}


def form(**files: dict[str, Any]) -> dict[str, Any]:
    named = {"type": "string", "description": "Who is asking, in trusted mode."}
    shape = {"type": "object", "properties": {**files, "userId": named}, "required": list(files)}
    return {"multipart/form-data": shape}


JOB_STATUS: dict[str, Any] = {
    "operation_id": "job_status",
    "tags": ["watching"],
    "summary": "The present state of a job, with its result once it has completed",
    "parameters": [
        OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        _header("ETag", "Changes with everything that happens to the job.", [200, 304]),
        _header("Retry-After", "Until the job has ended: when to ask again.", [200, 304]),
        _header("Cache-Control", "private, no-cache", [200, 304]),
    ],
    "responses": {
        200: JobState,
        304: OpenApiResponse(None, "Nothing has happened since."),
        404: OpenApiTypes.OBJECT,
    },
}
CANCEL_JOB: dict[str, Any] = {
    "operation_id": "cancel_job",
    "tags": ["work"],
    "summary": "Stop a job: a waiting one at once, a running one at its next step",
    "request": None,
    "parameters": [_header("Location", "Where the job's status is read.", [202])],
    "responses": {
        200: OpenApiResponse(JobState, "The job is cancelled."),
        202: OpenApiResponse(
            JobState, "The job ends at its next step; nothing is paid after that."
        ),
        404: OpenApiTypes.OBJECT,
        409: OpenApiResponse(OpenApiTypes.OBJECT, "The job has already ended."),
    },
}
RETRY_JOB: dict[str, Any] = {
    "operation_id": "retry_job",
    "tags": ["work"],
    "summary": "Run a failed or cancelled job again, behind the steps it has finished",
    "request": None,
    "parameters": [_header("Location", "Where the job's status is read.", [202])],
    "responses": {
        202: OpenApiResponse(Accepted, "The job waits for a worker again."),
        404: OpenApiTypes.OBJECT,
        409: OpenApiResponse(OpenApiTypes.OBJECT, "The job has neither failed nor been cancelled."),
    },
}
JOB_LIST: dict[str, Any] = {
    "operation_id": "jobs",
    "tags": ["watching"],
    "summary": "The caller's jobs, newest first",
    "parameters": [
        OpenApiParameter("status", str, enum=Status.values),
        OpenApiParameter("kind", str, enum=list(kinds())),
        OpenApiParameter("limit", int, description="1 to 100, 20 if not given"),
        OpenApiParameter("cursor", str, description="`nextCursor` of the page before"),
    ],
    "responses": {200: JobPage},
}
JOB_EVENTS: dict[str, Any] = {
    "operation_id": "job_events",
    "tags": ["watching"],
    "summary": "Server-sent events of one job, or without jobId of all jobs of the caller (docs/events.md)",
    "parameters": [
        OpenApiParameter("jobId", str),
        OpenApiParameter(
            "token", str, description="From `eventsUrl`, for clients that cannot set headers."
        ),
        OpenApiParameter("lastEventId", str, description="As the header Last-Event-ID."),
        OpenApiParameter("Last-Event-ID", str, OpenApiParameter.HEADER),
    ],
    "responses": {
        (200, "text/event-stream"): OpenApiTypes.STR,
        204: OpenApiResponse(None, "The job has ended, and the client has seen its last event."),
        404: OpenApiTypes.OBJECT,
        503: OpenApiTypes.OBJECT,
    },
}
