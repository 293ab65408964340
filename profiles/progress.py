"""Use case of progress: a unit of a lesson as one device saw it, joined with what others have told."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from profiles import queries, versions
from profiles.models import Lesson, Progress


@dataclass(frozen=True, slots=True)
class Report:
    """`at`: when it was so, on the device; None if the device does not say, and then progress only grows."""

    completed_exercises: int
    total_exercises: int
    score: float | None
    at: datetime | None


def report(user_id: str, lesson_id: str, unit_id: str, told: Report, now: datetime) -> Progress:
    """The newest report stands, in whatever order reports come. Reports of one moment, and those that name none, are
    joined with what is known, each number at its highest. A clock that is ahead counts as now. Raises NotHere.
    """
    at = min(told.at, now) if told.at else now
    with transaction.atomic():
        # Reports of a lesson come one after the other, and the lesson is not deleted under them.
        queries.owned(Lesson.objects.select_for_update().only("pk"), user_id, lesson_id)
        unit = {"user_id": user_id, "lesson_id": lesson_id, "unit_id": unit_id}
        row = Progress.objects.filter(**unit).first()
        if row is None or (told.at and at > row.updated_at):
            row = row or Progress(**unit)
            row.completed_exercises, row.total_exercises = (
                told.completed_exercises,
                told.total_exercises,
            )
            row.score = told.score
        elif told.at is None or at == row.updated_at:
            _join(row, told)
        else:
            return row
        row.updated_at = max(row.updated_at or at, at)
        is_done = 0 < row.total_exercises == row.completed_exercises
        row.completed_at = (row.completed_at or at) if is_done else None
        row.save()
        versions.moved(user_id, now, manifest=False)
    return row


def _join(row: Progress, told: Report) -> None:
    row.completed_exercises = max(row.completed_exercises, told.completed_exercises)
    row.total_exercises = max(row.total_exercises, told.total_exercises)
    scores = [score for score in (row.score, told.score) if score is not None]
    row.score = max(scores, default=None)
