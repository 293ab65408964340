"""Lines of Markdown -> blocks. CommonMark's block structure by markdown-it, inline mark-up taken off."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from jobs.study_text.latex import plain_formula
from jobs.study_text.lines import Line

Part = Literal["heading", "text", "item", "term", "meaning", "code", "formula", "note", "matter"]
_LEFT_WHOLE = {
    "fence": "code",
    "code_block": "code",
    "html_block": "code",
    "math_block": "formula",
    "math_block_label": "formula",
    "front_matter": "matter",
}
_MARKED = re.compile(r"[*_`\[\]!<>~$\\&=^{}]")
_INLINE_AT_ONCE, MANY = 1_500, 100
# Ticks and other pictures around words.
_SIGNS = r"\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_DECORATION = re.compile(rf"^[{_SIGNS}][\s{_SIGNS}]*(?=\S)|(?<=\w)\s(?<![{_SIGNS}\s].)[{_SIGNS}]+$")
_WIKI = re.compile(r"!?\[\[([^\[\]|]{1,100})(?:\|([^\[\]|]{1,100}))?\]\]")
_CALLOUT = re.compile(r"^\[[!x ][\w ]{0,20}\][+-]?\s*", re.I)
_ATTRIBUTES = re.compile(
    r"\[\^[\w-]{1,40}\]|\{[:#.][^{}]{0,60}\}|==(?=\S)|(?<=\S)==|\{\{[^{}]{0,100}\}\}"
)
# Words with attributes or with the name of a link that stands elsewhere.
_SPAN = re.compile(r"\[([^\[\]]{1,80})\](?:\{[#.:][^{}]{0,60}\}|\[[^\[\]]{0,80}\])")
# Formulas as Kramdown and MathJax mark them.
_IN_A_LINE = re.compile(r"\$\$ *([^$ ](?:[^$]{0,499}[^$ ])?) *\$\$")
_BRACKETED = re.compile(r"\\{1,2}\( *([^$\n]{1,499}?) *\\{1,2}\)")
_AUTOLINK = re.compile(r"<?\bhttps?://[^\s<>]{1,500}>?|\bwww\.[^\s<>]{1,200}")


@dataclass(frozen=True, slots=True)
class Marked:
    """Lines that Markdown takes for one thing, their text still with inline marks."""

    part: Part
    lines: tuple[Line, ...]
    level: int = 0


def marked_parts(lines: Sequence[Line]) -> Iterator[Marked]:
    tokens = _block_parser().parse("\n".join(line.text for line in lines))
    context: list[str] = []
    heading = 0
    for token in tokens:
        if token.type in _LEFT_WHOLE and token.map:
            part: Part = _LEFT_WHOLE[token.type]  # type: ignore[assignment]
            yield Marked(part, tuple(lines[token.map[0] : token.map[1]]))
        elif token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "inline" and token.map:
            yield from _inline(token, lines, context, heading)
            heading = 0
        elif token.nesting == 1:
            context.append(token.type)
        elif token.nesting == -1 and token.type != "heading_close":
            context.pop()


def _inline(
    token: Token, lines: Sequence[Line], context: list[str], heading: int
) -> Iterator[Marked]:
    assert token.map
    texts = token.content.split("\n")
    found = tuple(
        lines[min(token.map[0] + n, len(lines) - 1)].with_text(text) for n, text in enumerate(texts)
    )
    if heading and (len(found) > 1 or len(token.content) > 150):
        heading = 0
    part: Part = "text"
    if heading:
        part = "heading"
    elif any("footnote" in opened for opened in context):
        part = "note"
    elif "dt_open" in context[-1:]:
        part = "term"
    elif "dd_open" in context[-2:]:
        part = "meaning"
    elif "list_item_open" in context[-2:]:
        part = "item"
    yield Marked(part, found, heading)


@cache
def _block_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").use(deflist_plugin).use(footnote_plugin)
    parser.use(front_matter_plugin).use(dollarmath_plugin, allow_labels=False)
    parser.disable(["code", "html_block", "inline", "text_join", "footnote_tail"])
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False)
    return parser


def unmarked(text: str) -> str:
    """The text as a reader of the page sees it, without pictures around it."""
    return _DECORATION.sub("", _without_marks(" ".join(text.split())))


def _without_marks(text: str) -> str:
    if not _MARKED.search(text) and "http" not in text and "www." not in text:
        return text
    text = _WIKI.sub(
        lambda found: "" if found[0][0] == "!" else found[2] or found[1], _CALLOUT.sub("", text)
    )
    text = _BRACKETED.sub(lambda found: f"${found[1].replace(chr(92) + '_', '_')}$", text)
    text = _ATTRIBUTES.sub("", _SPAN.sub(r"\1", _IN_A_LINE.sub(r"$\1$", text)))
    if text.count("[") > MANY:
        text = text.replace("[", "").replace("]", "")  # the parser takes time with their square
    plain = "".join(map(_plain, _pieces(text)))
    return " ".join(_AUTOLINK.sub("", plain).split())


def _pieces(text: str) -> Iterator[str]:
    """Pieces that the parser takes at once; a cut within a formula, program text or bold type leaves their marks."""
    at = 0
    while len(text) - at > _INLINE_AT_ONCE:
        spaces = [n for n in range(at + 1, at + _INLINE_AT_ONCE) if text[n] == " "]
        closed = (n for n in reversed(spaces) if _is_closed(text[at:n]))
        end = next(closed, at + _INLINE_AT_ONCE)
        yield text[at:end]
        at = end
    yield text[at:]


def _is_closed(text: str) -> bool:
    return not any(text.count(mark) % 2 for mark in "$`*")


def _plain(text: str) -> str:
    lead = text[: len(text) - len(text.lstrip())]
    trail = text[len(text.rstrip()) :]
    tokens = _inline_parser().parseInline(text)[0].children or []
    return lead + "".join(map(_said, tokens)) + (trail if text.strip() else "")


def _said(token: Token) -> str:
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type.startswith("math_inline"):
        return plain_formula(f"${token.content}$")
    return ""
