"""HTTP for the right to one's data."""

from collections.abc import Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from jobs import privacy
from profiles.api import export, representation, shapes
from profiles.api.views import own_profile
from profiles.models import Profile
from resilience import privacy as people
from unilingo.common.shapes import Success, Timestamp
from unilingo.common.timestamps import iso


class Export(Success):
    exportedAt: Timestamp
    user: shapes.ProfileUser
    lessons: list[shapes.Lesson]
    progress: list[shapes.Progress]
    flashcards: list[shapes.ExportedCard]
    jobs: list[privacy.ExportedJob]
    usage: list[people.PaidUsage]


class ProfileExport(APIView):
    @extend_schema(
        operation_id="export_profile",
        tags=["profile"],
        summary="Everything that is kept of the learner, streamed as JSON",
        responses={
            (200, "application/json"): OpenApiResponse(
                Export, "All of it, in one document that is written while it is read."
            ),
            404: OpenApiTypes.OBJECT,
        },
        description="Reviews of cards and the inputs of jobs included.",
    )
    def get(self, request: Request, user_id: str) -> StreamingHttpResponse:
        return download(own_profile(request, user_id))


def download(profile: Profile) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        document(profile),
        content_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="unilingo-export.json"',
            "Cache-Control": "private, no-store",
        },
    )


def document(profile: Profile) -> Iterator[bytes]:
    user = representation.user(profile, people.tokens_of(profile.user_id))
    head = {"success": True, "exportedAt": iso(timezone.now()), "user": user}
    return export.as_json(head, _sections(profile))


def _sections(profile: Profile) -> Iterator[export.Section]:
    yield from export.sections(profile)
    yield "jobs", privacy.jobs_of(profile.user_id)
    yield "usage", people.usage_of(profile.user_id)
