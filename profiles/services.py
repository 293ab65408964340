"""Use cases: what is written down for a learner. Every write that shows moves the versions, in its own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from profiles import versions
from profiles.content import LessonContent
from profiles.ids import lesson_id
from profiles.models import Lesson, VocabularyEntry
from profiles.moments import iso


def save_lessons(
    job_id: str, user_id: str, result: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Keep the lessons of a job, once however often it is called.

    For the transaction that completes the job, before its event is written (jobs/events.py says why). Returns the
    result, in which each lesson has the `id` and the `createdAt` that it is kept under.
    """
    drafts: list[LessonContent] = result["lessons"]
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


def _lesson(job_id: str, user_id: str, place: int, draft: LessonContent, now: datetime) -> Lesson:
    return Lesson(
        id=lesson_id(job_id, place),
        user_id=user_id,
        job_id=job_id,
        position=place,
        title=draft["title"],
        subject=draft["subject"],
        topic=draft["topicName"],
        source_file_name=draft["sourceFileName"],
        native_language=draft["nativeLanguage"],
        target_language=draft["targetLanguage"],
        conversation=draft["conversation"],
        conversation_reason=draft.get("conversationReason", ""),
        exercises=draft.get("exercises", []),
        created_at=now,
    )


def _entries(lesson: Lesson, draft: LessonContent) -> list[VocabularyEntry]:
    return [
        VocabularyEntry(
            lesson=lesson,
            position=place,
            keyword=entry["keyword"],
            definition=entry["definition"],
            translation=entry["translation"],
            example_target=entry["exampleTarget"],
            example_native=entry["exampleNative"],
        )
        for place, entry in enumerate(draft["vocabulary"])
    ]
