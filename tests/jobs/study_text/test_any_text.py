"""Whatever is pasted, reading it takes time in proportion to its length."""

import time

import pytest

from jobs.study_text import read
from jobs.study_text.sentences import sentences

CHARACTERS = 100_000
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


@pytest.mark.parametrize("unit", UNITS)
def test_a_hundred_thousand_of_anything_are_read_soon(unit: str) -> None:
    content = (unit * CHARACTERS)[:CHARACTERS]
    started = time.process_time()
    for block in read(content).learned_from:
        list(sentences(block.text))
    assert time.process_time() - started < 4
