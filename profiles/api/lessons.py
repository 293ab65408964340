"""HTTP for lessons and for how far a learner is in them."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from profiles import progress as reports
from profiles import queries, services
from profiles.api import representation, schema, shapes
from profiles.api.serializers import UNIT_CHARACTERS, LessonsQuery, ProgressReport
from unilingo.common import cursors
from unilingo.common.caller import user_id_of
from unilingo.common.fields import valid
from unilingo.common.shapes import Done


class Lessons(APIView):
    @extend_schema(**schema.LESSONS)
    def get(self, request: Request) -> Response:
        wanted = valid(LessonsQuery(data=request.query_params))
        found = queries.lessons_of(
            user_id_of(request),
            subject=wanted["subject"],
            after=cursors.parse("lessons", wanted["cursor"]),
            limit=wanted["limit"] + 1,
        )
        page, further = cursors.page_of("lessons", found, wanted["limit"])
        listed = [representation.lesson_summary(lesson) for lesson in page]
        return Response(shapes.LessonPage(success=True, lessons=listed, nextCursor=further))


class LessonView(APIView):
    @extend_schema(**schema.LESSON)
    def get(self, request: Request, lesson_id: str) -> Response:
        found = queries.lesson(user_id_of(request), lesson_id)
        return Response(shapes.LessonAnswer(success=True, lesson=representation.lesson(found)))

    @extend_schema(**schema.LESSON_DELETION)
    def delete(self, request: Request, lesson_id: str) -> Response:
        services.delete_lesson(user_id_of(request), lesson_id, timezone.now())
        return Response(Done(success=True, message="Lesson deleted"))


class ProgressView(APIView):
    @extend_schema(**schema.PROGRESS)
    def put(self, request: Request, lesson_id: str, unit_id: str) -> Response:
        if len(unit_id) > UNIT_CHARACTERS or not unit_id.isprintable():
            raise ValidationError({"unitId": [f"1 to {UNIT_CHARACTERS} printable characters."]})
        told = valid(ProgressReport(data=request.data))
        row = reports.report(
            user_id_of(request),
            lesson_id,
            unit_id,
            reports.Report(
                told["completedExercises"],
                told["totalExercises"],
                told.get("score"),
                told.get("updatedAt"),
            ),
            timezone.now(),
        )
        return Response(shapes.ProgressAnswer(success=True, progress=representation.progress(row)))
