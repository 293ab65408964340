"""The clients of this repository: made of the document as it is, and what their READMEs show works as it stands there."""

import json
import sys
from pathlib import Path

import pytest

from clients import generate
from clients.tests import tools
from tests.stack import CONTENT, Stack

PYTHON = tools.CLIENTS / "python"


def test_the_types_are_those_of_the_document(tmp_path: Path) -> None:
    for file in (generate.TYPESCRIPT, generate.PYTHON):
        (tmp_path / file).parent.mkdir(parents=True)
    generate.generate(tmp_path)

    for file in (generate.TYPESCRIPT, generate.PYTHON):
        assert (tools.CLIENTS / file).read_text() == (tmp_path / file).read_text(), "make clients"


def test_the_typescript_client_can_be_built(tmp_path: Path) -> None:
    tools.npm("tsc", "-p", tools.CLIENTS / "typescript", "--outDir", tmp_path)

    assert {"index.js", "index.d.ts", "react.js"} <= {file.name for file in tmp_path.iterdir()}


def test_the_python_client_has_its_types_in_order() -> None:
    checked = ("mypy", "--strict", "--config-file=", "-p", "unilingo_client")

    assert "Success" in tools.run(*checked, MYPYPATH=str(PYTHON))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    (tmp_path / "notes.txt").write_text(CONTENT)
    return tmp_path


def _has_done_all(said: str) -> None:
    lines = said.splitlines()

    assert lines[0].startswith("connected ")
    assert "completed 100" in lines
    assert len([line for line in lines if ": " in line]) >= 10
    assert "1 page" in lines
    assert lines[-1] == "JOB_NOT_FOUND"


@pytest.mark.usefixtures("scripts")
def test_the_example_in_typescript_runs(stack: Stack, notes: Path) -> None:
    said = tools.run(
        "node", tools.BUILD / "js/readme.mjs", folder=notes, **tools.told(stack, "eve")
    )

    _has_done_all(said)
    assert "[ 'completed', 'completed' ]" in said


def test_the_example_in_python_runs(stack: Stack, notes: Path) -> None:
    program = tools.example("python", "python").replace("ADDRESS", stack.url)
    said = tools.run(sys.executable, "-c", program, folder=notes, PYTHONPATH=str(PYTHON))

    _has_done_all(said)


@pytest.mark.usefixtures("scripts")
def test_the_example_of_the_hook_shows_how_a_job_gets_on_and_then_its_cards(stack: Stack) -> None:
    said = tools.run("node", tools.BUILD / "js/render.mjs", **tools.told(stack, "joe"))

    shown = [line for line in said.splitlines() if line.startswith('"')]
    assert "%" in shown[0]
    assert shown[-1].count(",") > 10


@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize(
    ("last", "ended"),
    [
        ({"status": "completed"}, "completed a b d e"),
        ({"status": "failed", "error": "Too long."}, "failed a b d e Too long."),
    ],
)
def test_the_hook_puts_cards_where_the_event_says_and_tells_of_a_failure(
    last: dict[str, str], ended: str
) -> None:
    def event(kind: str, status: str = "active", **more: object) -> dict[str, object]:
        return {"type": kind, "id": "1", "data": {"jobId": "one", "status": status, **more}}

    def part(start: int, *fronts: str) -> dict[str, object]:
        return event("partial", **{"from": start, "flashcards": [{"front": f} for f in fronts]})

    known = {"flashcards": [{"front": "a"}]}
    events = [event("connected", partial=known), part(1, "b", "c"), part(2, "d"), part(3, "e")]
    said = tools.run(
        *("node", tools.BUILD / "js/partial.mjs"),
        UNILINGO_EVENTS=json.dumps([*events, event(last["status"], **last)]),
    )

    shown = [json.loads(line) for line in said.splitlines() if line.startswith('"')]
    assert shown[-4:] == ["active a b c", "active a b d", "active a b d e", ended]
