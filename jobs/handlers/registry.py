"""Which handler does which kind of job."""

from typing import Any

from jobs.handlers.base import Handler
from jobs.handlers.document import read_document
from jobs.handlers.flashcards import make_flashcards
from jobs.handlers.lesson import make_lessons
from jobs.handlers.pronunciation import assess_pronunciation
from jobs.handlers.sources import from_any_source
from jobs.kinds import JobKind

HANDLERS: dict[JobKind, Handler[Any, Any]] = {
    JobKind.FLASHCARDS: from_any_source(make_flashcards),
    JobKind.LESSON: from_any_source(make_lessons),
    JobKind.DOCUMENT: read_document,
    JobKind.PRONUNCIATION: assess_pronunciation,
}
