"""HTTP for flashcards."""

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from jobs.api.schema import work
from jobs.kinds.flashcards.deck import JobDeck
from jobs.kinds.flashcards.kind import KIND
from jobs.kinds.study.api import Generate
from jobs.kinds.study.request import StudyRequest
from jobs.kinds.study.schema import EXAMPLE, study
from profiles.api.serializers import FRONT_CHARACTERS
from unilingo.common.fields import Text


class FlashcardsRequest(StudyRequest):
    atMost = serializers.IntegerField(
        min_value=10,
        max_value=300,
        default=40,
        help_text="How many cards at most; a text that holds fewer terms gives fewer.",
    )
    known = serializers.ListField(
        child=Text(max_length=FRONT_CHARACTERS),
        max_length=1_000,
        required=False,
        help_text="Fronts of cards that the learner has. No card is made of them again, in the singular or the plural; `warnings` says of how many.",
    )


@extend_schema_view(
    post=extend_schema(
        **work(
            KIND,
            "generate_flashcards",
            "Make flashcards from study text",
            study(FlashcardsRequest),
            examples=EXAMPLE,
            description="The 202 names the job; its cards are read at `job_status` or come in on `job_events`. `Prefer: wait=30` holds the answer until they are there. Study text is `content`, a file of the form, or `documentJobId`, a document that has been read. The same request within a day is answered with the same cards.",
        )
    )
)
class GenerateFlashcards(Generate):
    kind = KIND.name
    asked = FlashcardsRequest()


urlpatterns = [
    path("ai/generate-flashcards", GenerateFlashcards.as_view()),
    path("jobs/<str:job_id>/deck.apkg", JobDeck.as_view()),
]
