"""The bodies that tell of profiles, lessons and kept cards: built in representation.py, described in the schema_*.py."""

from typing import Annotated, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from profiles.content import CardFields, LessonBody, LessonHead
from profiles.manifest import Manifest
from profiles.models import CardState, Level
from profiles.queries import DeckCount
from profiles.statistics import Statistics
from unilingo.common.shapes import Done, Success, Timestamp, one_of

Email = Annotated[str, WithJsonSchema({"type": "string", "format": "email"})]
CARD_STATES = ["new", *(state.name.lower() for state in CardState)]


class ProfileUser(TypedDict):
    """The names of the original's clients stand beside ours where they read them."""

    id: str
    email: Email | None
    nativeLanguage: str
    nativeLanguageCode: str
    targetLanguage: str
    targetLanguageCode: str
    level: Annotated[str, one_of(Level.values)]
    createdAt: Timestamp
    inputTokens: int
    outputTokens: int
    created_at: Timestamp
    native_language: str
    target_language: str
    input_tokens: int
    output_tokens: int


class LessonSummary(LessonHead):
    id: str
    jobId: str
    createdAt: Timestamp
    url: str


class ProfileLesson(LessonSummary):
    created_at: Timestamp


class Progress(TypedDict):
    lessonId: str
    unitId: str
    completedExercises: int
    totalExercises: int
    score: float | None
    completedAt: Timestamp | None
    updatedAt: Timestamp


class ProfileProgress(Progress):
    lesson_id: str
    unit_id: str
    completed_exercises: int
    total_exercises: int
    completed_at: Timestamp | None


class ProfileStats(TypedDict):
    totalLessons: int
    completedUnits: int
    tokensUsed: int
    flashcards: int
    dueCards: int


class ProfileContent(TypedDict):
    """What is remembered of it."""

    user: ProfileUser
    lessons: list[ProfileLesson]
    progress: list[ProfileProgress]
    manifestUrl: str
    stats: ProfileStats


class Remembered(TypedDict):
    fromCache: bool
    cachedAt: NotRequired[Annotated[Timestamp, Field(description="when fromCache")]]
    timestamp: Annotated[int, Field(description="epoch milliseconds")]


class Profile(ProfileContent, Remembered): ...


class ProfileAnswer(Success):
    profile: Profile
    timestamp: Timestamp


class ManifestAnswer(Success):
    manifest: Manifest


class Erased(Done):
    erased: Annotated[dict[str, int], Field(description="how many of what")]


class Invalidated(Done):
    timestamp: Timestamp


class LessonPage(Success):
    lessons: list[LessonSummary]
    nextCursor: str | None


class Lesson(LessonSummary, LessonBody):
    unusedTerms: Annotated[list[str], Field(description="not in the conversation")]
    progress: list[Progress]


class LessonAnswer(Success):
    lesson: Lesson


class ProgressAnswer(Success):
    progress: Progress


class KeptCard(CardFields):
    id: str
    subject: str
    tags: Annotated[list[str], Field(description="the learner's own in Anki")]
    jobId: str | None
    createdAt: Timestamp
    updatedAt: Timestamp
    dueAt: Annotated[Timestamp, Field(description="when it is to be reviewed next")]
    state: Annotated[str, one_of(CARD_STATES)]
    reviewCount: int
    reviewedAt: Timestamp | None


class KeptReview(TypedDict):
    rating: int
    reviewedAt: Timestamp
    dueAt: Timestamp


class ExportedCard(KeptCard):
    reviews: list[KeptReview]


class DueAfter(TypedDict):
    """When the card would be due next after each rating."""

    again: Timestamp
    hard: Timestamp
    good: Timestamp
    easy: Timestamp


class DueCard(KeptCard):
    dueAfter: DueAfter


class KeptCardAnswer(Success):
    flashcard: KeptCard


class ReviewedCardAnswer(Success):
    flashcard: DueCard


class CardsKept(Success):
    saved: int
    existing: int
    flashcards: list[KeptCard]


class KeptCardPage(Success):
    flashcards: list[KeptCard]
    nextCursor: str | None


class DueCardPage(Success):
    flashcards: list[DueCard]
    dueCards: Annotated[int, Field(description="how many there are")]
    nextDueAt: Annotated[Timestamp | None, Field(description="of those that are not due")]


class DeckList(Success):
    decks: list[DeckCount]


class StatisticsAnswer(Success):
    statistics: Statistics


class ImportSample(CardFields):
    subject: str


class ImportProblem(TypedDict):
    row: int
    problem: str


class Imported(Success):
    dryRun: Annotated[bool, Field(description="nothing was written")]
    saved: Annotated[int, Field(description="new cards")]
    existing: Annotated[int, Field(description="were here as they are")]
    updated: Annotated[
        int, Field(description="were edited in Anki or in the table since they went there")
    ]
    duplicates: Annotated[int, Field(description="rows that repeat another one of the file")]
    skipped: Annotated[int, Field(description="rows that are no cards; why, under problems")]
    problems: list[ImportProblem]
    flashcards: Annotated[list[ImportSample], Field(description="the first of the new cards")]
    warnings: list[str]
