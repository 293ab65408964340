"""The bodies that tell of jobs, in the contract's order of members: built in representation.py, described in schema.py."""

from typing import Annotated, Any, Literal, NotRequired, Union

from pydantic import Field
from typing_extensions import TypedDict

from jobs.costs import EstimatedCost
from jobs.kind import Queue, kinds
from jobs.models import Status, WaitReason
from unilingo.common.shapes import Timestamp, merged, one_of

Milliseconds = Annotated[int, Field(description="epoch milliseconds")]
StatusWord = Annotated[str, one_of(Status.values)]


class Accepted(TypedDict):
    """Where to look for the result, and for how long."""

    success: Literal[True]
    message: str
    jobId: str
    status: Annotated[
        str, Field(description="queued, or the real status of the same work asked for before")
    ]
    statusUrl: str
    eventsUrl: str
    estimatedTime: str
    estimatedCost: NotRequired[EstimatedCost]
    fromCache: bool
    warnings: NotRequired[
        Annotated[
            list[str], Field(description="what the result will lack, where that is known already")
        ]
    ]


class Priced(TypedDict):
    """What `dryRun` is answered with: no job."""

    success: Literal[True]
    estimatedCost: Annotated[EstimatedCost | None, Field(description="null where nothing is paid")]


class EndedJob(TypedDict):
    """What a job's answer has beside the members of its result."""

    success: Literal[True]
    jobId: str
    status: StatusWord


class ReplayedJob(EndedJob):
    """What the answer for work that was done before has, too."""

    message: str
    statusUrl: str
    fromCache: bool
    cachedAt: Timestamp


class WaitingFor(TypedDict):
    """While waiting or delayed."""

    reason: Annotated[str, one_of(WaitReason.values)]
    until: NotRequired[Timestamp]
    position: NotRequired[int]
    explanation: str


class JobSummary(TypedDict):
    """What lists show of a job, without input and result."""

    status: StatusWord
    jobId: str
    kind: Annotated[str, one_of(lambda: list(kinds()))]
    queue: Annotated[str, one_of([queue.value for queue in Queue])]
    timestamp: Annotated[int, Field(description="enqueued, epoch milliseconds")]
    progress: Annotated[int, Field(ge=0, le=100)]
    progressMessage: str
    attemptsMade: int
    createdAt: Timestamp
    eventsUrl: Annotated[str, Field(description="its stream, with a token for an hour")]
    startedAt: NotRequired[Timestamp]
    completedAt: NotRequired[Milliseconds]
    failedAt: NotRequired[Milliseconds]
    cancelledAt: NotRequired[Milliseconds]
    error: NotRequired[str]
    code: NotRequired[str]
    retryable: NotRequired[bool]


class ListedJob(JobSummary):
    title: Annotated[str, Field(description="subject, text read aloud, or file name")]


class JobPage(TypedDict):
    success: Literal[True]
    jobs: list[ListedJob]
    nextCursor: str | None


class JobStatus(JobSummary):
    success: Literal[True]
    result: NotRequired[Any]
    partial: NotRequired[Annotated[dict[str, Any], Field(description="what is finished so far")]]
    waitingFor: NotRequired[WaitingFor]
    nextAttemptAt: NotRequired[Annotated[Timestamp, Field(description="while delayed")]]
    message: NotRequired[Annotated[str, Field(description="what happens next, beside a 202")]]


def job_state() -> Any:
    """A job's status with the results of all kinds that there are."""
    results: Any = Union[tuple(kind.result for kind in kinds().values())]  # noqa: UP007  # made at run time
    return merged("JobState", JobStatus, result=NotRequired.__getitem__(results))
