"""Flashcards: cards from study text."""

from jobs.kind import Capability, Kind, Page, Queue
from jobs.kinds.document.named import renamed
from jobs.kinds.flashcards.expected import expected
from jobs.kinds.flashcards.handler import FlashcardsResult, make_flashcards
from jobs.kinds.study.sources import from_any_source
from jobs.prompt import load_prompt
from jobs.providers.base import CardsRequest

KIND = Kind(
    name="flashcards",
    title="Flashcard generation",
    estimated_time="10-30 seconds",
    capability=Capability.TEXT,
    queue=Queue.AI,
    deadline_seconds=1800,
    handler=from_any_source(make_flashcards),
    result=FlashcardsResult,
    urls="jobs.kinds.flashcards.api",
    expects=expected,
    titled_by="subject",
    asks={CardsRequest: load_prompt("jobs.kinds.flashcards", "flashcards-v2")},
    reads_files=Capability.VISION,
    renamed=renamed,
    page=Page("Flashcards", "/api/ai/generate-flashcards", "deck"),
)
