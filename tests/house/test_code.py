"""What the house asks of every file."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, python_files, text_files

LINES = 400
FUNCTION_LINES = 60
GENERATED = "clients/python/unilingo_client/shapes.py"
BROAD = (
    "jobs/runner.py",
    "jobs/uploads.py",
    "jobs/kinds/document/sandboxed/program.py",
)
MADE_UP_NAMES = ("utils.py", "helpers.py", "misc.py", "constants.py", "types.py")
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55]")
TEXT = (".py", ".md", ".html", ".css", ".js", ".toml", ".txt", ".sh", ".lua")
BOASTS = re.compile(
    r"\b(robust(?!=True)|comprehensive|seamless(ly)?|production-ready|blazing|cutting-edge|world-class|best-in-class)\b",
    re.IGNORECASE,
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_longer_than_it_can_be_read() -> None:
    long = {
        _name(path): lines
        for path in text_files(".py", ".js", ".css", ".html", ".lua", ".md")
        if (lines := len(path.read_text().splitlines())) > LINES and _name(path) != GENERATED
    }

    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{_name(path)}:{node.lineno} {node.name}"
        for path in python_files(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    ]

    assert long == []


def test_every_module_says_in_its_first_line_what_it_is_about() -> None:
    silent = [
        _name(path)
        for path in python_files(*PACKAGES)
        if path.read_text().strip()
        and path.name not in ("__init__.py", "apps.py", "urls.py")
        and not (ast.get_docstring(ast.parse(path.read_text())) or "").strip()
    ]

    assert silent == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = [_name(path) for path in python_files(*PACKAGES) if path.name in MADE_UP_NAMES]

    assert drawers == []


def test_everything_is_caught_at_the_borders_only() -> None:
    broad = {
        _name(path)
        for path in python_files(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node)
    }

    assert broad == set(BROAD)


def _catches_everything(node: ast.ExceptHandler) -> bool:
    """`except Exception` and wider; cleaning up and raising on is no catching."""
    names = {"Exception", "BaseException", None}
    caught = node.type.id if isinstance(node.type, ast.Name) else None if node.type is None else ""
    raises = any(isinstance(child, ast.Raise) and child.exc is None for child in node.body)
    return caught in names and not raises


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        _name(path)
        for path in python_files(*PACKAGES)
        if re.search(
            r"os\.(environ\b(?!\.setdefault\(\"DJANGO)|getenv|putenv)|getproxies", path.read_text()
        )
    }

    assert readers == {"unilingo/configuration/env.py"}


def test_every_test_is_named_as_a_sentence() -> None:
    short = [
        f"{_name(path)} {node.name}"
        for path in python_files("tests")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and node.name.count("_") < 3
    ]

    assert short == []


def test_no_file_has_emoji_or_boasts() -> None:
    this = Path(__file__).resolve()
    found = [
        f"{_name(path)}: {match[0]!r}"
        for path in text_files(*TEXT)
        if path.resolve() != this and not _is_data(path)
        for pattern in (EMOJI, BOASTS)
        if (match := pattern.search(path.read_text()))
    ]

    assert found == []


def _is_data(path: Path) -> bool:
    """Texts by others: study texts and word lists, and what tests send."""
    parts = path.relative_to(ROOT).parts
    return "samples" in parts or "data" in parts or parts[0] == "tests"


def test_every_ignored_type_error_is_named() -> None:
    unnamed = [
        f"{_name(path)}:{number}"
        for path in python_files(*PACKAGES)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"#\s*type:\s*ignore(?!\[)", line) or re.search(r"#\s*noqa(?!:)", line)
    ]

    assert unnamed == []


def test_imports_go_in_one_direction() -> None:
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    if linter is None:
        pytest.skip("import-linter is not installed: requirements-dev.txt")

    checked = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout
