"""Lessons and cards as jobs make them, for tests of what is kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

from profiles import cards, services
from profiles.content import CardContent, JobLesson
from profiles.models import Flashcard, Lesson

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def lesson_content(topic: str = "The heart", keywords: tuple[str, ...] = ("artery", "vein")) -> Any:
    return JobLesson(
        title=f"Medizin - {topic}",
        subject="Medicine",
        topicName=topic,
        sourceFileName="heart.pdf",
        nativeLanguage="German",
        nativeLanguageCode="de",
        targetLanguage="English",
        targetLanguageCode="en",
        vocabulary=[
            {
                "keyword": keyword,
                "definition": f"what {keyword} means",
                "translation": f"{keyword} auf Deutsch",
                "exampleTarget": f"The {keyword} is here.",
                "exampleNative": f"Hier ist: {keyword}.",
            }
            for keyword in keywords
        ],
        conversation=[{"speaker": "Assistant", "message": "What is an artery?"}],
        exercises=[],
    )


def lesson(user_id: str = "owner", job_id: str = "lesson-job", *, now: datetime = NOW) -> Lesson:
    services.save_lessons(job_id, user_id, {"lessons": [lesson_content()]}, now)
    return Lesson.objects.get(job_id=job_id)


def card_content(front: str = "artery", topic: str = "The heart", **more: Any) -> CardContent:
    content = CardContent(
        front=front,
        back=f"what {front} means",
        topic=topic,
        difficulty="beginner",
        example=f"The {front} is here.",
        pronunciation="",
    )
    return content | more  # type: ignore[return-value]


def card(
    user_id: str = "owner", front: str = "artery", *, subject: str = "Medicine", now: datetime = NOW
) -> Flashcard:
    return cards.save(user_id, subject, [card_content(front)], now=now).cards[0]
