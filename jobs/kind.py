"""The kinds of work that can be asked for, what each one needs, and the queue it waits in."""

from dataclasses import dataclass
from enum import StrEnum


class JobKind(StrEnum):
    FLASHCARDS = "flashcards"
    LESSON = "lesson"
    DOCUMENT = "document"
    PRONUNCIATION = "pronunciation"


class Capability(StrEnum):
    """What somebody must be able to do for a kind to be made: PROVIDER_<NAME> says who does it."""

    TEXT = "text"
    SPEECH = "speech"
    VISION = "vision"


class Queue(StrEnum):
    AI = "ai-jobs"
    AUDIO = "audio-jobs"


@dataclass(frozen=True, slots=True)
class KindSpec:
    """What is fixed about a kind. `title` and `estimated_time` are shown to people, `deadline_seconds` bounds one run.

    `is_bulk`: nobody sits and waits for it, so the other kinds of its queue go first.
    """

    title: str
    capability: Capability
    queue: Queue
    estimated_time: str
    deadline_seconds: int
    is_bulk: bool = False


KINDS: dict[JobKind, KindSpec] = {
    JobKind.FLASHCARDS: KindSpec(
        "Flashcard generation",
        Capability.TEXT,
        Queue.AI,
        estimated_time="10-30 seconds",
        deadline_seconds=600,
    ),
    JobKind.LESSON: KindSpec(
        "Lesson generation",
        Capability.TEXT,
        Queue.AI,
        estimated_time="30-90 seconds",
        deadline_seconds=900,
    ),
    JobKind.DOCUMENT: KindSpec(
        "Document reading",
        Capability.VISION,
        Queue.AI,
        estimated_time="5-60 seconds",
        deadline_seconds=1800,
        is_bulk=True,
    ),
    JobKind.PRONUNCIATION: KindSpec(
        "Pronunciation assessment",
        Capability.SPEECH,
        Queue.AUDIO,
        estimated_time="5-15 seconds",
        deadline_seconds=180,
    ),
}
