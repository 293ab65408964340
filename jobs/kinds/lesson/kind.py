"""Lessons: vocabulary, conversation and exercises for each topic of a study text."""

from jobs.kind import Capability, Kind, Page, Queue
from jobs.kinds.lesson.expected import expected
from jobs.kinds.lesson.handler import make_lessons
from jobs.kinds.lesson.result import LessonResult, renamed
from jobs.kinds.study.sources import from_any_source
from jobs.prompt import load_prompt
from jobs.providers.base import (
    ConversationRequest,
    KeywordsRequest,
    TopicsRequest,
    VocabularyRequest,
)
from profiles.services import save_lessons

KIND = Kind(
    name="lesson",
    title="Lesson generation",
    estimated_time="30-90 seconds",
    capability=Capability.TEXT,
    queue=Queue.AI,
    deadline_seconds=900,
    handler=from_any_source(make_lessons),
    result=LessonResult,
    urls="jobs.kinds.lesson.api",
    expects=expected,
    titled_by="subject",
    asks={
        KeywordsRequest: load_prompt("jobs.kinds.lesson", "lesson-keywords-v1"),
        TopicsRequest: load_prompt("jobs.kinds.lesson", "lesson-topics-v1"),
        VocabularyRequest: load_prompt("jobs.kinds.lesson", "lesson-vocabulary-v1"),
        ConversationRequest: load_prompt("jobs.kinds.lesson", "lesson-conversation-v1"),
    },
    reads_files=Capability.VISION,
    on_completion=save_lessons,
    renamed=renamed,
    page=Page("Lesson", "/api/ai/generate-lesson", "lesson"),
)
