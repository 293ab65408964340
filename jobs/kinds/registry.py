"""Which handler does which kind of job."""

from typing import Any

from jobs.handler import Handler
from jobs.kind import JobKind
from jobs.kinds.document.handler import read_document
from jobs.kinds.flashcards.handler import make_flashcards
from jobs.kinds.lesson.handler import make_lessons
from jobs.kinds.pronunciation.handler import assess_pronunciation
from jobs.kinds.study.sources import from_any_source

HANDLERS: dict[JobKind, Handler[Any, Any]] = {
    JobKind.FLASHCARDS: from_any_source(make_flashcards),
    JobKind.LESSON: from_any_source(make_lessons),
    JobKind.DOCUMENT: read_document,
    JobKind.PRONUNCIATION: assess_pronunciation,
}
