"""Every pattern takes time in proportion to its text: whoever sends the worst of texts holds nobody up."""

import ast
import importlib
import pkgutil
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from itertools import product
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from tests.house.tree import PACKAGES, ROOT, python_files, text_files

# The smallest first, so that the worst of patterns ends as well.
CHARACTERS = (20, 30, 45, 70, 100, 150, 220, 500, 6_000)
# What is longer is a list of words.
LONGEST_TABLE = 200
# A linear pattern takes less than a millisecond, a quadratic one more than twenty.
SECONDS = 0.0075
Pattern = re.Pattern[Any]
SEEDS = (
    *("a", "A", "1", " ", "\t", "\n", ".", ",", "-", "_", "<", ">", "(", ")", "[", "]", "{", "}", "\\", '"', "'"),
    *("*", "#", "|", ":", ";", "=", "/", "&", "~", "`", "$", "é", "。", "\u00ad", "\u200b"),
    *("a ", "a.", ". ", "A. ", "a, ", "1.", "1 ", "a-", "a\n", " \n", "\n\n ", "\t\n", "<a", "<a>", "a=", "](", "[[", "\\a{"),
    *("a is a ", "the ", "A b ", "(a) ", "a (", "e.g. ", "&amp;", "aA", "a1", "--", "...", "a: ", "- a\n", "# a\n", "| a "),
)  # fmt: skip


def _patterns() -> Iterator[tuple[str, Pattern]]:
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if ".migrations" in module.name or ".build" in module.name:
                continue
            if module.name.endswith((".asgi", "gunicorn_conf", ".sandboxed.program")):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in _within(value):
                    yield f"{module.name}.{name}", pattern


def _within(value: object) -> Iterator[Pattern]:
    """The value itself, and what stands in lists and tables of patterns."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _within([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset) and len(value) <= LONGEST_TABLE:
        for each in value:
            yield from _within(each)


def _inline() -> Iterator[tuple[str, Pattern]]:
    """Those that stand in the call, or are named there: `re.sub(r"...", ...)`, `re.sub(_NAME, ...)`."""
    for path in python_files(*PACKAGES):
        source = path.read_text()
        # Those of `build` read dictionaries, once, by hand.
        if "build" in path.parts or not re.search(r"\bre\.", source):
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            said = _said(path, node.args[0]) if of_re and node.args else None
            if said is not None:
                name = f"{path.relative_to(ROOT)}:{node.lineno}.{node.func.attr}"
                yield name, re.compile(said)


def _said(path: Path, given: ast.expr) -> Any:
    """The pattern that an argument is, as far as it can be known without a call."""
    if isinstance(given, ast.Constant):
        return given.value
    if isinstance(given, ast.Name):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found = getattr(importlib.import_module(module), given.id, None)
        return found if isinstance(found, str | bytes) else None
    return None


PATTERNS = sorted(
    {value.pattern: (name, value) for name, value in (*_inline(), *_patterns())}.values(),
    key=itemgetter(0),
)


def _worst(pattern: Pattern) -> Iterator[str]:
    """Texts that almost fit: of common pieces, of the characters that the pattern itself names, and of what it repeats."""
    named = str(pattern.pattern)
    literals = [c for c in dict.fromkeys(named) if not c.isalnum() and c not in "\\^?+"]
    tree = re._parser.parse(pattern.pattern, pattern.flags & re.VERBOSE)  # type: ignore[attr-defined]
    repeated_in_it = [_example(part) for part in _repeated(tree)]
    marks = (_example(part) for part in _alternatives(tree))
    pieces = dict.fromkeys(
        filter(
            None,
            (
                *SEEDS,
                *literals,
                *(f"a{c}" for c in literals),
                *(f"{c} " for c in literals),
                *repeated_in_it,
                *(f" {mark}a" for mark in marks if len(mark) < 4 and not mark.isalnum()),
            ),
        )
    )
    for characters, piece in product(CHARACTERS, pieces):
        repeated = (piece * characters)[:characters]
        yield repeated
        yield f"{repeated}a!"
        yield f"<(a{repeated}\x00"


def _repeated(tree: Any) -> Iterator[Any]:
    """The parts of a parsed pattern that may come again and again."""
    for name, value in tree:
        is_repeat = str(name).endswith("REPEAT")
        if is_repeat:
            yield value[2]
        for inner in _inside(value):
            yield from _repeated(inner)


def _alternatives(tree: Any) -> Iterator[Any]:
    """The parts of a parsed pattern of which one is chosen."""
    for name, value in tree:
        if str(name) == "BRANCH":
            yield from value[1]
        for inner in _inside(value):
            yield from _alternatives(inner)


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, re._parser.SubPattern):  # type: ignore[attr-defined]
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _inside(each)


def _example(tree: Any) -> str:
    """Something short that a parsed pattern fits, but for what looks ahead or back."""
    said = ""
    for name, value in tree:
        kind = str(name)
        if kind == "LITERAL":
            said += chr(value)
        elif kind in ("ANY", "NOT_LITERAL"):
            said += "a" if value != ord("a") else "b"
        elif kind == "IN":
            said += _one_of(value)
        elif kind.endswith("REPEAT"):
            said += _example(value[2]) * max(1, value[0])
        elif kind == "BRANCH":
            said += _example(value[1][0])
        elif kind in ("SUBPATTERN", "ATOMIC_GROUP"):
            said += "".join(map(_example, _inside(value)))
    return said


def _one_of(choices: Any) -> str:
    """A character of a class."""
    first, value = str(choices[0][0]), choices[0][1]
    if first == "LITERAL":
        return chr(value)
    if first == "RANGE":
        return chr(value[0])
    if first == "CATEGORY":
        return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(value), "a")
    return "a"  # all but what follows


@cache
def _source(module: str) -> str:
    """Of the module itself, and of all where the name is not its own."""
    if module:
        path = Path(str(importlib.import_module(module).__file__))
        return path.read_text()
    return "".join(path.read_text() for path in python_files(*PACKAGES))


@cache
def _calls(module: str) -> dict[str, set[str]]:
    """What each name is asked for there: `_PIECE` for `finditer`."""
    found: dict[str, set[str]] = {}
    for name, way in re.findall(r"\b(\w+)(?=\.(\w+))", _source(module)):
        found.setdefault(name, set()).add(way)
    return found


def _looks_everywhere(name: str) -> bool:
    """Is it looked for in a text, or only laid on its beginning?"""
    last = name.rpartition(".")[2]
    if ":" in name:
        return last not in ("match", "fullmatch")
    module = name.rpartition(".")[0] if last.startswith("_") else ""
    used = _calls(module).get(last, set())
    if not used:  # one of a table, whose name is another where it is used
        source = _source(module)
        return any(f"{way}(" in source for way in ("finditer", "findall", "search"))
    return bool(used - {"match", "fullmatch"})


def _time(pattern: Pattern, said: str, *, everywhere: bool) -> float:
    text: Any = said if isinstance(pattern.pattern, str) else said.encode()
    began = time.process_time()
    if everywhere:
        for _ in pattern.finditer(text):
            pass
    pattern.match(text)
    pattern.fullmatch(text)
    return time.process_time() - began


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_a_pattern_takes_as_long_as_its_text_is(name: str, pattern: Pattern) -> None:
    texts, everywhere = _worst(pattern), _looks_everywhere(name)
    slow = (text for text in texts if _time(pattern, text, everywhere=everywhere) > SECONDS)

    def is_quadratic(text: str) -> bool:
        """Twice the text may take twice the time, however long that is; not four times."""
        half = text[: len(text) // 2]
        whole_takes, half_takes = (_time(pattern, t, everywhere=everywhere) for t in (text, half))
        return whole_takes > 3 * half_takes

    sure = (text for text in slow if all(is_quadratic(text) for _ in range(3)))
    assert next(sure, "")[:12] == ""


LITERAL = re.compile(
    r"(?<=[=(,:!&|?\[ ])/(?![*/ ])((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/([gimsuy]*)(?=[,;.)\]\s])"
)


@pytest.mark.skipif(
    shutil.which("node") is None, reason="node runs the patterns of the page's scripts"
)
def test_the_patterns_of_the_pages_take_as_long_as_their_text_is() -> None:
    found = {
        match[0]
        for path in text_files(".js")
        if "templates/" in str(path)
        for match in LITERAL.finditer(path.read_text())
    }
    program = (
        f"const worst = {list(SEEDS)!r}.flatMap((s) => [s.repeat({CHARACTERS[-1]} / s.length), s.repeat({CHARACTERS[-1]} / s.length) + '!']);\n"
        f"for (const pattern of [{', '.join(sorted(found))}]) for (const text of worst) {{\n"
        "  const began = process.cpuUsage(); text.replace(pattern, '');\n"
        f"  if (process.cpuUsage(began).user > {SECONDS * 1_000_000}) console.log(String(pattern), JSON.stringify(text.slice(0, 12)));\n}}\n"
    )
    done = subprocess.run(
        ["node", "--input-type=module"], input=program, capture_output=True, text=True, timeout=300
    )

    assert found
    assert (done.stdout, done.stderr) == ("", "")
