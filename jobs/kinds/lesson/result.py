"""A lesson as a client reads it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from jobs.kinds.document import named
from jobs.kinds.lesson.conversation import Conversation
from jobs.kinds.lesson.exercises import exercises
from jobs.kinds.study.text import StudyInput
from jobs.providers.base import Degraded, Entry
from jobs.uploads import FileInput
from profiles.content import JobLesson, LessonMessage, lesson_entry


class LessonInput(StudyInput):
    """Without `sourceFileName` it is the first file's."""

    sourceFileName: NotRequired[str]
    files: NotRequired[list[FileInput]]


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
        sourceFileName=inputs.get("sourceFileName") or inputs["files"][0]["name"],
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


def renamed(
    result: Mapping[str, Any], inputs: Mapping[str, Any], names: Sequence[str]
) -> dict[str, Any]:
    """The lessons of the same files under other names."""
    found = named.renamed(result, inputs, names)
    if "sourceFileName" not in inputs:
        found["lessons"] = [{**one, "sourceFileName": names[0]} for one in found["lessons"]]
    return found
