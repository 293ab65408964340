"""Reads. Every one takes the owner; what is somebody else's does not exist."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, Min, Model, Prefetch, Q, QuerySet

from profiles.errors import NotHere
from profiles.models import Flashcard, Lesson, Progress, VocabularyEntry
from unilingo.common.pages import Cursor, older_than

T = TypeVar("T", bound=Model)
SHOWN_LESSONS = 20
SHOWN_PROGRESS = 50
CHUNK = 500
LESSON_PARTS = (Prefetch("vocabulary", VocabularyEntry.objects.order_by("position")), "progress")


def owned(rows: "QuerySet[T]", user_id: str, row_id: str) -> T:
    """The row of that id, if it is this learner's. Raises NotHere."""
    found = None
    if "\x00" not in row_id:  # PostgreSQL would refuse the question
        found = rows.filter(user_id=user_id, pk=row_id).first()
    if found is None:
        raise NotHere
    return found


@dataclass(frozen=True, slots=True)
class Totals:
    lessons: int
    completed_units: int
    flashcards: int
    due_cards: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the profile shows: the newest lessons and progress, and true totals."""

    lessons: list[Lesson]
    progress: list[Progress]
    totals: Totals


def overview(user_id: str, now: datetime) -> Overview:
    progress = Progress.objects.filter(user_id=user_id)
    cards = Flashcard.objects.filter(user_id=user_id)
    return Overview(
        lessons=lessons_of(user_id, limit=SHOWN_LESSONS),
        progress=list(progress.order_by("-updated_at", "-id")[:SHOWN_PROGRESS]),
        totals=Totals(
            lessons=Lesson.objects.filter(user_id=user_id).count(),
            completed_units=progress.filter(completed_at__isnull=False).count(),
            flashcards=cards.count(),
            due_cards=cards.filter(due_at__lte=now).count(),
        ),
    )


def lessons_of(
    user_id: str, *, subject: str = "", after: Cursor | None = None, limit: int
) -> list[Lesson]:
    """Newest first, without their parts."""
    wanted = Q(user_id=user_id) & older_than(after, "created_at")
    if subject:
        wanted &= Q(subject=subject)
    rows = Lesson.objects.filter(wanted).defer("conversation", "exercises")
    return list(rows.order_by("-created_at", "-id")[:limit])


def lesson(user_id: str, lesson_id: str) -> Lesson:
    """With vocabulary and progress. Raises NotHere."""
    return owned(Lesson.objects.prefetch_related(*LESSON_PARTS), user_id, lesson_id)


@dataclass(frozen=True, slots=True)
class CardsWanted:
    """Which cards; empty: whichever subject, whichever topic."""

    subject: str = ""
    topic: str = ""

    def q(self, user_id: str) -> Q:
        wanted = Q(user_id=user_id)
        if self.subject:
            wanted &= Q(subject=self.subject)
        if self.topic:
            wanted &= Q(topic=self.topic)
        return wanted


def cards_of(
    user_id: str, wanted: CardsWanted, *, after: Cursor | None = None, limit: int
) -> list[Flashcard]:
    """Newest first."""
    rows = Flashcard.objects.filter(wanted.q(user_id) & older_than(after, "created_at"))
    return list(rows.order_by("-created_at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class Due:
    """The cards that are due, longest due first; how many there are; and when the next one will be."""

    cards: list[Flashcard]
    total: int
    next_at: datetime | None


def due_cards(user_id: str, wanted: CardsWanted, now: datetime, limit: int) -> Due:
    rows = Flashcard.objects.filter(wanted.q(user_id))
    due = rows.filter(due_at__lte=now)
    later = rows.filter(due_at__gt=now).aggregate(at=Min("due_at"))["at"]
    return Due(list(due.order_by("due_at", "id")[:limit]), due.count(), later)


def decks_of(user_id: str, now: datetime) -> list[dict[str, Any]]:
    """Each subject and topic with `cards` and `due`, by name."""
    rows = Flashcard.objects.filter(user_id=user_id).values("subject", "topic")
    counted = rows.annotate(cards=Count("id"), due=Count("id", filter=Q(due_at__lte=now)))
    return [dict(row) for row in counted.order_by("subject", "topic")]


def all_cards(user_id: str, wanted: CardsWanted) -> Iterator[Flashcard]:
    """Newest first."""
    return in_chunks(Flashcard.objects.filter(wanted.q(user_id)), "created_at")


def in_chunks(rows: QuerySet[T], moment: str) -> Iterator[T]:
    """Every row, newest first by the column `moment`, a bounded number at a time.

    Each chunk is a question of its own, so a stream that goes on later, on another thread, holds no cursor of the
    database.
    """
    after: Cursor | None = None
    while True:
        further = rows.filter(older_than(after, moment)).order_by(f"-{moment}", "-id")
        chunk = list(further[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after = Cursor(getattr(chunk[-1], moment), chunk[-1].pk)
