"""How a learner is getting on: what was reviewed today, for how many days in a row, and what comes due in the next days."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from profiles.models import CardState, Flashcard, Review
from profiles.spacing import Rating

FORECAST_DAYS = 7
LONGEST_STREAK = 366
RECALLED_DAYS = 30

Day = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Cards = Annotated[int, Field(description="cards")]


class Forecast(TypedDict):
    date: Day
    due: int


class Statistics(TypedDict):
    reviewsToday: int
    streakDays: Annotated[int, Field(description="up to today or, if none yet, yesterday")]
    forecast: list[Forecast]
    new: Cards
    learning: Cards
    known: Cards
    recalled: Annotated[
        float | None, Field(description="of 30 days' reviews, those not rated again")
    ]


def statistics(user_id: str, now: datetime, zone: ZoneInfo) -> Statistics:
    """Days are those of the learner's time zone. The forecast begins with today, which has what is due already."""
    today = now.astimezone(zone).date()
    reviews = Review.objects.filter(card__user_id=user_id)
    recent = reviews.filter(reviewed_at__gte=now - timedelta(days=LONGEST_STREAK))
    by_day = recent.annotate(day=TruncDate("reviewed_at", tzinfo=zone)).values("day")
    counts = {row["day"]: row["n"] for row in by_day.annotate(n=Count("id")).order_by()}
    cards = Flashcard.objects.filter(user_id=user_id)
    states = cards.aggregate(
        new=Count("id", filter=Q(review_count=0)),
        known=Count("id", filter=Q(state=CardState.REVIEW)),
        all=Count("id"),
    )
    return Statistics(
        reviewsToday=counts.get(today, 0),
        streakDays=_streak(set(counts), today),
        forecast=_forecast(user_id, now, today, zone),
        new=states["new"],
        learning=states["all"] - states["new"] - states["known"],
        known=states["known"],
        recalled=_recalled(user_id, now),
    )


def _streak(days: set[date], today: date) -> int:
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day in days:
        length, day = length + 1, day - timedelta(days=1)
    return length


def _forecast(user_id: str, now: datetime, today: date, zone: ZoneInfo) -> list[Forecast]:
    until = now + timedelta(days=FORECAST_DAYS)
    due = Flashcard.objects.filter(user_id=user_id, due_at__lt=until)
    by_day = due.annotate(day=TruncDate("due_at", tzinfo=zone)).values("day")
    counted: Counter[date] = Counter()
    for row in by_day.annotate(n=Count("id")).order_by():
        counted[max(row["day"], today)] += row["n"]
    days = [today + timedelta(days=number) for number in range(FORECAST_DAYS)]
    return [{"date": day.isoformat(), "due": counted[day]} for day in days]


def _recalled(user_id: str, now: datetime) -> float | None:
    recent = Review.objects.filter(
        card__user_id=user_id, reviewed_at__gte=now - timedelta(days=RECALLED_DAYS)
    ).aggregate(all=Count("id"), again=Count("id", filter=Q(rating=Rating.AGAIN)))
    return round(1 - recent["again"] / recent["all"], 3) if recent["all"] else None
