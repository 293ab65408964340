"""HTML, or what is left of it after copying -> lines of Markdown.

Python's own parser takes minutes for a hundred thousand characters of unclosed tags, so tags are found
by a pattern of bounded length here. Tags that HTML does not have are text (`List<String>`).
"""

import html
import re
from collections.abc import Iterable

from jobs.study_text.lines import Line

_BLOCKS = "p div br ul ol dl table thead tbody tr section article main blockquote figure hr pre center caption"
_INLINE = (
    "a abbr b big cite code dfn em font i kbd mark q s samp small span strong sub sup tt u var wbr img "
    "input label time col colgroup html body ins del figcaption picture source link meta"
)
_OPENING = {
    **dict.fromkeys(_BLOCKS.split(), "\n\n"),
    **dict.fromkeys(("br", "tr", "thead", "tbody", "ul", "ol"), "\n"),
    **{f"h{level}": f"\n\n{'#' * level} " for level in range(1, 7)},
    **{
        "li": "\n- ",
        "dt": "\n\n",
        "dd": "\n: ",
        "td": "",
        "th": "",
        "summary": "\n\n",
        "details": "\n\n",
    },
    **dict.fromkeys(_INLINE.split(), ""),
    **{"b": "**", "strong": "**", "dfn": "**"},
}
_CLOSING = {
    **{name: text for name, text in _OPENING.items() if name in _BLOCKS.split() and text == "\n\n"},
    **{f"h{level}": "\n\n" for level in range(1, 7)},
    **{"td": "\t", "th": "\t", "b": "**", "strong": "**", "dfn": "**"},
}
# With what stands in them.
_UNREAD = "script style head nav svg math button noscript template iframe form header footer aside title textarea select"
_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])([^<>]{0,5000})>|<!--[^<>]{0,2000}-->|<![A-Za-z][^<>]{0,200}>"
)
_HTML = re.compile(
    r"</?(?:p|div|br|ul|ol|li|dl|dt|dd|table|tr|td|th|h[1-6]|span|strong|em|sub|sup|a|b|i|mark|details)"
    r"(?:\s[^<>]{0,1000})?/?>|&(?:nbsp|amp|lt|gt|quot|[mn]dash|[lr][sd]quo|#\d{1,5});",
    re.I,
)


def is_html(content: str) -> bool:
    return bool(_HTML.search(content))


def markdown(lines: Iterable[Line]) -> list[Line]:
    """The lines with tags read as Markdown; a tag may begin further lines at the same place."""
    made: list[Line] = []
    unread = ""
    for line in lines:
        text, unread = _read(line.text, unread)
        made += [line.with_text(part.rstrip()) for part in text.split("\n")]
    return made


def _read(text: str, unread: str) -> tuple[str, str]:
    """The line as Markdown, and the tag within which nothing is read at its end."""
    if "<" not in text and "&" not in text:
        return ("" if unread else text), unread
    parts: list[str] = []
    at = 0
    for tag in _TAG.finditer(text):
        parts.append("" if unread else html.unescape(text[at : tag.start()]))
        at = tag.end()
        said, unread = _said(tag, unread)
        parts.append(said)
    parts.append("" if unread else html.unescape(text[at:]))
    return _without_empty_bold("".join(parts)), unread


def _said(tag: re.Match[str], unread: str) -> tuple[str, str]:
    closes, name = bool(tag[1]), (tag[2] or "").lower()
    if unread:
        return "", "" if closes and name == unread else unread
    if name in _UNREAD.split():
        return "", "" if closes or tag.group().endswith("/>") else name
    if not name:
        return "", ""
    if name not in _OPENING:
        return tag.group(), ""
    return (_CLOSING.get(name, "") if closes else _OPENING[name]), ""


def _without_empty_bold(text: str) -> str:
    return text.replace("****", "")
