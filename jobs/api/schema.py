"""What the OpenAPI document says of each endpoint: shapes for people and generators, beside the code that makes them."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    inline_serializer,
)
from rest_framework import serializers as s

from jobs.api.serializers import FlashcardsRequest, LessonRequest
from jobs.kind import JobKind, Queue
from jobs.kinds.pronunciation import schema as pronunciation_schema
from jobs.models import Status, WaitReason
from profiles.api.schema import Entry, Exercise, Message
from profiles.models import Level

_STATUS = s.ChoiceField(choices=Status.choices)
_KIND = s.ChoiceField(choices=[(k.value, k.value) for k in JobKind])
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
    },
)
Card = inline_serializer(
    "Flashcard",
    {
        "front": s.CharField(),
        "back": s.CharField(),
        "topic": s.CharField(),
        "difficulty": s.ChoiceField(choices=Level.choices),
        "example": s.CharField(),
        "pronunciation": s.CharField(allow_blank=True),
        "backSource": s.ChoiceField(choices=["translation", "definition", "text"]),
        "kind": s.ChoiceField(choices=["term", "cloze"]),
        "source": inline_serializer(
            "CardSource",
            {
                "quote": s.CharField(help_text="letter for letter as it stands in the text"),
                "start": s.IntegerField(help_text="in characters of the text"),
                "end": s.IntegerField(),
                "page": s.IntegerField(required=False),
            },
            required=False,
            help_text="absent where nothing of the card stands in the text",
        ),
    },
)
_MADE_BY: dict[str, Any] = {
    "tokenUsage": s.IntegerField(),
    "provider": s.CharField(),
    "model": s.CharField(),
    "warnings": s.ListField(child=s.CharField(), required=False),
}
_FLASHCARDS: dict[str, Any] = {
    "flashcards": s.ListField(child=Card, help_text="10 to `atMost` cards"),
    "topics": s.ListField(child=s.CharField()),
    "coverage": inline_serializer(
        "CardsCoverage",
        {
            "blocks": s.IntegerField(help_text="blocks of the text"),
            "used": s.IntegerField(help_text="those that cards are from"),
            "skipped": s.ListField(
                child=inline_serializer(
                    "SkippedBlocks", {"reason": s.CharField(), "count": s.IntegerField()}
                )
            ),
        },
    ),
    "shortfall": s.BooleanField(required=False, help_text="the text holds fewer terms than ten"),
    **_MADE_BY,
}
Lesson = inline_serializer(
    "JobLesson",
    {
        "id": s.CharField(),
        "title": s.CharField(),
        "subject": s.CharField(),
        "sourceFileName": s.CharField(),
        "nativeLanguage": s.CharField(),
        "nativeLanguageCode": s.CharField(),
        "targetLanguage": s.CharField(),
        "targetLanguageCode": s.CharField(),
        "topicName": s.CharField(),
        "vocabulary": s.ListField(child=Entry),
        "conversation": s.ListField(child=Message, help_text="12 to 16 messages, or none"),
        "conversationReason": s.CharField(required=False, help_text="why there is none"),
        "unusedTerms": s.ListField(
            child=s.CharField(), required=False, help_text="terms the conversation does not use"
        ),
        "exercises": s.ListField(child=Exercise),
        "createdAt": s.DateTimeField(),
    },
)
_LESSONS: dict[str, Any] = {
    "lessons": s.ListField(child=Lesson, help_text="one for each topic"),
    **_MADE_BY,
}
_DOCUMENT: dict[str, Any] = {
    "text": s.CharField(),
    "pages": s.ListField(child=s.CharField(allow_blank=True)),
    "pageCount": s.IntegerField(),
    "pageConfidence": s.ListField(
        child=s.FloatField(allow_null=True),
        help_text="0 to 1 for each page; null where the file itself says its text",
    ),
    "imagesProcessed": s.IntegerField(),
    "totalImages": s.IntegerField(help_text="pictures, and pages of a PDF without text"),
    "filenames": s.ListField(child=s.CharField()),
    "warnings": s.ListField(child=s.CharField()),
    "provider": s.CharField(),
    "model": s.CharField(),
}


def _result(name: str, members: dict[str, Any]) -> Any:
    return inline_serializer(name, {"success": s.BooleanField(), **members})


FlashcardsResult = _result("FlashcardsResult", {**_FLASHCARDS})
LessonResult = _result("LessonResult", {**_LESSONS})
DocumentResult = _result("DocumentResult", {**_DOCUMENT})
PronunciationResult = _result("PronunciationResult", {**pronunciation_schema.RESULT})
Result = PolymorphicProxySerializer(
    "Result",
    [FlashcardsResult, LessonResult, DocumentResult, PronunciationResult],
    resource_type_field_name=None,
    required=False,
)


def _done(name: str, result: Any, members: dict[str, Any]) -> PolymorphicProxySerializer:
    """What a job of this kind is answered with that has completed: the client waited, or it was done before."""
    job: dict[str, Any] = {
        "success": s.BooleanField(),
        "jobId": s.CharField(),
        "status": _STATUS,
    }
    replayed: dict[str, Any] = {
        "message": s.CharField(),
        "statusUrl": s.CharField(),
        "fromCache": s.BooleanField(),
        "result": result,
        "cachedAt": s.DateTimeField(),
    }
    return PolymorphicProxySerializer(
        f"{name}Done",
        [
            inline_serializer(f"Ended{name}", {**job, **members}),
            inline_serializer(f"Replayed{name}", {**job, **replayed}),
            inline_serializer(f"Replayed{name}WithMembers", {**job, **members, **replayed}),
        ],
        resource_type_field_name=None,
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
    "kind": _KIND,
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


def _generate(operation_id: str, summary: str, request: Any, done: Any) -> dict[str, Any]:
    return {
        "operation_id": operation_id,
        "tags": ["work"],
        "summary": summary,
        "request": request,
        "parameters": [_PREFER, _WAIT, _KEY, _LOCATION, _RETRY_AFTER, _APPLIED, _REPLAYED_KEY],
        "responses": {
            202: OpenApiResponse(Accepted, "The job is written down and waits for a worker."),
            200: OpenApiResponse(
                done, "The job has completed: the client waited, or it was done before."
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


_FILE = {"type": "string", "format": "binary"}
_PICTURES = {"type": "array", "items": _FILE, "minItems": 1, "maxItems": 5}


def _form(**files: dict[str, Any]) -> dict[str, Any]:
    named = {"type": "string", "description": "Who is asking, in trusted mode."}
    shape = {"type": "object", "properties": {**files, "userId": named}, "required": list(files)}
    return {"multipart/form-data": shape}


def _study(request: Any) -> dict[str, Any]:
    """As JSON, or as a form with the document itself in place of its text."""
    names = ("subject", "topic", "nativeLanguage", "targetLanguage", "sourceFileName")
    texts: dict[str, Any] = {name: {"type": "string"} for name in names}
    form = _form(**texts, images=_PICTURES, pdf=_FILE)
    form["multipart/form-data"]["required"] = ["subject", "topic"]
    return {"application/json": request, **form}


GENERATE_FLASHCARDS = _generate(
    "generate_flashcards",
    "Make flashcards from study text",
    _study(FlashcardsRequest),
    _done("Flashcards", FlashcardsResult, _FLASHCARDS),
)
GENERATE_LESSON = _generate(
    "generate_lesson",
    "Make lessons from study text, one for each topic: vocabulary, conversation, exercises",
    _study(LessonRequest),
    _done("Lesson", LessonResult, _LESSONS),
)
_READ = _done("Document", DocumentResult, {**_DOCUMENT, "result": DocumentResult})
PROCESS_IMAGE = _generate(
    "process_image",
    "Read the text in one to five pictures of 10 MB: JPEG, PNG, WebP or HEIC",
    _form(images=_PICTURES),
    _READ,
)
PROCESS_PDF = _generate(
    "process_pdf",
    "Read a PDF of up to 25 MB and 500 pages; pages without text are read as pictures",
    _form(pdf=_FILE),
    _READ,
)
PRONUNCIATION_ASSESS = _generate(
    "pronunciation_assess",
    "Judge how a text was read aloud, word by word and sound by sound",
    pronunciation_schema.FORM,
    _done("Pronunciation", PronunciationResult, pronunciation_schema.RESULT),
)
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
        OpenApiParameter("kind", str, enum=[k.value for k in JobKind]),
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
