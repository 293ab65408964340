"""What the OpenAPI document says of profiles, lessons and progress."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse

from profiles.api import shapes
from profiles.api.serializers import Invalidation, LessonsQuery, ProfileChanges, ProgressReport
from unilingo.common.openapi import about, example, header
from unilingo.common.shapes import Done

NOTHING = {404: OpenApiTypes.OBJECT}

_ETAG = header("ETag", "Changes with every change of a lesson or a deck.", [200, 304])
_IF_NONE_MATCH = header("If-None-Match")

PROFILE = about(
    "profile",
    "The learner, the newest lessons and progress, and true totals",
    "profile",
    shapes.ProfileAnswer,
    responses=NOTHING,
    description="Made at a learner's first contact. Each learner sees their own only.",
)
PROFILE_CHANGES = about(
    "change_profile",
    "Set languages and level",
    "profile",
    shapes.ProfileAnswer,
    request=ProfileChanges,
    examples=example(nativeLanguage="Spanish", level="intermediate"),
    responses=NOTHING,
    description="Languages are names or codes (`Spanish`, `es`); only the members that are sent change.",
)
PROFILE_DELETION = about(
    "erase_profile",
    "Delete everything about the learner, and cancel what is running",
    "profile",
    shapes.Erased,
    responses=NOTHING,
    description="Cards, lessons, progress, jobs and their files. It cannot be taken back; `export_profile` first if they may be wanted.",
)
MANIFEST = about(
    "manifest",
    "Every lesson and deck of the learner by the hash of its content",
    "profile",
    shapes.ManifestAnswer,
    parameters=[_IF_NONE_MATCH, _ETAG],
    responses={304: OpenApiResponse(None, "Nothing has changed."), **NOTHING},
    description="For clients that keep lessons offline: what has another `version` than before is to be loaded again. 304 while nothing has changed.",
)
INVALIDATE = about(
    "invalidate_profile",
    "Let a profile or its manifest be read anew",
    "operating",
    shapes.Invalidated,
    request=Invalidation,
    examples=example(type="all"),
    description="Needed only after rows were changed by hand.",
)
LESSONS = about(
    "lessons",
    "The caller's lessons, newest first",
    "lessons",
    shapes.LessonPage,
    parameters=[LessonsQuery],
    description="A page of them, each by its title and address; `nextCursor` given as `cursor` brings the next one.",
)
LESSON = about(
    "lesson",
    "A lesson with all its parts and how far the learner is",
    "lessons",
    shapes.LessonAnswer,
    responses=NOTHING,
    description="Completed lesson jobs are kept as lessons by themselves.",
)
LESSON_DELETION = about(
    "delete_lesson",
    "Delete a lesson and its progress",
    "lessons",
    Done,
    responses=NOTHING,
    description="The job that made it stays.",
)
PROGRESS = about(
    "report_progress",
    "Say how far the learner is in a unit of a lesson",
    "lessons",
    shapes.ProgressAnswer,
    request=ProgressReport,
    examples=example(completedExercises=3, totalExercises=5),
    responses=NOTHING,
    description="Said twice is said once. With `updatedAt` the newest counts, so devices may report late; without it progress only grows.",
)
