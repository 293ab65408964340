"""HTTP for decks: the cards of a completed job as a file for Anki."""

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from jobs.api import access
from jobs.kinds.flashcards.kind import KIND
from profiles import decks
from profiles.api.files import attachment, deck_file
from profiles.api.schema_files import APKG, file_answers
from profiles.content import made_cards


class JobDeck(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="job_deck",
        tags=["watching"],
        summary="The cards of a completed flashcards job as an Anki deck",
        parameters=[
            OpenApiParameter(
                "token", str, description="From `eventsUrl`, for a link without headers."
            )
        ],
        responses={
            **file_answers("An attachment that Anki imports.", *APKG),
            404: OpenApiTypes.OBJECT,
        },
        description="The same cards as in the result, for Anki.",
    )
    def get(self, request: Request, job_id: str) -> HttpResponse:
        job = access.watchable_job(request, job_id)
        if job.kind != KIND.name or job.result is None:
            raise Http404
        title: str = job.input["subject"]
        content = decks.deck_of(title, made_cards(job.result), job.finished_at or job.created_at)
        return deck_file(request, content, attachment("apkg", title))
