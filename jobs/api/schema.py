"""What the OpenAPI document says of each endpoint: shapes for people and generators, beside the code that makes them."""

from collections.abc import Sequence
from typing import Any, Union

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from typing_extensions import TypeAliasType

from jobs.api.options import DRY_RUN
from jobs.api.shapes import Accepted, EndedJob, JobPage, Priced, ReplayedJob, job_state
from jobs.kind import Kind, kinds
from jobs.models import Status
from unilingo.common.openapi import about, header
from unilingo.common.shapes import merged


def _done(kind: Kind) -> TypeAliasType:
    """What is answered with 200: a job of this kind that has completed, as the client waited or it was done before, or a price."""
    name, result = kind.name.title(), kind.result
    also = {"result": result} if kind.has_result_member else {}
    shapes = (
        # Clients take the first that fits.
        merged(f"Replayed{name}WithMembers", result, ReplayedJob, result=result),
        merged(f"Replayed{name}", ReplayedJob, result=result),
        merged(f"Ended{name}", result, EndedJob, **also),
        Priced,
    )
    return TypeAliasType(f"{name}Done", Union[shapes])  # noqa: UP007  # made at run time


JobState = job_state()


_LOCATION = header("Location", "Where the job's status is read.", [200, 202])
_APPLIED = header("Preference-Applied", "`wait=N`: the client has waited for the end.", [200])
_RETRY_AFTER = header("Retry-After", "Seconds after which it is worth asking again.", [202])
_PREFER = header(
    "Prefer", "`wait=N`: hold the answer for up to N (60) seconds, until the job has ended."
)
_WAIT = OpenApiParameter("wait", int, description="The same for clients that cannot set headers.")

_KEY = header(
    "Idempotency-Key", "1 to 255 printable characters, remembered for 24 hours for each user."
)
_REPLAYED_KEY = header(
    "Idempotent-Replayed", "`true`: this key was answered with the same job before.", [200, 202]
)


def work(kind: Kind, operation_id: str, summary: str, request: Any, **more: Any) -> dict[str, Any]:
    """An endpoint that has a job of this kind made."""
    return {
        "operation_id": operation_id,
        "tags": ["work"],
        "summary": summary,
        **more,
        "request": request,
        "parameters": [_PREFER, _WAIT, _KEY, _LOCATION, _RETRY_AFTER, _APPLIED, _REPLAYED_KEY],
        "responses": {
            202: OpenApiResponse(Accepted, "The job is written down and waits for a worker."),
            200: OpenApiResponse(
                _done(kind),
                "The job has completed: the client waited, or it was done before. For `dryRun` its price.",
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


def form(*, required: Sequence[str] = (), **fields: dict[str, Any]) -> dict[str, Any]:
    """A body with files: these fields, and what every request for work may say beside them."""
    named = {"type": "string", "description": "Who is asking, in trusted mode."}
    options = {
        "callbackUrl": {"type": "string", "description": "Told by a webhook how the job ends."},
        "maxCost": {"type": "number", "description": "Dollars that the job may cost."},
        "dryRun": {"type": "boolean", "description": DRY_RUN},
    }
    properties = {**fields, **options, "userId": named}
    shape = {"type": "object", "properties": properties, "required": list(required)}
    return {"multipart/form-data": shape}


JOB_STATUS = about(
    "job_status",
    "The present state of a job, with its result once it has completed",
    "watching",
    JobState,
    parameters=[
        header("If-None-Match"),
        header("ETag", "Changes with everything that happens to the job.", [200, 304]),
        header("Retry-After", "Until the job has ended: when to ask again.", [200, 304]),
        header("Cache-Control", "private, no-cache", [200, 304]),
    ],
    responses={304: OpenApiResponse(None, "Nothing has happened since."), 404: OpenApiTypes.OBJECT},
    description="With the `ETag` of an earlier answer in `If-None-Match` it is a 304 until something happens. `Retry-After` says when it is worth asking again; `job_events` needs no asking.",
)
CANCEL_JOB = about(
    "cancel_job",
    "Stop a job: a waiting one at once, a running one at its next step",
    "work",
    OpenApiResponse(JobState, "The job is cancelled."),
    request=None,
    parameters=[header("Location", "Where the job's status is read.", [202])],
    responses={
        202: OpenApiResponse(
            JobState, "The job ends at its next step; nothing is paid after that."
        ),
        404: OpenApiTypes.OBJECT,
        409: OpenApiResponse(OpenApiTypes.OBJECT, "The job has already ended."),
    },
    description="200 when the job has ended by it, 202 when it ends at its next step. Nothing is paid after that.",
)
RETRY_JOB: dict[str, Any] = {
    "operation_id": "retry_job",
    "tags": ["work"],
    "summary": "Run a failed or cancelled job again, behind the steps it has finished",
    "request": None,
    "parameters": [header("Location", "Where the job's status is read.", [202])],
    "responses": {
        202: OpenApiResponse(Accepted, "The job waits for a worker again."),
        404: OpenApiTypes.OBJECT,
        409: OpenApiResponse(OpenApiTypes.OBJECT, "The job has neither failed nor been cancelled."),
    },
    "description": "Steps that were finished are not done or paid again. Files are kept for an hour after the end of a job.",
}
JOB_LIST = about(
    "jobs",
    "The caller's jobs, newest first",
    "watching",
    JobPage,
    parameters=[
        OpenApiParameter("status", str, enum=Status.values),
        OpenApiParameter("kind", str, enum=list(kinds())),
        OpenApiParameter("limit", int, description="1 to 100, 20 if not given"),
        OpenApiParameter("cursor", str, description="`nextCursor` of the page before"),
    ],
    description="A page of them; `nextCursor` given as `cursor` brings the next one, and is null on the last.",
)
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
        header("Last-Event-ID"),
    ],
    "responses": {
        (200, "text/event-stream"): OpenApiTypes.STR,
        204: OpenApiResponse(None, "The job has ended, and the client has seen its last event."),
        404: OpenApiTypes.OBJECT,
        503: OpenApiTypes.OBJECT,
    },
    "description": "A stream (`text/event-stream`): first `connected` with the present state, then each event once and in order, to `completed`, `failed` or `cancelled`. After a break `Last-Event-ID` brings what was missed. Where no headers can be sent, use `eventsUrl` of the 202 or of `job_status`.",
}
