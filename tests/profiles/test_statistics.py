"""What a learner is told of how it goes, in the days of the learner's own time zone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from profiles import reviews
from profiles.spacing import Rating
from profiles.statistics import statistics
from tests.people import signed_in
from tests.profiles import rows
from tests.profiles.rows import NOW, after

pytestmark = pytest.mark.django_db

UTC = ZoneInfo("UTC")
DAY = 86_400


def _rated(front: str, *days: int, rating: Rating = Rating.GOOD) -> None:
    card = rows.card("ann", front, now=after(-40 * DAY))
    for day in days:
        reviews.review("ann", card.id, rating, at=after(day * DAY), now=NOW)


def test_days_in_a_row_count_up_to_yesterday_while_today_has_none() -> None:
    _rated("artery", -5, -3, -2, -1)
    assert statistics("ann", NOW, UTC)["streakDays"] == 3
    _rated("vein", 0)
    found = statistics("ann", NOW, UTC)
    assert (found["streakDays"], found["reviewsToday"]) == (4, 1)
    assert statistics("ben", NOW, UTC)["streakDays"] == 0


def test_a_day_is_one_of_the_learners_time_zone() -> None:
    _rated("artery", 0)

    assert statistics("ann", after(13 * 3600), UTC)["reviewsToday"] == 0
    assert statistics("ann", after(11 * 3600), UTC)["reviewsToday"] == 1
    assert statistics("ann", after(11 * 3600), ZoneInfo("Asia/Tokyo"))["reviewsToday"] == 0


def test_what_is_due_is_told_for_seven_days_and_what_waits_counts_for_today() -> None:
    rows.card("ann", "new", now=after(-3 * DAY))
    _rated("artery", -1, 0, rating=Rating.EASY)

    found = statistics("ann", NOW, UTC)

    days = [(NOW.date() + timedelta(days=n)).isoformat() for n in range(7)]
    assert [day["date"] for day in found["forecast"]] == days
    assert found["forecast"][0]["due"] == 1
    assert [found["new"], found["learning"], found["known"], found["recalled"]] == [1, 0, 1, 1.0]


def test_a_time_zone_that_nobody_knows_is_refused() -> None:
    for name in ("Mars/Base", "../etc/passwd", "x" * 80):
        answer = signed_in("ann").get(f"/api/flashcards/statistics?timeZone={name}")
        assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["timeZone"])
