"""AsciiDoc, and what the wikis' mark-up and Typst have in common with it -> lines of Markdown."""

import re
from collections.abc import Iterator, Sequence

from jobs.study_text.lines import Line

_HEADING = re.compile(r"(={1,6})\s+(\S.*?)(?:\s+=+)?")
_MARKED = re.compile(
    r"\[\[[\w-]+\]\]|\[(?:source|NOTE|TIP|quote|cols|role|\.)[^\]]*\]|\|={3,}|:[\w-]+:(?: .*)?"
    r"|(?:image|include|toc)::.*|'{3}[^'].*|\{\{.*|(?:.*\s)?(?:link|xref):\S+\[.*|#(?:import|set|show|let)\b.*"
)
_FENCE = re.compile(r"-{4,}|\.{4,}|\+{4,}")
# Lines that only arrange the page: attributes, anchors, comments, macros, titles of blocks, marks of parts.
_UNSEEN = re.compile(
    r"\[[^\]]*\]|:[\w-]+:(?: .*)?|//.*|\w+::\S*\[.*\]|\.[A-Z].*|={4,}|\*{4,}|_{4,}|--|\+|\|={3,}|\[\[.*\]\]|\]"
)
_ITEM = re.compile(r"\s*(?:[*.#]{1,5}|\+|<\d+>|<\.>)\s+(?=\S)")
_TERM = re.compile(r"(\S.{0,70}?)(?:::|;;)")
_NOTE = re.compile(r"(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION): ")
_CALL = re.compile(r"#\w[\w.]*")  # Typst's: `#set page(...)`, `#defn[` before words
# Typst's definition with its name, and a line of its list of terms (`/ magma: molten rock`).
_STATED = re.compile(
    r"#\w*def\w*\(\s*(?:\w+:\s*)?[\"\[]([^\"\[\]]{1,80})[\"\]][^()]*\)\[\s*(.*?)\s*\]?\s*"
)
_TYPST_TERM = re.compile(r"/ ([^:/]{1,80}): (?=\S)")
_BRACKETS = re.compile(r"[()\[\]{}]")
_LONGEST_CALL = 60  # lines
_INLINE = (
    (re.compile(r"[\"']`([^`]{1,200})`[\"']"), r"“\1”"),
    (re.compile(r"`\+([^`]{1,200})\+`"), r"`\1`"),
    (re.compile(r"(?:link|xref|mailto):[^\s\[\]]{1,300}\[([^\[\]]{0,200}?)\^?\]"), r"\1"),
    (re.compile(r"https?://[^\s\[\]]{1,300}\[\"?([^\[\]]{0,200}?)\"?\^?\]"), r"\1"),
    (re.compile(r"<<[^<>,]{1,100}(?:,\s*([^<>]{0,200}))?>>"), r"\1"),
    (re.compile(r"(?:footnote|indexterm2?|image|kbd|btn):[^\s\[\]]{0,200}\[[^\[\]]{0,500}\]"), ""),
    (re.compile(r"\(\(\([^()]{1,200}\)\)\)"), ""),
    (re.compile(r"\(\(([^()]{1,200})\)\)"), r"\1"),
    (re.compile(r"'{3}([^']{1,200})'{3}"), r"**\1**"),
    (re.compile(r"''([^']{1,200})''"), r"\1"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*]{0,200}\S)?)\*(?![\w*])"), r"**\1**"),
)


def is_asciidoc(lines: Sequence[Line]) -> bool:
    """Whether it has headings of equals signs, and other marks that go with them."""
    has_headings = any(_HEADING.fullmatch(line.text) for line in lines)
    return has_headings and any(_MARKED.fullmatch(line.text) for line in lines)


def markdown(lines: Sequence[Line]) -> list[Line]:
    return list(_marked(lines))


def _marked(lines: Sequence[Line]) -> Iterator[Line]:
    is_typst = any(re.match(r"#(?:import|set|show|let)\b", line.text) for line in lines)
    at = 0
    while at < len(lines):
        text = lines[at].text
        end = _end_of_code(lines, at)
        if end > at:
            yield lines[at].with_text("```")
            yield from lines[at + 1 : end]
            yield lines[end].with_text("```")
        elif is_typst and (stated := _STATED.fullmatch(text)):
            yield from (
                lines[at].with_text(""),
                lines[at].with_text(f"- {stated[1].strip(' .')}: {_plain(stated[2])}".rstrip()),
            )
        elif is_typst and (term := _TYPST_TERM.match(text)):
            yield lines[at].with_text(f"- {term[1]}: {_plain(text[term.end() :])}")
        elif is_typst and _CALL.match(text):
            end = _end_of_call(lines, at)
            yield from (line.with_text("") for line in lines[at : end + 1])
        else:
            yield from _line(lines[at])
        at = max(end, at) + 1


def _end_of_code(lines: Sequence[Line], at: int) -> int:
    """The line that closes the program text that this one opens; the same line where it opens none."""
    mark = lines[at].text.strip()
    if not _FENCE.fullmatch(mark):
        return at
    rest = range(at + 1, len(lines))
    return next((n for n in rest if lines[n].text.strip() == mark), at)


def _end_of_call(lines: Sequence[Line], at: int) -> int:
    """The last line of a call's settings; what stands in square brackets behind them is text."""
    if lines[at].text.rstrip().endswith("["):
        return at
    depth = 0
    for number in range(at, min(at + _LONGEST_CALL, len(lines))):
        for sign in _BRACKETS.findall(lines[number].text):
            depth += 1 if sign in "([{" else -1
        if depth <= 0:
            return number
    return at


def _line(line: Line) -> Iterator[Line]:
    text = line.text.rstrip()
    heading, term = _HEADING.fullmatch(text), _TERM.fullmatch(text)
    if heading:
        yield line.with_text("")
        yield line.with_text(f"{'#' * len(heading[1])} {_plain(heading[2])}")
        yield line.with_text("")
    elif _UNSEEN.fullmatch(text.strip()):
        yield line.with_text("")
    elif term:
        yield line.with_text("")
        yield line.with_text(f"- {_plain(term[1])}:")
    else:
        item = _ITEM.match(text)
        body = text[item.end() :] if item else _NOTE.sub("", text, count=1)
        yield line.with_text(("- " if item else "") + _plain(body))


def _plain(text: str) -> str:
    for pattern, said in _INLINE:
        text = pattern.sub(said, text)
    return text
