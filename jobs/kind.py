"""What a kind of work is, and which kinds there are: all that the core of jobs knows of them (docs/adding-a-kind.md)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from jobs.handler import Handler
from jobs.prompt import Prompt
from resilience.usage import Units


class Capability(StrEnum):
    """What somebody must be able to do for a kind to be made: PROVIDER_<NAME> says who does it."""

    TEXT = "text"
    SPEECH = "speech"
    VISION = "vision"


class Queue(StrEnum):
    AI = "ai-jobs"
    AUDIO = "audio-jobs"


# Of (job id, user id, result, now); returns the result as it is to be stored, and is called in the transaction that
# completes the job. A job that is run again must keep nothing twice.
CompletionHook = Callable[[str, str, Mapping[str, Any], datetime], dict[str, Any]]
# Of (result, inputs, names): the result as it is for the same files, sent again under these names.
Renamed = Callable[[Mapping[str, Any], Mapping[str, Any], Sequence[str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """What the demo page needs to ask for a kind and to show it; `view` is a module of templates/static/unilingo/."""

    name: str
    path: str
    view: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What all paid calls of a job will take: as a rule, and at most when each call is made once. `calls`: how many of a model that may think."""

    usual: Units
    most: Units
    calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of work.

    `name` begins the ids of its jobs. `title` and `estimated_time` are for people; `titled_by` is the member of the
    input that a list shows a job by. `result` is the type of what the handler returns (a TypedDict), from which the
    OpenAPI document follows. `urls` names the module with its endpoints, mounted below /api/. `deadline_seconds`
    bounds one run.

    What is the same work follows from `version`, from the engine that has `capability`, and from the one that has
    `reads_files`, where files came with the request. `asks`: the types of what it asks a text engine for, each with
    what a language model is told.

    `renamed` is for a result that has the names of files in it.

    `expects` says from the inputs what its calls will take, for a price before.

    `is_bulk`: nobody sits and waits for it, so the other kinds of its queue go first. `has_result_member`: who waited
    for the answer finds the result under `result`, too. `page`: None for what the demo page does not show.
    """

    name: str
    title: str
    estimated_time: str
    capability: Capability
    queue: Queue
    deadline_seconds: int
    handler: Handler[Any, Any]
    result: Any
    urls: str
    titled_by: str = ""
    version: str = "1"
    asks: Mapping[type, Prompt] = field(default_factory=dict)
    reads_files: Capability | None = None
    on_completion: CompletionHook | None = None
    renamed: Renamed | None = None
    expects: Callable[[Mapping[str, Any]], Expected] | None = None
    is_bulk: bool = False
    has_result_member: bool = False
    page: Page | None = None


_registered: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """For AppConfig.ready: kinds of other apps are added like those of jobs/kinds/."""
    _registered[kind.name] = kind


def kinds() -> Mapping[str, Kind]:
    """All of them, by name."""
    return MappingProxyType(_registered)


def prompt_of(request: type) -> Prompt:
    """What a language model is told with requests of this type. Raises KeyError."""
    prompts = {each: told for kind in _registered.values() for each, told in kind.asks.items()}
    return prompts[request]


def kind_of(name: str) -> Kind:
    """Raises KeyError."""
    return _registered[name]
