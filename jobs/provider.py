"""What a provider is, and which there are: all that the rest of the program knows of them (docs/adding-a-provider.md)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from jobs.kind import Capability
from jobs.providers.base import Language
from resilience.policies import ProviderPolicy

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable of the environment, and the setting of the same name. `schemes`: of an address. `options`: the words that it may have."""

    name: str
    read: Literal["text", "secret", "url", "integer", "number", "price", "words"] = "text"
    default: Any = ""
    schemes: tuple[str, ...] = ("https", "http")
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who has a capability. Every function is given the settings as an object with their names.

    `name`: to guard, breaker, ledger and metrics. `word`: what PROVIDER_<CAPABILITY> calls it. `make` makes the engine,
    once in a process. `version` names all that changes the answer to the same request, without loading the engine; it is
    given the versions of the prompts that come with it. `refuses` and `misses` say why a native and a target language cannot be served with this text, as far as it is known, and what the
    learner will miss. `limits` is what it may be asked for; without it the provider costs nothing and has no guard.
    `needs`: the settings that it cannot be called without, each with what stands for it; the first one says that it is
    to be used. `price`: the setting that gives the price of a model that is in no list. `model`: what the price list calls it.
    `thinks`: for how many tokens at most it thinks in each call, beside its answer.
    """

    name: str
    word: str
    capability: Capability
    make: Callable[[Any], Any]
    version: Callable[[Any, Sequence[str]], str]
    speaks: Callable[[Language], bool] = lambda language: True
    refuses: Callable[[Any, Language, Language, str], str] = (
        lambda settings, native, target, content: ""
    )
    misses: Callable[[Any, Language, Language], str] = lambda settings, native, target: ""
    limits: Callable[[Any], ProviderPolicy] | None = None
    settings: tuple[Setting, ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    price: str = ""
    model: Callable[[Any], str] = lambda settings: ""
    thinks: Callable[[Any], int] = lambda settings: 0

    def is_set_up(self, settings: Any) -> bool:
        return all(any(getattr(settings, name) for name in names) for names in self.needs)


_registered: dict[tuple[Capability, str], Provider] = {}


def register(provider: Provider) -> None:
    """Before the settings are read, which say who does what: from unilingo.settings, or from settings above it."""
    _registered[provider.capability, provider.word] = provider


def providers() -> list[Provider]:
    """All of them; of a capability the first one that is set up has it where nothing else is said."""
    return list(_registered.values())


def provider_of(capability: Capability, word: str) -> Provider:
    """Raises KeyError."""
    return _registered[capability, word]
