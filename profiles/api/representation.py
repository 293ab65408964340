"""How a learner's things look to a client. The old client's names stand beside ours where it reads them."""

from datetime import datetime
from typing import cast
from urllib.parse import quote

from profiles.api import shapes
from profiles.content import (
    CARD_FIELDS,
    HEAD_COLUMNS,
    CardFields,
    LessonBody,
    LessonHead,
    lesson_entry,
)
from profiles.importing import Outcome
from profiles.models import CardState, Flashcard, Lesson, Profile, Progress
from profiles.queries import Overview
from unilingo.common import languages
from unilingo.common.timestamps import iso


def user(profile: Profile, tokens: tuple[int, int]) -> shapes.ProfileUser:
    native, target = _name(profile.native_language), _name(profile.target_language)
    put_in, given = tokens
    return {
        "id": profile.user_id,
        "email": profile.email or None,
        "nativeLanguage": native,
        "nativeLanguageCode": profile.native_language,
        "targetLanguage": target,
        "targetLanguageCode": profile.target_language,
        "level": profile.level,
        "createdAt": iso(profile.created_at),
        "inputTokens": put_in,
        "outputTokens": given,
        "created_at": iso(profile.created_at),
        "native_language": native,
        "target_language": target,
        "input_tokens": put_in,
        "output_tokens": given,
    }


def profile(profile: Profile, found: Overview, tokens: tuple[int, int]) -> shapes.ProfileContent:
    """What is remembered of it; the view adds whether it was."""
    totals = found.totals
    return {
        "user": user(profile, tokens),
        "lessons": [
            {**lesson_summary(lesson), "created_at": iso(lesson.created_at)}
            for lesson in found.lessons
        ],
        "progress": [_listed_progress(row) for row in found.progress],
        "manifestUrl": f"/api/profile/{quote(profile.user_id, safe='')}/manifest",
        "stats": {
            "totalLessons": totals.lessons,
            "completedUnits": totals.completed_units,
            "tokensUsed": sum(tokens),
            "flashcards": totals.flashcards,
            "dueCards": totals.due_cards,
        },
    }


def lesson_summary(lesson: Lesson) -> shapes.LessonSummary:
    return {
        "id": lesson.id,
        **cast(LessonHead, {n: getattr(lesson, column) for n, column in HEAD_COLUMNS.items()}),
        "jobId": lesson.job_id,
        "createdAt": iso(lesson.created_at),
        "url": f"/api/lessons/{lesson.id}",
    }


def lesson(lesson: Lesson) -> shapes.Lesson:
    """With all its parts, under the names that the job's result has for them."""
    body: LessonBody = {
        "vocabulary": [lesson_entry(entry) for entry in lesson.vocabulary.all()],
        "conversation": lesson.conversation,
        "exercises": lesson.exercises,
    }
    if lesson.conversation_reason:
        body["conversationReason"] = lesson.conversation_reason
    return {
        **lesson_summary(lesson),
        **body,
        "unusedTerms": lesson.unused_terms,
        "progress": [progress(row) for row in lesson.progress.all()],
    }


def progress(row: Progress) -> shapes.Progress:
    return {
        "lessonId": row.lesson_id,
        "unitId": row.unit_id,
        "completedExercises": row.completed_exercises,
        "totalExercises": row.total_exercises,
        "score": row.score,
        "completedAt": _or_none(row.completed_at),
        "updatedAt": iso(row.updated_at),
    }


def card(card: Flashcard) -> shapes.KeptCard:
    return {
        "id": card.id,
        "subject": card.subject,
        **_fields(card),
        "tags": card.tags.split(),
        "jobId": card.job_id or None,
        "createdAt": iso(card.created_at),
        "updatedAt": iso(card.updated_at),
        "dueAt": iso(card.due_at),
        "state": CardState(card.state).name.lower() if card.review_count else "new",
        "reviewCount": card.review_count,
        "reviewedAt": _or_none(card.reviewed_at),
    }


def imported(found: Outcome, problems: int, cards: int, *, dry_run: bool) -> shapes.Imported:
    """What became of a file's rows, with the first problems and the first new cards."""
    left_out = {
        "Pictures and sounds left out": found.media,
        "Fields left out that a card has no place for": found.without_place,
    }
    return {
        "success": True,
        "dryRun": dry_run,
        "saved": len(found.new),
        "existing": found.same,
        "updated": len(found.changed),
        "duplicates": found.repeated,
        "skipped": len(found.problems),
        "problems": [{"row": row, "problem": text} for row, text in found.problems[:problems]],
        "flashcards": [{"subject": card.subject, **_fields(card)} for card in found.new[:cards]],
        "warnings": [f"{what}: {count}." for what, count in left_out.items() if count],
    }


def _fields(card: Flashcard) -> CardFields:
    return cast(CardFields, {name: getattr(card, name) for name in CARD_FIELDS})


def _listed_progress(row: Progress) -> shapes.ProfileProgress:
    return {
        **progress(row),
        "lesson_id": row.lesson_id,
        "unit_id": row.unit_id,
        "completed_exercises": row.completed_exercises,
        "total_exercises": row.total_exercises,
        "completed_at": _or_none(row.completed_at),
    }


def _name(code: str) -> str:
    language = languages.parse(code)
    return language.name if language else code


def _or_none(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
