"""Reads. Every one takes the owner; what is somebody else's does not exist."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Min, Model, Prefetch, Q, QuerySet
from typing_extensions import TypedDict

from profiles.errors import NotHere
from profiles.models import Flashcard, Lesson, Progress, VocabularyEntry
from unilingo.common.pages import Cursor, in_chunks, older_than

T = TypeVar("T", bound=Model)
SHOWN_LESSONS = 20
SHOWN_PROGRESS = 50
SEARCHED_WORDS = 10
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


class Spelling:
    """How a learner's decks are spelled. Subjects and topics are the same without regard to case, in any script."""

    def __init__(self, user_id: str) -> None:
        rows = Flashcard.objects.filter(user_id=user_id).order_by()
        self._subjects = Names(rows.values_list("subject", flat=True).distinct())

    def subject(self, name: str) -> str:
        """As the learner's deck of that name is spelled; a new one as it is."""
        return self._subjects.like(name)[0]


class Names:
    """Names by what is left of them without regard to case."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._known: dict[str, list[str]] = {}
        for name in names:
            self._known.setdefault(name.casefold(), []).append(name)

    def like(self, name: str) -> list[str]:
        """Those that are known; a new one becomes known as it is."""
        return self._known.setdefault(name.casefold(), [name])


@dataclass(frozen=True, slots=True)
class CardsWanted:
    """Which cards, without regard to case; empty: whichever subject, whichever topic. `words`: what stands on them."""

    subject: str = ""
    topic: str = ""
    words: str = ""

    def q(self, user_id: str) -> Q:
        wanted = Q(user_id=user_id)
        rows = Flashcard.objects.filter(wanted).order_by()
        # Not `iexact`, which on SQLite knows the case of ASCII letters only.
        for column in ("subject", "topic"):
            name = getattr(self, column)
            if name:
                names = Names(rows.values_list(column, flat=True).distinct()).like(name)
                wanted &= Q(**{f"{column}__in": names})
        for word in self.words.split()[:SEARCHED_WORDS]:
            wanted &= _with_word(word)
        return wanted


def _with_word(word: str) -> Q:
    """It stands on the card, in small letters or large ones: SQLite tells those apart that are not ASCII."""
    found = Q()
    for spelling in {word, word.lower(), word.upper(), word.title()}:
        for column in ("front", "back", "example"):
            found |= Q(**{f"{column}__icontains": spelling})
    return found


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


class DeckCount(TypedDict):
    subject: str
    topic: str
    cards: int
    due: int


def decks_of(user_id: str, now: datetime) -> list[DeckCount]:
    """Each subject and topic, by name."""
    rows = Flashcard.objects.filter(user_id=user_id).values("subject", "topic")
    counted = rows.annotate(cards=Count("id"), due=Count("id", filter=Q(due_at__lte=now)))
    return [DeckCount(**row) for row in counted.order_by("subject", "topic")]


def foreign_cards(user_id: str, wanted: CardsWanted, limit: int) -> list[Flashcard]:
    """Those that came from Anki's notes of other types and were edited here, newest first."""
    rows = Flashcard.objects.filter(wanted.q(user_id), edited_at__isnull=False)
    return list(rows.exclude(note_type="").order_by("-created_at", "-id")[:limit])


def all_cards(user_id: str, wanted: CardsWanted) -> Iterator[Flashcard]:
    """Oldest first, as they were made."""
    return in_chunks(Flashcard.objects.filter(wanted.q(user_id)), "created_at", oldest_first=True)
