"""What the OpenAPI document says of profiles, lessons and progress, and the words that all of it uses."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers as s

from profiles.api.serializers import Invalidation, LessonsQuery, ProfileChanges, ProgressReport
from profiles.models import Level
from unilingo.common.shapes import example

LEVEL = s.ChoiceField(choices=Level.choices)
SUCCESS: dict[str, Any] = {"success": s.BooleanField()}
NOTHING = {404: OpenApiTypes.OBJECT}


def texts(*names: str) -> dict[str, Any]:
    return {name: s.CharField(allow_blank=True) for name in names}


def numbers(*names: str) -> dict[str, Any]:
    return {name: s.IntegerField() for name in names}


_User = inline_serializer(
    "ProfileUser",
    {
        "id": s.CharField(),
        "email": s.EmailField(allow_null=True),
        **texts("nativeLanguage", "nativeLanguageCode", "targetLanguage", "targetLanguageCode"),
        "level": LEVEL,
        "createdAt": s.DateTimeField(),
        **numbers("inputTokens", "outputTokens"),
        "created_at": s.DateTimeField(),
        **texts("native_language", "target_language"),
        **numbers("input_tokens", "output_tokens"),
    },
)
_SUMMARY: dict[str, Any] = {
    **texts("id", "title", "subject", "topicName", "sourceFileName"),
    **texts("nativeLanguage", "nativeLanguageCode", "targetLanguage", "targetLanguageCode"),
    "jobId": s.CharField(),
    "createdAt": s.DateTimeField(),
    "url": s.CharField(),
}
_PROGRESS: dict[str, Any] = {
    **texts("lessonId", "unitId"),
    **numbers("completedExercises", "totalExercises"),
    "score": s.FloatField(allow_null=True),
    "completedAt": s.DateTimeField(allow_null=True),
    "updatedAt": s.DateTimeField(),
}
_LISTED_PROGRESS: dict[str, Any] = {
    **_PROGRESS,
    **texts("lesson_id", "unit_id"),
    **numbers("completed_exercises", "total_exercises"),
    "completed_at": s.DateTimeField(allow_null=True),
}
_Progress = inline_serializer("Progress", {**_PROGRESS})
_Stats = inline_serializer(
    "ProfileStats",
    numbers("totalLessons", "completedUnits", "tokensUsed", "flashcards", "dueCards"),
)
_Profile = inline_serializer(
    "Profile",
    {
        "user": _User,
        "lessons": inline_serializer(
            "ProfileLesson", {**_SUMMARY, "created_at": s.DateTimeField()}, many=True
        ),
        "progress": inline_serializer("ProfileProgress", _LISTED_PROGRESS, many=True),
        "manifestUrl": s.CharField(),
        "stats": _Stats,
        "fromCache": s.BooleanField(),
        "cachedAt": s.DateTimeField(required=False, help_text="when fromCache"),
        "timestamp": s.IntegerField(help_text="epoch milliseconds"),
    },
)
_ProfileAnswer = inline_serializer(
    "ProfileAnswer", {**SUCCESS, "profile": _Profile, "timestamp": s.DateTimeField()}
)
_Item = inline_serializer(
    "ManifestItem",
    {
        "id": s.CharField(),
        "kind": s.CharField(help_text="lesson or deck"),
        "title": s.CharField(),
        "version": s.CharField(help_text="Hash of the content."),
        "url": s.CharField(),
    },
    many=True,
)
_ManifestAnswer = inline_serializer(
    "ManifestAnswer",
    {
        **SUCCESS,
        "manifest": inline_serializer("Manifest", {"version": s.CharField(), "items": _Item}),
    },
)
Entry = inline_serializer(
    "VocabularyEntry",
    {
        "keyword": s.CharField(),
        "definition": s.CharField(allow_blank=True, help_text="in the target language"),
        "translation": s.CharField(allow_blank=True),
        "exampleTarget": s.CharField(allow_blank=True),
        "exampleNative": s.CharField(allow_blank=True),
    },
)
Message = inline_serializer(
    "Message",
    {"speaker": s.ChoiceField(choices=["Assistant", "User"]), "message": s.CharField()},
)
Exercise = inline_serializer(
    "Exercise",
    {
        "type": s.ChoiceField(choices=["cloze", "matching", "ordering"]),
        "sentence": s.CharField(required=False, help_text="cloze: with a gap, `____`"),
        "choices": s.ListField(child=s.CharField(), required=False, help_text="cloze"),
        "pairs": s.ListField(
            child=inline_serializer("Pair", {"keyword": s.CharField(), "meaning": s.CharField()}),
            required=False,
            help_text="matching",
        ),
        "meanings": s.ListField(child=s.CharField(), required=False, help_text="matching"),
        "words": s.ListField(child=s.CharField(), required=False, help_text="ordering"),
        "answer": s.CharField(required=False, help_text="cloze and ordering"),
    },
)
_Lesson = inline_serializer(
    "Lesson",
    {
        **_SUMMARY,
        "vocabulary": type(Entry)(many=True),
        "conversation": type(Message)(many=True),
        "unusedTerms": s.ListField(child=s.CharField(), help_text="The conversation lacks them."),
        "exercises": type(Exercise)(many=True),
        "progress": inline_serializer("LessonProgress", {**_PROGRESS}, many=True),
        "conversationReason": s.CharField(required=False, help_text="Why there is none."),
    },
)
CURSOR = s.CharField(allow_null=True)
DONE = inline_serializer("Done_", {**SUCCESS, "message": s.CharField()})


def about(name: str, summary: str, tag: str, answer: Any, **more: Any) -> dict[str, Any]:
    responses = more.pop("responses", {})
    described = {"operation_id": name, "tags": [tag], "summary": summary}
    return {**described, "responses": {200: answer, **responses}, **more}


_ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    description="Changes with every change of a lesson or a deck.",
    response=[200, 304],
)
_IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER)

PROFILE = about(
    "profile",
    "The learner, the newest lessons and progress, and true totals",
    "profile",
    _ProfileAnswer,
    responses=NOTHING,
    description="Made at a learner's first contact. Each learner sees their own only.",
)
PROFILE_CHANGES = about(
    "change_profile",
    "Set languages and level",
    "profile",
    _ProfileAnswer,
    request=ProfileChanges,
    examples=example(nativeLanguage="Spanish", level="intermediate"),
    responses=NOTHING,
    description="Languages are names or codes (`Spanish`, `es`); only the members that are sent change.",
)
PROFILE_DELETION = about(
    "erase_profile",
    "Delete everything about the learner, and cancel what is running",
    "profile",
    inline_serializer(
        "Erased",
        {**SUCCESS, "message": s.CharField(), "erased": s.DictField(child=s.IntegerField())},
    ),
    responses=NOTHING,
    description="Cards, lessons, progress, jobs and their files. It cannot be taken back; `export_profile` first if they may be wanted.",
)
MANIFEST = about(
    "manifest",
    "Every lesson and deck of the learner by the hash of its content",
    "profile",
    _ManifestAnswer,
    parameters=[_IF_NONE_MATCH, _ETAG],
    responses={304: OpenApiResponse(None, "Nothing has changed."), **NOTHING},
    description="For clients that keep lessons offline: what has another `version` than before is to be loaded again. 304 while nothing has changed.",
)
INVALIDATE = about(
    "invalidate_profile",
    "Let a profile or its manifest be read anew",
    "operating",
    inline_serializer(
        "Invalidated", {**SUCCESS, "message": s.CharField(), "timestamp": s.DateTimeField()}
    ),
    request=Invalidation,
    examples=example(type="all"),
    description="Needed only after rows were changed by hand.",
)
LESSONS = about(
    "lessons",
    "The caller's lessons, newest first",
    "lessons",
    inline_serializer(
        "LessonPage",
        {
            **SUCCESS,
            "lessons": inline_serializer("LessonSummary", {**_SUMMARY}, many=True),
            "nextCursor": CURSOR,
        },
    ),
    parameters=[LessonsQuery],
    description="A page of them, each by its title and address; `nextCursor` given as `cursor` brings the next one.",
)
LESSON = about(
    "lesson",
    "A lesson with all its parts and how far the learner is",
    "lessons",
    inline_serializer("LessonAnswer", {**SUCCESS, "lesson": _Lesson}),
    responses=NOTHING,
    description="Completed lesson jobs are kept as lessons by themselves.",
)
LESSON_DELETION = about(
    "delete_lesson",
    "Delete a lesson and its progress",
    "lessons",
    DONE,
    responses=NOTHING,
    description="The job that made it stays.",
)
PROGRESS = about(
    "report_progress",
    "Say how far the learner is in a unit of a lesson",
    "lessons",
    inline_serializer("ProgressAnswer", {**SUCCESS, "progress": _Progress}),
    request=ProgressReport,
    examples=example(completedExercises=3, totalExercises=5),
    responses=NOTHING,
    description="Said twice is said once. With `updatedAt` the newest counts, so devices may report late; without it progress only grows.",
)
