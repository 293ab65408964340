"""Whatever is pasted, reading it takes time in proportion to its length."""

import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.study_text import read
from jobs.study_text.sentences import sentences

CHARACTERS = 8_000
ORDINARY = (Path(__file__).parents[3] / "docs/samples/economics.txt").read_text("utf-8")
UNITS = [
    *(
        "a",
        "heart ",
        "😀",
        "心臓は血液を送る。",
        "\x00",
        "<",
        "<p>",
        "<a ",
        "<!--",
        "</",
        "&",
        "&#",
    ),
    *("** x", "*", "_", "`", "```\n", "~~~\n", "#", "# a\n", ">", "> ", "-", "=", "~", "^", "["),
    *("]", "![", "[[", "[^1]", "[^1]: ", "[1]", ".[1] ", "(", '"', ". ", "A. ", "- heart\n", "1. "),
    *("|", "|a|b|\n", "a\tb\n", "a|b | c\n", "a: b\n", "a - b\n", "a = b\n", ": a\n", "a\n: b\n"),
    *("\\", "\\item ", "\\begin{a}", "\\emph{", "\\section{a} ", "{", "}", "$", "$$\n", "$a$ "),
    *("a-\nb", "1\n", "Page 1\n", "\f", "\n", "a\n\n", "ABC\n", "......1\n", "x  y  z  ", "\ud800"),
    *("{{", "==", "http://", "www.", "• ", "(a) ", "\t", " ", "ﬁ", "**a**: ", "---\n", "\u202e"),
]


@pytest.fixture(scope="module", autouse=True)
def little_garbage() -> Iterator[None]:
    """What other tests have left is not looked through meanwhile."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.parametrize("unit", UNITS)
def test_four_times_as_much_of_anything_takes_four_times_as_long(unit: str) -> None:
    """With room for what else a processor does: what takes the square of the length is four times too late."""
    four_times = _seconds(unit, 4 * CHARACTERS)

    assert four_times < 0.2 or four_times < 8 * _seconds(unit, CHARACTERS) + 0.2
    # The shortest of lines take 16 times as long as ordinary ones, whatever the machine.
    assert four_times < 25 * 4 * _seconds(ORDINARY, CHARACTERS)


def _seconds(unit: str, characters: int) -> float:
    content = (unit * characters)[:characters]
    started = time.thread_time()
    for block in read(content).learned_from:
        list(sentences(block.text))
    return time.thread_time() - started
