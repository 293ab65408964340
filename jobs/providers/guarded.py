"""A provider behind its guard: what a call may take, what it took, and what its failures mean, in the guard's words."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, replace
from typing import Generic, Protocol, TypeVar, runtime_checkable

from jobs.errors import (
    AttemptFailed,
    ContentRefused,
    NeverMade,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    ThoughtAway,
    UnusableAnswer,
    UnusableInput,
)
from jobs.providers.base import (
    Answer,
    Capable,
    Card,
    CardsGrown,
    CardsRequest,
    ConversationRequest,
    Degraded,
    Entry,
    Keywords,
    KeywordsRequest,
    Message,
    RequestAdapted,
    RoomGiven,
    TextModel,
    TextRequest,
    Topic,
    TopicsRequest,
    Usage,
    VocabularyRequest,
)
from jobs.providers.run import Run
from jobs.providers.speech import Assessment, Recording, SpeechAssessor
from jobs.providers.vision import Sighting, TextReader
from resilience.errors import BudgetExhausted, CallInterrupted, CallRefused
from resilience.guard import Guard
from resilience.retry import Failure, FailureKind
from resilience.runtime import runtime
from resilience.usage import Call, Consumed, Units

C = TypeVar("C", bound=Capable)
T = TypeVar("T")

UNPAID = "The money for the service that usually does this is spent; the built-in engine did it."
FELL_BACK = "The service that usually does this has a disturbance; the built-in engine did it."

_KINDS: dict[type[AttemptFailed], FailureKind] = {
    ProviderUnavailable: FailureKind.TRANSIENT,
    ProviderThrottled: FailureKind.THROTTLED,
    ProviderMisconfigured: FailureKind.FATAL,
    ThoughtAway: FailureKind.PERMANENT,
    UnusableAnswer: FailureKind.UNUSABLE,
    ProviderRefused: FailureKind.PERMANENT,
    ContentRefused: FailureKind.PERMANENT,
    UnusableInput: FailureKind.PERMANENT,
}


@runtime_checkable
class Readied(Protocol):
    def ready(self) -> AbstractContextManager[None]:
        """While it lasts, a call of this thread has nothing slow before it arrives: code is loaded, a connection open."""
        ...


class MeteredText(TextModel, Protocol):
    """A text model whose calls cost money. Both say the most that the call for a request can be charged."""

    def input_tokens(self, request: TextRequest) -> int: ...

    def answer_tokens(self, request: TextRequest) -> int: ...


@dataclass(frozen=True, slots=True)
class Fallback(Generic[C]):
    """Gives who answers instead, where a call ends for one of `reasons`."""

    engine: Callable[[], C]
    reasons: tuple[type[AttemptFailed | CallRefused], ...]


class Gate(Generic[C]):
    """The calls that one run makes of a provider: each passes the guard.

    What the provider cannot do at the moment `fallback` does, which may be the gate of another one; the answer says who
    made it.
    """

    def __init__(
        self, engine: C, guard: Guard, run: Run, fallback: Fallback[C] | None = None
    ) -> None:
        self._engine = engine
        self._guard = guard
        self._run = run
        self._fallback = fallback

    @property
    def provider(self) -> str:
        return self._engine.provider

    @property
    def model(self) -> str:
        return self._engine.model

    @property
    def version(self) -> str:
        return self._engine.version

    def call(self, units: Units, ask: Callable[[C], Answer[T]]) -> Answer[T]:
        """`units`: the most the call can take. Raises AttemptFailed, and CallRefused when the call was not made."""
        while True:
            try:
                return self._call(units, ask)
            except RequestAdapted:  # each time a part less
                continue

    def _call(self, units: Units, ask: Callable[[C], Answer[T]]) -> Answer[T]:
        ledger = runtime().ledger
        promised = self._run.promise(
            lambda: ledger.cost(self._guard.policy.name, self.model, units),
            lambda: ledger.spent_on(self._run.user_id, self._run.job_id),
        )
        call = Call(
            permit=self._run.begin_call(),
            user=self._run.user_id,
            kind=self._run.kind,
            model=self.model,
            units=units,
            is_retry=self._run.is_retry,
            waiter=self._run.job_id,
        )
        try:
            return self._guard.call(
                call,
                lambda: ask(self._engine),
                lambda answer: _consumed(answer.usage, answer.request_id),
                self._run.wait,
                self._engine.ready if isinstance(self._engine, Readied) else nullcontext,
            )
        except (AttemptFailed, CallRefused) as error:
            if _is_free(error):
                self._run.take_back(promised)
            if self._fallback is None or not isinstance(error, self._fallback.reasons):
                raise
            answer = self._fall_back(self._fallback, error, ask)
            self._guard.leave(call)
            return answer

    def _fall_back(
        self,
        fallback: Fallback[C],
        error: AttemptFailed | CallRefused,
        ask: Callable[[C], Answer[T]],
    ) -> Answer[T]:
        engine = fallback.engine()
        why: Degraded = "budget" if isinstance(error, BudgetExhausted) else "breaker"
        is_waited_for = why == "breaker" and not self._run.stood_in.is_set()
        try:
            answer = ask(engine)
        except CallInterrupted:
            raise
        except NeverMade as other:
            # Money that is spent is not waited for, nor a provider in whose place the rest was done.
            if is_waited_for:
                raise error from None
            self._run.stood_in.set()
            other.degraded = why
            raise other from None
        except (AttemptFailed, CallRefused) as other:
            # What the next one cannot do waits for the one that can, or for the first of them to be there again.
            raise _sooner(error, other) from None
        if isinstance(engine, Gate):
            return answer
        if answer.is_partial and is_waited_for:
            raise error
        self._run.stood_in.set()
        note = UNPAID if why == "budget" else FELL_BACK
        return replace(answer, notes=(note, *answer.notes), degraded=why)


def _is_free(error: AttemptFailed | CallRefused) -> bool:
    """Whether nothing is booked. Behind the refusal of a probe is the failure of its call."""
    failure = classify((isinstance(error, CallRefused) and error.__cause__) or error)
    return not (failure.consumed or failure.may_be_billed)


def _sooner(
    error: AttemptFailed | CallRefused, other: AttemptFailed | CallRefused
) -> AttemptFailed | CallRefused:
    both = [e for e in (error, other) if isinstance(e, CallRefused) and e.retry_after is not None]
    if len(both) < 2:
        return error
    return min(both, key=lambda refused: refused.retry_after or 0)


class GuardedText(Gate[TextModel]):
    def __init__(
        self,
        engine: MeteredText,
        guard: Guard,
        run: Run,
        fallback: Fallback[TextModel] | None = None,
    ) -> None:
        super().__init__(engine, guard, run, fallback)
        self._metered = engine

    @property
    def cards_at_once(self) -> int:
        return self._engine.cards_at_once

    @property
    def part_characters(self) -> int:
        return self._engine.part_characters

    def cards(self, request: CardsRequest, grown: CardsGrown | None = None) -> Answer[list[Card]]:
        return self._ask(request, lambda engine: engine.cards(request, grown))

    def keywords(self, request: KeywordsRequest) -> Answer[Keywords]:
        return self._ask(request, lambda engine: engine.keywords(request))

    def topics(self, request: TopicsRequest) -> Answer[list[Topic]]:
        return self._ask(request, lambda engine: engine.topics(request))

    def vocabulary(self, request: VocabularyRequest) -> Answer[list[Entry]]:
        return self._ask(request, lambda engine: engine.vocabulary(request))

    def conversation(self, request: ConversationRequest) -> Answer[list[Message]]:
        return self._ask(request, lambda engine: engine.conversation(request))

    def _ask(self, request: TextRequest, ask: Callable[[TextModel], Answer[T]]) -> Answer[T]:
        while True:
            try:
                return self.call(self._units(request), ask)
            except RoomGiven:  # once, and dearer
                continue

    def _units(self, request: TextRequest) -> Units:
        return Units(
            input_tokens=self._metered.input_tokens(request),
            output_tokens=self._metered.answer_tokens(request),
        )


class GuardedSpeech(Gate[SpeechAssessor]):
    def assess(self, recording: Recording) -> Answer[Assessment]:
        units = Units(audio_seconds=recording.seconds)
        return self.call(units, lambda engine: engine.assess(recording))


class GuardedReader(Gate[TextReader]):
    def read(self, image: bytes) -> Answer[Sighting]:
        return self.call(Units(images=1), lambda engine: engine.read(image))


def classify(error: BaseException) -> Failure:
    """What is no failure of a provider is our own going away."""
    kind = next((kind for cls, kind in _KINDS.items() if isinstance(error, cls)), None)
    if kind is None or not isinstance(error, AttemptFailed):
        return Failure(FailureKind.INTERRUPTED)
    return Failure(
        kind,
        retry_after_seconds=error.retry_after or 0,
        consumed=_consumed(error.usage) if isinstance(error.usage, Usage) else None,
        may_be_billed=error.may_be_billed,
        # Plain words of the provider (status, code, request id), never its sentences.
        reason="; ".join(getattr(error, "__notes__", [])),
    )


def _consumed(usage: Usage, request_id: str = "") -> Consumed:
    units = Units(**{each.name: getattr(usage, each.name) for each in fields(Units)})
    return Consumed(units, usage.raw, request_id, usage.is_estimated, usage.silence_seconds)
