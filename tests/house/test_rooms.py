"""What has a room of its own is named nowhere else: kinds of job and providers, beside the contracts of .importlinter."""

import ast

from jobs import kinds, providers
from tests.distribution import LONG, TOGETHER
from tests.house.tree import ROOT, python_files

# Wiring, which mounts one address, names the request limits of the contract, and quiets an SDK's log.
WIRING = (
    "unilingo/logs.py",
    "unilingo/configuration/policies.py",
    "unilingo/settings.py",
    "unilingo/urls.py",
)
# The commands of the demo, and the folders of the kinds and providers themselves.
ROOMS = ("jobs/kinds/", "jobs/providers/", "jobs/management/")
# profiles keep lessons and flashcards, whoever makes them.
CORE = ("jobs", "unilingo", "resilience")


def _strings(text: str) -> set[str]:
    nodes = ast.walk(ast.parse(text))
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _naming(names: set[str]) -> dict[str, list[str]]:
    return {
        name: sorted(found)
        for path in python_files(*CORE)
        if not (name := path.relative_to(ROOT).as_posix()).startswith((*WIRING, *ROOMS))
        and (found := names & _strings(path.read_text()))
    }


def test_the_core_names_no_kind() -> None:
    assert _naming(set(kinds.NAMES)) == {}


def test_the_core_names_no_provider() -> None:
    vendors = {name for name in providers.NAMES if not name.startswith("local")}
    assert _naming({*vendors, "azure", "azure-speech", "azure-vision"}) == {}


def test_what_is_run_first_or_by_one_process_is_there() -> None:
    paths = [path.relative_to(ROOT).as_posix() for path in python_files("tests")]
    named = {*LONG, *(start for starts in TOGETHER.values() for start in starts)}

    assert {start for start in named if not any(path.startswith(start) for path in paths)} == set()
