"""Use cases: what is written down for a learner. Every write that shows moves the versions, in its own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from profiles import cache, queries, versions
from profiles.content import ENTRY_COLUMNS, HEAD_COLUMNS, JobLesson
from profiles.ids import lesson_id
from profiles.models import Flashcard, Lesson, Profile, VocabularyEntry
from unilingo.common.digest import digest
from unilingo.common.timestamps import iso

ERASED_AT_ONCE = 500


def save_lessons(
    job_id: str, user_id: str, result: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Keep the lessons of a job, once however often it is called.

    For the transaction that completes the job, before its event is written (jobs/events.py says why). Returns the
    result, in which each lesson has the `id` and the `createdAt` that it is kept under.
    """
    drafts: list[JobLesson] = result["lessons"]
    lessons = [_lesson(job_id, user_id, place, draft, now) for place, draft in enumerate(drafts)]
    with transaction.atomic():
        kept = dict(Lesson.objects.filter(job_id=job_id).values_list("id", "created_at"))
        new = [lesson for lesson in lessons if lesson.id not in kept]
        Lesson.objects.bulk_create(new, ignore_conflicts=True)
        VocabularyEntry.objects.bulk_create(
            [e for le in new for e in _entries(le, drafts[le.position])], ignore_conflicts=True
        )
        versions.moved(user_id, now, manifest=True)
    return {
        **result,
        "lessons": [
            {"id": le.id, **draft, "createdAt": iso(kept.get(le.id, now))}
            for le, draft in zip(lessons, drafts, strict=True)
        ],
    }


def delete_lesson(user_id: str, lesson_id: str, now: datetime) -> None:
    """With its vocabulary and its progress. Raises NotHere."""
    with transaction.atomic():
        queries.owned(Lesson.objects.select_for_update().only("pk"), user_id, lesson_id).delete()
        versions.moved(user_id, now, manifest=True)


def change_profile(user_id: str, columns: Mapping[str, str], now: datetime) -> Profile:
    """Set languages (codes) and level."""
    with transaction.atomic():
        versions.moved(user_id, now, manifest=False)
        Profile.objects.filter(pk=user_id).update(**columns)
    return Profile.objects.get(pk=user_id)


def invalidate(user_id: str, *, profile: bool, manifest: bool) -> None:
    """Let the profile or the manifest of somebody be read anew. Nobody is made by it."""
    moved = {"profile_version": profile, "manifest_version": manifest}
    more = {name: F(name) + 1 for name, wanted in moved.items() if wanted}
    Profile.objects.filter(pk=user_id).update(**more)


def erase(user_id: str) -> dict[str, int]:
    """Delete everything that is kept of a learner here, in pieces. Returns how many of what."""
    erased = {"lessons": _delete(Lesson, user_id), "flashcards": _delete(Flashcard, user_id)}
    Profile.objects.filter(pk=user_id).delete()
    cache.forget(user_id)
    return erased


def _delete(model: type[Lesson] | type[Flashcard], user_id: str) -> int:
    """With what hangs on the rows; some at a time, so that nobody waits long for a lock."""
    deleted = 0
    while ids := list(
        model.objects.filter(user_id=user_id).values_list("pk", flat=True)[:ERASED_AT_ONCE]
    ):
        model.objects.filter(pk__in=ids).delete()
        deleted += len(ids)
    return deleted


def _lesson(job_id: str, user_id: str, place: int, draft: JobLesson, now: datetime) -> Lesson:
    return Lesson(
        id=lesson_id(job_id, place),
        user_id=user_id,
        job_id=job_id,
        position=place,
        **{column: draft[name] for name, column in HEAD_COLUMNS.items()},  # type: ignore[literal-required]
        conversation=draft["conversation"],
        conversation_reason=draft.get("conversationReason", ""),
        unused_terms=draft.get("unusedTerms", []),
        exercises=draft["exercises"],
        content_hash=digest(draft),
        created_at=now,
    )


def _entries(lesson: Lesson, draft: JobLesson) -> list[VocabularyEntry]:
    return [
        VocabularyEntry(
            lesson=lesson,
            position=place,
            **{column: entry[name] for name, column in ENTRY_COLUMNS.items()},  # type: ignore[literal-required]
        )
        for place, entry in enumerate(draft["vocabulary"])
    ]
