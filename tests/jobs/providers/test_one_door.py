"""There is one way to a provider, and it leads through its guard: true of every adapter, those of tomorrow included."""

import inspect
import re
from collections.abc import Callable
from typing import Any
from unittest.mock import MagicMock

import pytest
from pytest_django import Settings

from jobs.providers import guarded, registry
from jobs.providers.guarded import Gate
from jobs.providers.run import Run
from resilience.errors import KillSwitchOn
from tests.house.tree import ROOT, python_files

RUN = Run("job-1:1", "ann", "flashcards", is_retry=False, wait=lambda seconds: False)
GATES: list[type[Gate[Any]]] = [
    cls for _, cls in inspect.getmembers(guarded, inspect.isclass) if cls in Gate.__subclasses__()
]
METHODS = [
    (gate, name)
    for gate in GATES
    for name, member in vars(gate).items()
    if inspect.isfunction(member) and not name.startswith("_")
]
VENDORS = re.compile(r"^\s*(?:import|from) (?:openai|azure|httpx2|httpx|requests)\b", re.MULTILINE)


class Doorkeeper:
    """A guard that notes who wants in, and lets them in or not."""

    def __init__(self, *, is_open: bool) -> None:
        self.is_open = is_open
        self.asked = 0

    def call(self, call: Any, make: Callable[[], Any], *others: Any) -> Any:
        self.asked += 1
        if not self.is_open:
            raise KillSwitchOn
        return make()


@pytest.mark.parametrize(("gate", "name"), METHODS)
def test_no_method_reaches_its_engine_while_the_door_is_shut(
    gate: type[Gate[Any]], name: str
) -> None:
    engine, shut = MagicMock(), Doorkeeper(is_open=False)
    method = getattr(gate(engine, shut, RUN), name)  # type: ignore[arg-type]  # plays the guard

    with pytest.raises(KillSwitchOn):
        method(MagicMock())
    assert shut.asked == 1
    assert not getattr(engine, name).called


@pytest.mark.parametrize(("gate", "name"), METHODS)
def test_an_open_door_lets_one_call_through(gate: type[Gate[Any]], name: str) -> None:
    engine, opened = MagicMock(), Doorkeeper(is_open=True)
    method = getattr(gate(engine, opened, RUN), name)  # type: ignore[arg-type]  # plays the guard
    method(MagicMock())

    assert opened.asked == getattr(engine, name).call_count == 1


def test_every_capability_has_a_door_with_something_behind_it() -> None:
    assert {gate.__name__ for gate in GATES} == {"GuardedText", "GuardedSpeech", "GuardedReader"}
    assert {gate for gate, _ in METHODS} == set(GATES)


@pytest.mark.django_db
def test_whatever_is_given_out_for_a_paid_provider_is_behind_its_guard(settings: Settings) -> None:
    settings.PROVIDER_TEXT, settings.PROVIDER_SPEECH, settings.PROVIDER_VISION = (
        *("openai", "azure"), "azure",
    )  # fmt: skip
    for name in vars(settings._wrapped):
        if name.startswith(("OPENAI_API_KEY", "AZURE_")) and getattr(settings, name) == "":
            setattr(settings, name, "https://none.invalid" if "ENDPOINT" in name else "key")
    givers = [
        giver
        for _, giver in inspect.getmembers(registry, inspect.isfunction)
        if giver.__module__ == registry.__name__
        and [p.annotation for p in inspect.signature(giver).parameters.values()] == [Run]
    ]
    registry.forget()
    try:
        given = [giver(RUN) for giver in givers]
    finally:
        registry.forget()

    assert given
    assert [type(engine).__name__ for engine in given if not isinstance(engine, Gate)] == []


def test_an_adapter_is_made_by_the_registry_only() -> None:
    providers = ROOT / "jobs/providers"
    adapters = {
        path.parent.name for path in providers.glob("*/*.py") if VENDORS.search(path.read_text())
    }
    imports = re.compile(rf"from jobs\.providers(?:\.| import )({'|'.join(adapters)})\b")
    users = {
        name
        for path in python_files("jobs", "unilingo", "resilience", "profiles")
        if imports.search(path.read_text())
        and not (name := path.relative_to(ROOT).as_posix()).startswith(
            tuple(f"jobs/providers/{adapter}/" for adapter in adapters)
        )
    }

    assert "openai" in adapters
    assert users == {"jobs/providers/compatible/provider.py"}  # which speaks OpenAI's protocol
