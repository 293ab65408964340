"""A lesson as a client reads it."""

from collections.abc import Iterable, Sequence
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from jobs.kinds.lesson.conversation import Conversation
from jobs.kinds.lesson.exercises import exercises
from jobs.kinds.study.text import StudyInput
from jobs.providers.base import Degraded, Entry
from profiles.content import JobLesson, LessonMessage, lesson_entry


class LessonInput(StudyInput):
    sourceFileName: str


class LessonResult(TypedDict):
    success: Literal[True]
    lessons: list[JobLesson]
    tokenUsage: int
    provider: str
    model: str
    degraded: NotRequired[Degraded]
    warnings: NotRequired[list[str]]


def lesson_of(
    inputs: LessonInput,
    entries: Sequence[Entry],
    conversation: Conversation,
    *,
    title: str,
    topic_name: str,
    steps: Iterable[Sequence[str]] = (),
) -> JobLesson:
    native, target = inputs["nativeLanguage"], inputs["targetLanguage"]
    lesson = JobLesson(
        title=title,
        subject=inputs["subject"],
        sourceFileName=inputs["sourceFileName"],
        nativeLanguage=native["name"],
        nativeLanguageCode=native["code"],
        targetLanguage=target["name"],
        targetLanguageCode=target["code"],
        topicName=topic_name,
        vocabulary=[lesson_entry(entry) for entry in entries],
        conversation=[
            LessonMessage(speaker=m.speaker, message=m.message) for m in conversation.messages
        ],
        exercises=exercises(entries, topic_name, steps),
    )
    if conversation.reason:
        lesson["conversationReason"] = conversation.reason
    if conversation.unused:
        lesson["unusedTerms"] = list(conversation.unused)
    return lesson
