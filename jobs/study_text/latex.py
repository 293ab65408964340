"""LaTeX -> lines of Markdown, read by pylatexenc."""

import logging
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexNode,
    LatexSpecialsNode,
    LatexWalker,
    LatexWalkerError,
)

from jobs.study_text.latex_commands import expanded
from jobs.study_text.lines import Line
from jobs.study_text.words import words_of

# What pylatexenc raises of broken LaTeX, its tables of macros included.
_BROKEN = (
    LatexWalkerError,
    AttributeError,
    IndexError,
    KeyError,
    TypeError,
    ValueError,
    RecursionError,
)
_STRUCTURE = re.compile(
    r"\\(?:documentclass|(?:sub)*section\b|chapter\b|begin\{(?:document|itemize|enumerate|description|"
    r"definition|theorem|frame|abstract|quote|lemma|example|align\*?|equation\*?)\}|frametitle\b|paragraph\{)"
)
_MACRO = re.compile(
    r"\\(?:emph|textbf|textit|label|cite[a-z]{0,8}|item|footnote|ref|textsc|underline)\b"
)
_HEADINGS = {
    **{"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4},
    **{"frametitle": 2, "paragraph": 5, "subparagraph": 5},
}
_BOLD = frozenset(
    ("textbf", "emph", "textit", "underline", "textsc", "alert", "bfseries", "textsl")
)
_LEANING = _BOLD - {"textbf", "bfseries", "textsc"}
_UNSAID, _UNREAD = words_of("latex_unsaid.txt"), words_of("latex_unread.txt")
# Whatever a package calls them; their options are no arguments that pylatexenc knows.
_REFERENCE = re.compile(r"\\[a-zA-Z]{0,12}ref\*?(?:\[[^\[\]{}]{0,60}\]){0,4}\{[^{}]{0,120}\}")
_MATHEMATICS = frozenset(
    ("equation", "align", "gather", "multline", "eqnarray", "displaymath", "math", "alignat")
)
_STATED = frozenset(("definition", "defn", "defi", "dfn", "definicion", "mydef"))
# They say something new; one that has a name is what the name stands for.
_NAMED = frozenset(
    (
        "theorem",
        "thm",
        "lemma",
        "lem",
        "law",
        "principle",
        "axiom",
        "proposition",
        "prop",
        "corollary",
        "rule",
    )
)
# On which slides of a talk something is shown.
_OVERLAY = re.compile(r"(\\[a-z]{1,20}(?:\{[a-z]{1,20}\})?)<[\d,.+| -]{1,12}>")
_OPTION = re.compile(r"\[([^\[\]]{1,80})\]\s*")
_SPACES = re.compile(r"(?<![ \t])[ \t]*\n[ \t]*")
logging.getLogger("pylatexenc").setLevel(
    logging.CRITICAL
)  # it warns of every formula it cannot read
_SHORT_FORMULA = 40
_RAISED, _LOWERED = re.compile(r"\^([\d+n*-]{1,3})"), re.compile(r"_(\d{1,3})")
_SUPERSCRIPTS = str.maketrans("0123456789+-n*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ*")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def is_latex(content: str) -> bool:
    return bool(_STRUCTURE.search(content)) or len(_MACRO.findall(content[:50_000])) > 2


def markdown(content: str, lines: Iterable[Line]) -> list[Line]:
    """Lines of Markdown at the places of the LaTeX they were made from; `lines` where it cannot be read."""
    given = list(lines)
    # The text of the lines, so that places are those of lines; a comment sign in prose stays harmless.
    text = "\n".join(line.text for line in given)
    text = expanded(_REFERENCE.sub(_blank, _OVERLAY.sub(r"\1", text)))
    begin = text.find("\\begin{document}")
    try:
        nodes = LatexWalker(text, tolerant_parsing=True).get_latex_nodes(pos=max(begin, 0))[0]
        pieces = list(_Writer().all(nodes))
    except _BROKEN:
        return [line.with_text(_stripped(line.text)) for line in given]
    return list(_at_lines(pieces, text, given))


@dataclass(frozen=True, slots=True)
class _Piece:
    """`is_source`: its lines are those of the source."""

    text: str
    at: int
    is_source: bool = False


def _at_lines(pieces: Iterable[_Piece], text: str, given: list[Line]) -> Iterator[Line]:
    """Pieces joined to lines, each at the place of the line that it begins in."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    made, begun = "", 0
    for piece in pieces:
        number = bisect_right(starts, piece.at) - 1
        for part_number, part in enumerate(piece.text.split("\n")):
            if part_number:
                yield given[begun].with_text(made.rstrip())
                made = ""
                number += piece.is_source
            if not made.strip():
                begun = min(number, len(given) - 1)
            made += part
    yield given[begun].with_text(made.rstrip())


class _Writer:
    """Walks the nodes of a text."""

    def all(self, nodes: Iterable[LatexNode | None]) -> Iterator[_Piece]:
        unsaid = False
        for node in nodes:
            # The arguments of a command that pylatexenc does not know follow it as groups.
            if node is not None and not (unsaid and isinstance(node, LatexGroupNode)):
                yield from self._one(node)
                unsaid = isinstance(node, LatexMacroNode) and node.macroname in _UNSAID

    def _one(self, node: LatexNode) -> Iterator[_Piece]:
        if isinstance(node, LatexCharsNode):
            yield _Piece(_quoted(node.chars), node.pos, is_source=True)
        elif isinstance(node, LatexGroupNode):
            yield from self.all(node.nodelist)
        elif isinstance(node, LatexMathNode):
            yield _Piece(_formula(node), node.pos)
        elif isinstance(node, LatexEnvironmentNode):
            yield from self._environment(node)
        elif isinstance(node, LatexMacroNode):
            yield from self._macro(node)
        elif isinstance(node, LatexSpecialsNode):
            special = {"~": " ", "&": "\t", "``": "“", "''": "”", "--": "–", "---": "—"}
            yield _Piece(special.get(node.specials_chars, node.specials_chars), node.pos)
        elif not isinstance(node, LatexCommentNode):
            yield _Piece(_text(node), node.pos)

    def _macro(self, node: LatexMacroNode) -> Iterator[_Piece]:
        name = node.macroname
        arguments = [n for n in (node.nodeargd.argnlist if node.nodeargd else None) or () if n]
        if name in _HEADINGS:
            title = "".join(piece.text for piece in self.all(arguments[-1:]))
            yield _Piece(f"\n\n{'#' * _HEADINGS[name]} {' '.join(title.split())}\n\n", node.pos)
        elif name == "item":
            label = "".join(piece.text for piece in self.all(arguments)).strip(" []:\n")
            yield _Piece(f"\n- {label}: " if label else "\n- ", node.pos)
        elif name in ("\\", "newline", "par", "tabularnewline"):
            yield _Piece("\n\n" if name == "par" else "\n", node.pos)
        elif name in _BOLD and arguments:
            inner = " ".join("".join(piece.text for piece in self.all(arguments)).split())
            mark = "**" if name == "textbf" else "*" if name in _LEANING else ""
            yield _Piece(f"{mark}{inner}{mark}", node.pos)
        elif name not in _UNSAID:
            yield _Piece(_text(node), node.pos)

    def _environment(self, node: LatexEnvironmentNode) -> Iterator[_Piece]:
        name = node.environmentname.rstrip("*")
        if name in _UNREAD:
            return
        if name in _MATHEMATICS:
            yield _Piece(
                "\n\n$$\n" + " ".join(node.latex_verbatim().split()) + "\n$$\n\n", node.pos
            )
            return
        yield _Piece("\n\n", node.pos)
        yield from self._body(node, name)
        yield _Piece("\n\n", node.pos + node.len)

    def _body(self, node: LatexEnvironmentNode, name: str) -> Iterator[_Piece]:
        nodes = list(node.nodelist)
        if name == "frame" and nodes and isinstance(nodes[0], LatexGroupNode):
            title = "".join(piece.text for piece in self.all(nodes.pop(0).nodelist))
            yield _Piece(f"## {' '.join(title.split())}\n\n", node.pos)
        pieces = list(self.all(nodes))
        if name in _STATED | _NAMED:
            given = (node.nodeargd.argnlist if node.nodeargd else None) or ()
            label = "".join(piece.text for piece in self.all(given))
            rest = "".join(piece.text for piece in pieces).strip()
            opening = _OPTION.match(rest)
            term = label.strip("[] ") or (opening[1] if opening else "")
            rest = _SPACES.sub(
                " ", (rest[opening.end() :] if opening else rest).partition("\n\n")[0]
            )
            if term or name in _STATED:
                pieces = [_Piece(f"- {term}: {rest}" if term else rest, node.pos)]
        yield from pieces


@cache
def _converter() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", keep_comments=False, strict_latex_spaces=False)


def _text(node: LatexNode) -> str:
    try:
        return str(_converter().nodelist_to_text([node]))
    except _BROKEN:
        return ""


def _formula(node: LatexMathNode) -> str:
    if node.displaytype == "display":
        return "\n\n$$\n" + " ".join(node.latex_verbatim().strip("$[]\\ ").split()) + "\n$$\n\n"
    return plain_formula(node.latex_verbatim())


@lru_cache(1_000)
def plain_formula(source: str) -> str:
    """Inline mathematics as Unicode (`p < 0.05`, `α`)."""
    if len(source) > 500:
        return ""
    try:
        text = " ".join(str(_converter().latex_to_text(source)).split())
    except _BROKEN:
        return ""
    text = _RAISED.sub(lambda found: found[1].translate(_SUPERSCRIPTS), text)
    text = _LOWERED.sub(lambda found: found[1].translate(_SUBSCRIPTS), text)
    return text if len(text) <= _SHORT_FORMULA and not re.search(r"[\\_^]", text) else ""


def _blank(found: re.Match[str]) -> str:
    return "\n" * found.group().count("\n")


def _quoted(chars: str) -> str:
    return chars.replace("``", "“").replace("''", "”").replace("---", "—").replace("--", "–")


def _stripped(text: str) -> str:
    return re.sub(r"\\[a-zA-Z]{1,30}\*?|[{}]", "", text)
