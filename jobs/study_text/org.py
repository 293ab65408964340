"""Org, the notes of Emacs -> lines of Markdown."""

import re
from collections.abc import Iterator, Sequence

from jobs.study_text.lines import Line

_OWN = re.compile(
    r"\s*(?:#\+(?:title|author|date|startup|options|filetags|begin_\w+|property|latex\w*|include|export\w*|setupfile)\b.*"
    r"|:PROPERTIES:|\*+ (?:TODO|DONE|NEXT|WAITING) .*)",
    re.I,
)
_HEADING = re.compile(
    r"(\*{1,9})\s+(?:(?:TODO|DONE|NEXT|WAITING)\s+)?(?:\[#[A-Z]\]\s+)?(.*?)(?:\s+:[\w@:]+:)?\s*"
)
_BEGIN = re.compile(r"\s*#\+begin_(\w+)", re.I)
_DRAWER = re.compile(r"\s*:[\w-]+:\s*")
# Dates of a plan, comments and settings: `SCHEDULED: <2024-10-03 Thu>`, `# ...`, `#+title: ...`.
_UNSEEN = re.compile(r"\s*(?:(?:SCHEDULED|DEADLINE|CLOSED):.*|#(?:\s.*|\+.*)?|:END:)\s*", re.I)
_TERM = re.compile(r"^( {0,20}[-+] [^:\n]{1,80}) ::(?= )")
_INLINE = (
    (re.compile(r"\[\[[^\[\]]{1,300}\]\[([^\[\]]{1,200})\]\]"), r"\1"),
    (
        re.compile(
            r"\[\[[^\[\]]{1,300}\]\]|\[fn:[^\[\]]{0,100}\]|[<\[]\d{4}-\d\d-\d\d[^<>\[\]]{0,30}[>\]]"
        ),
        "",
    ),
    (re.compile(r"(?<=[-+] )\[[ X-]\] "), ""),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*]{0,200}\S)?)\*(?![\w*])"), r"**\1**"),
    (re.compile(r"(?<![\w/])/(\w(?:[^/]{0,200}\w)?)/(?![\w/])"), r"*\1*"),
    (re.compile(r"(?<![\w=~])[=~](\S(?:[^=~]{0,200}\S)?)[=~](?![\w=~])"), r"`\1`"),
)
_CODE = ("src", "example", "export", "comment")


def is_org(lines: Sequence[Line]) -> bool:
    """Whether it has headings of stars, and something that no other notes have."""
    has_headings = any(_HEADING.fullmatch(line.text) for line in lines)
    return has_headings and any(_OWN.fullmatch(line.text) for line in lines)


def markdown(lines: Sequence[Line]) -> list[Line]:
    return list(_marked(lines))


def _marked(lines: Sequence[Line]) -> Iterator[Line]:
    code, is_in_drawer = "", False
    for line in lines:
        text = line.text
        begin = _BEGIN.match(text)
        if not text.strip() or _HEADING.fullmatch(text):
            is_in_drawer = False  # one that is never closed would take the rest of the text
        if code:
            ends = text.strip().lower() == f"#+end_{code}"
            yield line.with_text("```" if ends else text)
            code = "" if ends else code
        elif begin and begin[1].lower() in _CODE:
            code = begin[1].lower()
            yield line.with_text("```")
        elif is_in_drawer or _DRAWER.fullmatch(text) and text.strip().lower() != ":end:":
            is_in_drawer = text.strip().lower() != ":end:"
            yield line.with_text("")
        elif _UNSEEN.fullmatch(text):
            yield line.with_text("")
        else:
            yield from _line(line)


def _line(line: Line) -> Iterator[Line]:
    heading = _HEADING.fullmatch(line.text)
    if heading:
        title = f"{'#' * min(len(heading[1]), 6)} {_plain(heading[2])}"
        yield from (line.with_text(part) for part in ("", title, ""))
    else:
        yield line.with_text(_plain(_TERM.sub(r"\1:", line.text)))


def _plain(text: str) -> str:
    for pattern, said in _INLINE:
        text = pattern.sub(said, text)
    return text
