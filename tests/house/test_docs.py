"""The documents know everything that they are about."""

import re
from typing import Any

import pytest

from jobs import errors
from jobs.kind import Capability
from jobs.kinds import NAMES
from jobs.models import EventType, Status, WaitReason
from jobs.provider import providers
from profiles.errors import ProfileError
from tests.house.tree import ROOT, files, python_files, text_files
from tests.unilingo import test_boot
from unilingo.error_codes import STATUS

READS = re.compile(
    r"\b(?:env\.|addresses\.)?(text|secret_url|secrets_of|secret|flag|integer|number|dollars|listing|hosts|origins|choice|url|json_object|folder|provider|link)\(\s*\"([A-Z][A-Z0-9_]+)\""
)


def _doc(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


def _settings_read() -> dict[str, str]:
    """Name of each variable, and the function of unilingo/configuration/env.py that reads it."""
    texts = [path.read_text() for path in python_files("unilingo")]
    declared = {each.name: each.read for one in providers() for each in one.settings}
    chosen = {
        f"{word}_{one.name}": "choice" for one in Capability for word in ("PROVIDER", "FALLBACK")
    }
    return {name: how for text in texts for how, name in READS.findall(text)} | declared | chosen


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    documented = set(re.findall(r"`([A-Z][A-Z0-9_]{3,})`", _doc("settings"))) - {"NAME_FILE"}

    assert documented == set(_settings_read())


def test_every_secret_is_marked_as_one_that_may_come_from_a_file() -> None:
    marked = set(re.findall(r"`([A-Z_]+)` \*file\*", _doc("settings")))

    assert marked == {name for name, how in _settings_read().items() if how.startswith("secret")}


def test_every_setting_that_can_be_wrong_is_proved_to_stop_the_start() -> None:
    others = re.compile("BREAKER_.+|.+_PROXY")
    tried = {name.removesuffix("_FILE") for name in test_boot.BAD if not others.fullmatch(name)}

    assert set(_settings_read()) == tried | set(test_boot.FREE)


def test_every_error_code_is_documented_with_its_status() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (\d{3}) \|", _doc("errors"), re.MULTILINE)

    assert {(code, int(status)) for code, status in rows} == set(STATUS.items())


def test_every_error_of_jobs_and_profiles_has_a_status() -> None:
    tree: list[type[Any]] = [errors.JobError, ProfileError]
    for error in tree:
        tree += error.__subclasses__()
    codes = {error.code for error in tree if "code" in vars(error)}
    sources = "".join(path.read_text() for path in python_files("jobs"))
    written = set(re.findall(r"Failure\(\s*\"([A-Z_]+)\"", sources))

    assert codes | written <= set(STATUS)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("events", [*EventType.values, "connected", "heartbeat"]),
        ("job-lifecycle", Status.values),
        ("glossary", [*NAMES, *Status.values]),
    ],
)
def test_every_word_of_the_contract_is_explained(document: str, words: list[str]) -> None:
    assert [word for word in words if f"`{word}`" not in _doc(document)] == []


def test_every_line_that_is_looked_for_in_logs_is_written() -> None:
    table = _doc("migration").partition("looked for in logs")[2].partition("## ")[0]
    named = re.findall(r"(?<=[|,;] )`([a-z ]+)`", table)

    code = "".join(path.read_text() for path in python_files("unilingo", "jobs", "resilience"))
    assert len(named) > 5
    assert [words for words in named if f'"{words}"' not in code] == []


def test_every_reason_to_wait_is_explained() -> None:
    assert [word for word in WaitReason.values if f"`{word}`" not in _doc("job-lifecycle")] == []


def test_every_goal_of_make_that_a_document_names_is_one() -> None:
    goals = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = re.compile(r"^make ([a-z-]+)|`make ([a-z-]+)|(?:=\S+ )+make ([a-z-]+)", re.MULTILINE)
    said = {
        goal
        for path in text_files(".md")
        for goals_of_line in named.findall(path.read_text())
        for goal in goals_of_line
        if goal
    }

    assert len(said) > 10
    assert said - goals == set()


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{path.name}: {target}"
        for path in text_files(".md")
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text())
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_every_file_that_a_document_names_exists() -> None:
    named = re.compile(
        r"`((?:unilingo|jobs|profiles|resilience|tests|docs|templates)/[\w./-]+\.\w+)`"
    )
    absent = [
        f"{path.name}: {target}"
        for path in text_files(".md")
        for target in named.findall(path.read_text())
        if not (ROOT / target).exists()
    ]

    assert absent == []


def test_every_file_that_a_document_names_without_its_folder_exists() -> None:
    named = re.compile(r"`([\w-]+\.(?:py|lua|js|html|css))`")
    known = {path.name for path in files()}
    absent = [
        f"{path.name}: {target}"
        for path in text_files(".md")
        for target in named.findall(path.read_text())
        if target not in known
    ]

    assert absent == []
