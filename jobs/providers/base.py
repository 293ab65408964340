"""What a provider can do for a handler, named by capability and not by vendor (text here, speech.py, vision.py).

A provider only translates: one call of ours becomes one call of a service (or of a local engine), and
its answer or fault becomes one of the types below or of the `AttemptFailed` tree in jobs/errors.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar

from jobs.errors import ProviderRefused, UnusableAnswer
from profiles.content import Difficulty as Difficulty
from resilience.usage import Units
from unilingo.common.languages import Language as Language

BackSource = Literal["translation", "definition", "text"]
CardKind = Literal["term", "cloze"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Card:
    """One flashcard. `example` is in the target language and contains `front`.

    `back_source` text: the back is what the study text says of the front. `quote`: where an engine knows it, the place
    of the text that the card is from, in the text's own words.
    """

    front: str
    back: str
    topic: str
    difficulty: Difficulty
    example: str
    pronunciation: str = ""
    back_source: BackSource = "translation"
    kind: CardKind = "term"
    quote: str = ""


CardsGrown = Callable[[Sequence[Card]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRequest:
    """What every request for learning material says."""

    subject: str
    native: Language
    target: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsRequest(TextRequest):
    """Make between `at_least` and `at_most` cards from `content`.

    `topic` None: find the topics in the text. `known_fronts`: terms that already have a card,
    `known_topics`: the topics they are in.
    """

    content: str
    topic: str | None
    at_least: int = 10
    at_most: int = 40
    known_fronts: tuple[str, ...] = ()
    known_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordsRequest(TextRequest):
    """Find between `at_least` and `at_most` terms of `content` that are worth learning, best first.

    `topic` None: of all that the text is about.
    """

    content: str
    topic: str | None
    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Keywords:
    """`subject`: what the subject is called in the native language, empty where that is not known."""

    subject: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicsRequest(TextRequest):
    """Sort `keywords`, which were found in `content`, into between `at_least` and `at_most` topics."""

    content: str
    keywords: tuple[str, ...]
    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Topic:
    """`name` is in the native language."""

    name: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyRequest(TextRequest):
    """Explain each of `keywords`, which were found in `content`; `sentences` are those that have them."""

    content: str
    sentences: tuple[str, ...]
    topic: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One keyword of a vocabulary. `definition` and `example_target` are in the target language.

    What is not known is empty: `translation` and `example_native` are when both languages are one.
    """

    keyword: str
    definition: str
    translation: str
    example_target: str
    example_native: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRequest(TextRequest):
    """Write a conversation that uses every one of `terms`. `faults`: what was wrong with the last one."""

    topic: str
    terms: tuple[str, ...]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What `speaker`, Assistant or User, says in a conversation."""

    speaker: str
    message: str


@dataclass(frozen=True, slots=True)
class Usage(Units):
    """What one call consumed, as the provider counts it.

    `is_estimated`: the provider did not say, or nothing that can be; then it is the most that is likely.
    `silence_seconds`: the longest wait for a piece of an answer that came in pieces.
    """

    raw: Mapping[str, Any] = field(default_factory=dict)
    is_estimated: bool = False
    silence_seconds: float | None = None


Degraded = Literal["breaker", "budget"]


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A provider's answer with what it cost and who gave it. `notes` are remarks for the learner.

    `degraded`: why the built-in engine gave it in a provider's place. `is_partial`: the engine's fault is that there is not more.
    """

    value: T
    provider: str
    model: str
    usage: Usage = Usage()
    request_id: str = ""
    notes: tuple[str, ...] = ()
    degraded: Degraded | None = None
    is_partial: bool = False


class RequestAdapted(ProviderRefused):
    """The server did not know a part of the request, which is left out from now on: to be asked again at once."""

    is_retryable = True


class RoomGiven(UnusableAnswer):
    """The model thought its answer away, and has room to think from now on: to be asked again at once."""


class Capable(Protocol):
    """Who has a capability. `version` names everything of ours that changes the answer (prompt, data, algorithm)."""

    @property
    def provider(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def version(self) -> str: ...


class TextModel(Capable, Protocol):
    """Makes learning material from text. Every call raises AttemptFailed.

    `part_characters` is how much text one call takes, longer content is split at paragraphs; `cards_at_once` is about
    how many cards it makes well.
    """

    @property
    def cards_at_once(self) -> int: ...

    @property
    def part_characters(self) -> int: ...

    def cards(self, request: CardsRequest, grown: CardsGrown | None = None) -> Answer[list[Card]]:
        """`grown` is told all cards so far as they come, by an engine that makes one after the other."""
        ...

    def keywords(self, request: KeywordsRequest) -> Answer[Keywords]: ...

    def topics(self, request: TopicsRequest) -> Answer[list[Topic]]: ...

    def vocabulary(self, request: VocabularyRequest) -> Answer[list[Entry]]: ...

    def conversation(self, request: ConversationRequest) -> Answer[list[Message]]: ...
