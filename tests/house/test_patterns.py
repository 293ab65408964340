"""Every pattern takes time in proportion to its text: whoever sends the worst of texts holds nobody up."""

import ast
import importlib
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import cache, partial
from itertools import islice
from pathlib import Path
from types import ModuleType
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


def _modules() -> Iterator[str]:
    """Those of `build` read dictionaries, once, by hand."""
    for path in python_files(*PACKAGES):
        *folders, name = path.relative_to(ROOT).with_suffix("").parts
        module = ".".join(folders if name == "__init__" else [*folders, name])
        is_program = module.endswith((".asgi", "gunicorn_conf", ".sandboxed.program"))
        if not (is_program or {"migrations", "build"} & {*folders}):
            yield module


def _patterns(module: str) -> Iterator[tuple[str, Pattern]]:
    """What stands in the module, and what it says in a call: `re.sub(r"...", ...)`, `re.sub(_NAME, ...)`."""
    imported = importlib.import_module(module)
    for name, value in vars(imported).items():
        for pattern in _within(value):
            yield f"{module}.{name}", pattern
    yield from _inline(imported)


def _within(value: object) -> Iterator[Pattern]:
    """The value itself, and what stands in lists and tables of patterns."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from _within([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset) and len(value) <= LONGEST_TABLE:
        for each in value:
            yield from _within(each)


def _inline(module: ModuleType) -> Iterator[tuple[str, Pattern]]:
    path = Path(str(module.__file__))
    source = path.read_text()
    if not re.search(r"\bre\.", source):
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        said = _said(module, node.args[0]) if of_re and node.args else None
        if said is not None:
            yield f"{path.relative_to(ROOT)}:{node.lineno}.{node.func.attr}", re.compile(said)


def _said(module: ModuleType, given: ast.expr) -> Any:
    """The pattern that an argument is, as far as it can be known without a call."""
    if isinstance(given, ast.Constant):
        return given.value
    if isinstance(given, ast.Name):
        found = getattr(module, given.id, None)
        return found if isinstance(found, str | bytes) else None
    return None


def _worst(pattern: Pattern) -> Iterator[list[str]]:
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
    for characters in CHARACTERS:
        repeated = [(piece * characters)[:characters] for piece in pieces]
        almost = (text for r in repeated for text in (r, f"{r}a!", f"<(a{r}\x00"))
        # So many at once that to take the time of them takes none.
        while some := list(islice(almost, CHARACTERS[-1] // characters)):
            yield some


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
    used = _calls(module).get(last, set()) - {"get", "items", "values"}
    if not used:  # one of a table, whose name is another where it is used, and not a constant's
        source = re.sub(r"\b[A-Z_\d]+\.\w+\(", "", _source(module))
        return re.search(r"(?:finditer|findall|search|subn?)\(", source) is not None
    return bool(used - {"match", "fullmatch"})


def _time(pattern: Pattern, *texts: str, everywhere: bool) -> float:
    given: Any = texts if isinstance(pattern.pattern, str) else [text.encode() for text in texts]
    began = time.process_time()
    for text in given:
        if everywhere:
            pattern.findall(text)
        else:
            pattern.match(text)
        pattern.fullmatch(text)
    return time.process_time() - began


# A pattern that several modules have is tried once.
_tried: set[str | bytes] = set()


@pytest.mark.parametrize("module", list(_modules()))
def test_a_pattern_takes_as_long_as_its_text_is(module: str) -> None:
    slow = {}
    for name, pattern in _patterns(module):
        if pattern.pattern not in _tried:
            _tried.add(pattern.pattern)
            slow[name] = _too_slow(name, pattern)

    assert {name: text for name, text in slow.items() if text} == {}


def _too_slow(name: str, pattern: Pattern) -> str:
    """How a text begins that is."""
    takes = partial(_time, pattern, everywhere=_looks_everywhere(name))
    suspects = (text for some in _worst(pattern) if takes(*some) > SECONDS for text in some)

    def is_quadratic(text: str) -> bool:
        """Twice the text may take twice the time, however long that is; not four times."""
        whole = takes(text)
        return whole > SECONDS and whole > 3 * takes(text[: len(text) // 2])

    sure = (text for text in suspects if all(is_quadratic(text) for _ in range(3)))
    return next(sure, "")[:12]


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
