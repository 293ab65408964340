"""The calls of one job to its text model: each a step that is paid for once, and all of them counted."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from threading import Lock
from typing import Any, NamedTuple, NotRequired, TypeVar

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from jobs.errors import AttemptFailed, NeverMade
from jobs.handler import JobContext
from jobs.providers.base import Answer, Degraded, TextRequest, Usage

T = TypeVar("T")
R = TypeVar("R", bound=TextRequest)

OTHER_ENGINE = "Some of this was made by {engine}."


class StoredAnswer(TypedDict):
    """An answer as a checkpoint keeps it."""

    value: Any
    tokens: int
    provider: str
    model: str
    notes: list[str]
    degraded: NotRequired[Degraded | None]
    is_partial: NotRequired[bool]


class Engine(NamedTuple):
    provider: str
    model: str


class ModelCalls:
    """Safe for threads."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._lock = Lock()
        self._answers: dict[str, StoredAnswer] = {}
        self._tokens_of_failures = 0
        self._degraded: Degraded | None = None

    def ask(
        self, step: str, call: Callable[[R], Answer[T]], request: R, shape: TypeAdapter[T]
    ) -> T:
        """What `call` answers to `request`, or has answered before; `shape` is the answer's type.

        Raises AttemptFailed. What was paid for a failure is counted all the same.
        """
        text = self._context.text
        engine = {"provider": text.provider, "model": text.model, "version": text.version}

        def run() -> StoredAnswer:
            answer = call(request)
            return StoredAnswer(
                value=shape.dump_python(answer.value, mode="json"),
                tokens=answer.usage.tokens,
                provider=answer.provider,
                model=answer.model,
                notes=list(answer.notes),
                degraded=answer.degraded,
                is_partial=answer.is_partial,
            )

        try:
            stored = self._context.step(step, {"engine": engine, "request": asdict(request)}, run)
        except AttemptFailed as failure:
            if isinstance(failure.usage, Usage):
                with self._lock:
                    self._tokens_of_failures += failure.usage.tokens
            if isinstance(failure, NeverMade):
                self._degraded = failure.degraded or self._degraded
            raise
        with self._lock:
            self._answers[step] = stored
        return shape.validate_python(stored["value"])

    @property
    def tokens(self) -> int:
        return self._tokens_of_failures + sum(a["tokens"] for a in self._answers.values())

    @property
    def engine(self) -> Engine:
        """Who gave the first answer."""
        first = next(iter(self._answers.values()))
        return Engine(first["provider"], first["model"])

    @property
    def degraded(self) -> Degraded | None:
        """Why the built-in engine stood in for a provider, if it did."""
        found = (answer.get("degraded") for answer in self._answers.values())
        return next(filter(None, found), self._degraded)

    @property
    def is_partial(self) -> bool:
        """Whether an answer would have been more if its engine had made it right."""
        return any(answer.get("is_partial") for answer in self._answers.values())

    def remarks(self) -> Iterable[str]:
        """For the learner, in the order of the steps' names, whichever of them ended first."""
        for _, answer in sorted(self._answers.items()):
            yield from answer["notes"]
        for provider in sorted({a["provider"] for a in self._answers.values()}):
            if provider != self.engine.provider:
                yield OTHER_ENGINE.format(engine=provider)
