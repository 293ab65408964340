"""HTTP for lessons."""

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view

from jobs.api.schema import work
from jobs.kinds.lesson.kind import KIND
from jobs.kinds.study.api import Generate
from jobs.kinds.study.request import UNKNOWN_SOURCE, StudyRequest
from jobs.kinds.study.schema import EXAMPLE, study
from unilingo.common.fields import FIELD_CHARACTERS, Text


class LessonRequest(StudyRequest):
    sourceFileName = Text(
        max_length=FIELD_CHARACTERS,
        default=UNKNOWN_SOURCE,
        help_text="Where the text is from, to be shown with the lesson.",
    )


@extend_schema_view(
    post=extend_schema(
        **work(
            KIND,
            "generate_lesson",
            "Make lessons from study text, one for each topic: vocabulary, conversation, exercises",
            study(LessonRequest),
            examples=EXAMPLE,
            description='Answered and followed as flashcards are; each lesson has vocabulary, a conversation where a model makes one, and exercises. `topic` "AI Selection" makes a lesson for each topic of the text.',
        )
    )
)
class GenerateLesson(Generate):
    kind = KIND.name
    asked = LessonRequest()


urlpatterns = [path("ai/generate-lesson", GenerateLesson.as_view())]
