"""A text model and a job context for handler tests: they answer what a test hands them."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from jobs.errors import AttemptFailed
from jobs.kinds.study.text import StudyInput
from jobs.providers.base import Answer, Card, CardsGrown, CardsRequest, Usage
from resilience.errors import CallRefused
from unilingo.common.threads import side_by_side

T = TypeVar("T")
ENGLISH = {"code": "en", "name": "English"}
SPANISH = {"code": "es", "name": "Spanish"}


def card(front: str, topic: str = "Heart", **fields: str) -> Card:
    given = {"back": f"back of {front}", "example": f"This is about {front} here.", **fields}
    return Card(front=front, topic=topic, difficulty="beginner", **given)


def cards(count: int, topic: str = "Heart", prefix: str = "term") -> list[Card]:
    return [card(f"{prefix} {number}", topic) for number in range(count)]


def flashcards_input(content: str = "Some text.", topic: str = "Heart") -> StudyInput:
    return StudyInput(
        content=content,
        subject="Medicine",
        topic=topic,
        nativeLanguage=SPANISH,
        targetLanguage=ENGLISH,
    )


@dataclass
class ScriptedModel:
    """Answers every call with the next of `script`: cards, or an error to raise."""

    script: Sequence[list[Card] | AttemptFailed | CallRefused]
    part_characters: int = 1000
    cards_at_once: int = 300
    provider: str = "scripted"
    model: str = "scripted-1"
    version: str = "1"
    requests: list[CardsRequest] = field(default_factory=list)

    def cards(self, request: CardsRequest, grown: CardsGrown | None = None) -> Answer[list[Card]]:
        answer = self.script[len(self.requests)]
        self.requests.append(request)
        if isinstance(answer, AttemptFailed | CallRefused):
            raise answer
        return Answer(answer, self.provider, self.model, usage=Usage(100, 20))


@dataclass
class Context:
    """A run that keeps its checkpoints as JSON text, as a database would."""

    text: Any
    reported: list[tuple[int, str]] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)
    is_last_attempt: bool = True
    told: list[dict[str, Any]] = field(default_factory=list)
    missed: list[AttemptFailed | CallRefused] = field(default_factory=list)

    def progress(self, percent: int, message: str) -> None:
        self.reported.append((percent, message))

    def partial(self, news: dict[str, Any]) -> None:
        self.told.append(json.loads(json.dumps(news)))

    def parallel(self, runs: Sequence[Callable[[], T]]) -> list[T]:
        return side_by_side(runs, 3)

    def is_tried_again(self, failure: AttemptFailed | CallRefused) -> bool:
        if isinstance(failure, CallRefused):
            return failure.retry_after is not None
        return failure.is_retryable and not self.is_last_attempt

    def left_out(self, failure: AttemptFailed | CallRefused) -> None:
        self.missed.append(failure)

    def step(self, name: str, inputs: object, run: Callable[[], T]) -> T:
        key = json.dumps([name, inputs], sort_keys=True)
        if key not in self.stored:
            self.stored[key] = json.dumps(run())
        answer: T = json.loads(self.stored[key])
        return answer
