"""HTTP for flashcards."""

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from jobs.api.schema import work
from jobs.kinds.flashcards.kind import KIND
from jobs.kinds.study.api import Generate
from jobs.kinds.study.request import StudyRequest
from jobs.kinds.study.schema import study


class FlashcardsRequest(StudyRequest):
    atMost = serializers.IntegerField(
        min_value=10,
        max_value=300,
        default=40,
        help_text="How many cards at most; a text that holds fewer terms gives fewer.",
    )


@extend_schema_view(
    post=extend_schema(
        **work(
            KIND,
            "generate_flashcards",
            "Make flashcards from study text",
            study(FlashcardsRequest),
        )
    )
)
class GenerateFlashcards(Generate):
    kind = KIND.name
    asked = FlashcardsRequest()
