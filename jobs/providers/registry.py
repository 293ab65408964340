"""From settings to the engines that do the work: one of each in a process, made when first needed."""

import threading
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from jobs.errors import ProviderMisconfigured, ProviderThrottled, ProviderUnavailable
from jobs.kind import Capability
from jobs.provider import LOCAL, Provider, provider_of
from jobs.providers.base import TextModel
from jobs.providers.counted import Counted
from jobs.providers.guarded import (
    Fallback,
    Gate,
    GuardedReader,
    GuardedSpeech,
    GuardedText,
    classify,
)
from jobs.providers.run import Run
from jobs.providers.speech import SpeechAssessor
from jobs.providers.vision import TextReader
from resilience.errors import (
    AllowanceExhausted,
    BudgetExhausted,
    CircuitOpen,
    FleetBudgetExhausted,
    RateLimited,
)
from resilience.guard import Guard
from resilience.runtime import runtime

_GATES: dict[Capability, type[Gate[Any]]] = {
    Capability.TEXT: GuardedText,
    Capability.SPEECH: GuardedSpeech,
    Capability.VISION: GuardedReader,
}
# When the next of several providers is asked; the built-in engine, which makes other things, only where waiting is long,
# and not while an operator has stopped the work.
_TO_NEXT = (
    *(CircuitOpen, RateLimited, BudgetExhausted),
    *(ProviderUnavailable, ProviderThrottled, ProviderMisconfigured),
)
_TO_LOCAL = (CircuitOpen, FleetBudgetExhausted, AllowanceExhausted)


def chosen(capability: Capability) -> list[Provider]:
    """Who is asked, in this order."""
    words: list[str] = getattr(settings, f"PROVIDER_{capability.name}").split(",")
    if getattr(settings, f"FALLBACK_{capability.name}") == LOCAL and LOCAL not in words:
        words = [*words, LOCAL]
    return [provider_of(capability, word) for word in words]


def engine_version(capability: Capability, prompts: Sequence[str] = ()) -> str:
    """Names all that changes the answer to the same request, without loading the engine; `prompts` are versions."""
    return chosen(capability)[0].version(settings, prompts)


def text_model(run: Run) -> TextModel:
    """What makes the learning material of this run. A provider is given out behind its guard only."""
    return _given_out(chosen(Capability.TEXT), run)  # type: ignore[no-any-return]


def text_reader(run: Run) -> TextReader:
    """What reads the pictures of this run."""
    return _given_out(chosen(Capability.VISION), run)  # type: ignore[no-any-return]


def speech_assessor(run: Run) -> SpeechAssessor:
    """What judges the readings of this run."""
    return _given_out(chosen(Capability.SPEECH), run)  # type: ignore[no-any-return]


def _given_out(providers: Sequence[Provider], run: Run) -> Any:
    """The first one, and behind it the others."""
    first, *others = providers
    if not first.limits:
        return Counted(_engine(first), first.name)
    fallback = None
    if others:
        reasons = _TO_NEXT if others[0].limits else _TO_LOCAL
        fallback = Fallback(lambda: _given_out(others, run), reasons)
    return _GATES[first.capability](_engine(first), _guard(first.name), run, fallback)


def renew_places() -> None:
    """Keep the places of the calls that this process is making."""
    for guard in list(_guards.values()):
        guard.renew()


def heard() -> dict[str, tuple[float, float]]:
    """How silent each provider is towards this process: `listening.Heard`, but none of our classes, as processes of another
    version read it, too.
    """
    return {name: (*guard.listener.now(),) for name, guard in list(_guards.items())}


def forget() -> None:
    """Make everything anew from the settings: for tests."""
    _guards.clear()
    for key in [key for key in _engines if key[1] != LOCAL]:
        del _engines[key]


_guards: dict[str, Guard] = {}
_engines: dict[tuple[Capability, str], Any] = {}
_making = threading.RLock()


def _guard(provider: str) -> Guard:
    with _making:
        if provider not in _guards:
            _guards[provider] = runtime().guard(provider, classify)
        return _guards[provider]


def _engine(provider: Provider) -> Any:
    key = provider.capability, provider.word
    with _making:
        if key not in _engines:
            _engines[key] = provider.make(settings)
        return _engines[key]
