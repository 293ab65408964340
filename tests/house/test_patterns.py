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

import pytest

from tests.house.tree import PACKAGES, ROOT, python_files, text_files

# The smaller one first, so that the worst of patterns ends as well.
CHARACTERS = (500, 5_000)
# What is longer is a list of words.
LONGEST_TABLE = 200
# A linear pattern takes less than a millisecond, a quadratic one a tenth of a second and more.
SECONDS = 0.03
SEEDS = (
    *("a", "A", "1", " ", "\t", "\n", ".", ",", "-", "_", "<", ">", "(", ")", "[", "]", "{", "}", "\\", '"', "'"),
    *("*", "#", "|", ":", ";", "=", "/", "&", "~", "`", "$", "é", "。", "\u00ad", "\u200b"),
    *("a ", "a.", ". ", "A. ", "a, ", "1.", "1 ", "a-", "a\n", " \n", "\n\n ", "\t\n", "<a", "<a>", "a=", "](", "[[", "\\a{"),
    *("a is a ", "the ", "A b ", "(a) ", "a (", "e.g. ", "&amp;", "aA", "a1", "--", "...", "a: ", "- a\n", "# a\n", "| a "),
)  # fmt: skip


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for package in PACKAGES:
        for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}."):
            if ".migrations" in module.name or module.name.endswith((".asgi", "gunicorn_conf")):
                continue
            if ".sandboxed" in module.name or ".build" in module.name:
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for pattern in _within(value):
                    yield f"{module.name}.{name}", pattern


def _within(value: object) -> Iterator[re.Pattern[str]]:
    """The value itself, and what stands in lists and tables of patterns."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif isinstance(value, dict):
        yield from _within([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset) and len(value) <= LONGEST_TABLE:
        for each in value:
            yield from _within(each)


def _inline() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Those that stand in the call: `re.sub(r"...", ...)`."""
    for path in python_files(*PACKAGES):
        source = path.read_text()
        # Those of `build` read dictionaries, once, by hand, and most others call no such function.
        if "build" in path.parts or not re.search(r"\bre\.(?!compile)", source):
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
            of_re = of_re and node.func.attr != "compile"
            if of_re and node.args and isinstance(node.args[0], ast.Constant):
                name = f"{path.relative_to(ROOT)}:{node.lineno}.{node.func.attr}"
                yield name, re.compile(str(node.args[0].value))


PATTERNS = sorted(
    {value.pattern: (name, value) for name, value in (*_inline(), *_patterns())}.values(),
    key=itemgetter(0),
)


def _worst(pattern: str) -> Iterator[str]:
    """Texts that almost fit: of common pieces, and of the characters that the pattern itself names."""
    literals = [c for c in dict.fromkeys(pattern) if not c.isalnum() and c not in "\\^?+"]
    pieces = dict.fromkeys(
        (*SEEDS, *literals, *(f"a{c}" for c in literals), *(f"{c} " for c in literals))
    )
    for characters, piece in product(CHARACTERS, pieces):
        repeated = (piece * characters)[:characters]
        yield repeated
        yield f"{repeated}!"
        yield f"<(a{repeated}\x00"


@cache
def _source(module: str) -> str:
    """Of the module itself, and of all where the name is not its own."""
    if module:
        path = Path(str(importlib.import_module(module).__file__))
        return path.read_text()
    return "".join(path.read_text() for path in python_files(*PACKAGES))


def _looks_everywhere(name: str) -> bool:
    """Is it looked for in a text, or only laid on its beginning?"""
    last = name.rpartition(".")[2]
    if ":" in name:
        return last not in ("match", "fullmatch")
    source = _source(name.rpartition(".")[0] if last.startswith("_") else "")
    used = set(re.findall(rf"\b{last}\.(\w+)", source))
    if not used:  # one of a table, whose name is another where it is used
        return any(f"{way}(" in source for way in ("finditer", "findall", "search"))
    return bool(used - {"match", "fullmatch"})


def _time(pattern: re.Pattern[str], text: str, *, everywhere: bool) -> float:
    began = time.process_time()
    if everywhere:
        for _ in pattern.finditer(text):
            pass
    pattern.match(text)
    pattern.fullmatch(text)
    return time.process_time() - began


@pytest.mark.parametrize(("name", "pattern"), PATTERNS, ids=[name for name, _ in PATTERNS])
def test_a_pattern_takes_as_long_as_its_text_is(name: str, pattern: re.Pattern[str]) -> None:
    texts, everywhere = _worst(pattern.pattern), _looks_everywhere(name)
    slow = (text for text in texts if _time(pattern, text, everywhere=everywhere) > SECONDS)
    # Twice the text may take twice the time, however long that is; not four times.
    sure = (
        text
        for text in slow
        if _time(pattern, text, everywhere=everywhere)
        > 3 * _time(pattern, text[: len(text) // 2], everywhere=everywhere)
    )
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
