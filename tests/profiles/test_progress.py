"""Progress is the same whatever order the reports of several devices come in."""

from itertools import permutations

import pytest

from profiles import progress
from profiles.errors import NotHere
from profiles.models import Progress
from profiles.progress import Report
from tests.profiles import rows
from tests.profiles.rows import NOW, after

pytestmark = pytest.mark.django_db


def _seen(row: Progress) -> tuple[int, int, float | None]:
    return row.completed_exercises, row.total_exercises, row.score


def test_the_newest_report_stands_in_whatever_order_reports_come() -> None:
    reports = [
        Report(1, 5, 10.0, after(10)),
        Report(4, 5, 60.0, after(20)),
        Report(3, 5, 70.0, after(20)),
        Report(2, 5, None, after(5)),
    ]
    for number, order in enumerate(permutations(reports)):
        lesson = rows.lesson("ann", f"job {number}")
        for told in order:
            progress.report("ann", lesson.id, "unit", told, after(100))
        assert _seen(Progress.objects.get(lesson=lesson)) == (4, 5, 70.0)


def test_a_report_sent_twice_changes_nothing() -> None:
    lesson = rows.lesson("ann")
    told = Report(5, 5, 90.0, after(10))

    first = progress.report("ann", lesson.id, "unit", told, after(10))
    again = progress.report("ann", lesson.id, "unit", told, after(50))

    assert _seen(again) == _seen(first)
    assert (again.updated_at, again.completed_at) == (after(10), after(10))


def test_reports_without_a_time_only_let_progress_grow() -> None:
    lesson = rows.lesson("ann")

    progress.report("ann", lesson.id, "unit", Report(3, 5, None, None), after(1))
    row = progress.report("ann", lesson.id, "unit", Report(1, 5, 40.0, None), after(2))

    assert _seen(row) == (3, 5, 40.0)


def test_a_newer_report_may_take_progress_back() -> None:
    lesson = rows.lesson("ann")

    progress.report("ann", lesson.id, "unit", Report(5, 5, 80.0, after(1)), after(1))
    row = progress.report("ann", lesson.id, "unit", Report(0, 5, None, after(2)), after(2))

    assert _seen(row) == (0, 5, None)
    assert row.completed_at is None


def test_a_clock_that_is_ahead_does_not_silence_the_others() -> None:
    lesson = rows.lesson("ann")

    progress.report("ann", lesson.id, "unit", Report(1, 5, None, after(10**8)), NOW)
    row = progress.report("ann", lesson.id, "unit", Report(2, 5, None, after(1)), after(1))

    assert _seen(row) == (2, 5, None)


def test_a_unit_of_nothing_is_not_completed() -> None:
    lesson = rows.lesson("ann")

    row = progress.report("ann", lesson.id, "unit", Report(0, 0, None, None), NOW)

    assert row.completed_at is None


def test_the_lesson_of_another_takes_no_progress() -> None:
    lesson = rows.lesson("ben")

    with pytest.raises(NotHere):
        progress.report("ann", lesson.id, "unit", Report(1, 5, None, None), NOW)

    assert not Progress.objects.exists()
