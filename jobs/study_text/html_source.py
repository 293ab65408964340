"""HTML, or what is left of it after copying, and the XML of books (DocBook, CNXML, JATS) -> lines of Markdown.

Python's own parser takes minutes for a hundred thousand characters of unclosed tags, so tags are found
by a pattern of bounded length here. Tags that HTML does not have are text (`List<String>`), except in XML.
"""

import html
import re
from collections.abc import Callable, Sequence

from jobs.study_text.lines import Line

_BLOCKS = "p div br ul ol dl table thead tbody tr section article main blockquote figure hr pre center caption"
_INLINE = (
    "a abbr b big cite code dfn em font i kbd mark q s samp small span strong sub sup tt u var wbr img "
    "input label time col colgroup html body ins del figcaption picture source link meta"
)
_TYPE = {"b": "**", "strong": "**", "dfn": "**", "em": "*", "i": "*"}
_OF_BOOKS = dict.fromkeys(("term", "firstterm", "emphasis", "italic"), "*")
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
    **_TYPE,
}
_CLOSING = {
    **{name: text for name, text in _OPENING.items() if name in _BLOCKS.split() and text == "\n\n"},
    **{f"h{level}": "\n\n" for level in range(1, 7)},
    **{"td": "\t", "th": "\t", **_TYPE},
}
# With what stands in them.
_UNREAD = "script style head nav svg math button noscript template iframe form header footer aside title textarea select"
_OPENING_XML = {
    **_OPENING,
    **_OF_BOOKS,
    **dict.fromkeys(("title", "bridgehead"), "\n\n## "),
    **dict.fromkeys(
        ["para", "simpara", "sect1", "sect2", "list", "glossary", "note", "sec", "caption"], "\n\n"
    ),
    **dict.fromkeys(("item", "listitem", "list-item", "member"), "\n- "),
    **dict.fromkeys(["definition", "glossentry", "varlistentry", "def-item"], "\n\n"),
    **dict.fromkeys(("meaning", "glossdef", "def"), "\n: "),
    **dict.fromkeys(("entry", "row"), ""),
}
_CLOSING_XML = {
    **_CLOSING,
    **_OF_BOOKS,
    **dict.fromkeys(
        ["title", "bridgehead", "para", "simpara", "sec", "list", "note", "caption"], "\n\n"
    ),
    **{"entry": "\t", "row": "\n"},
}
# XML of books, by its own elements or by what its first one says.
_XML = re.compile(
    r"<(?:para|simpara|listitem|sect1|glossentry|sec|meaning)(?:\s[^<>]{0,300})?>|\sxmlns=\""
)
_UNREAD_XML = "metadata media image math object script style svg cite xref ref-list info bibliography contrib-group"
_TAG = re.compile(
    r"<(/?)(?:\w{1,10}:)?([a-zA-Z][\w.-]{0,20})(?=[\s/>])([^<>]{0,5000})>|<!--[^<>]{0,2000}-->|<![A-Za-z][^<>]{0,200}>"
)
_BREAK_IN_CELL = re.compile(r"<br\s*/?>(?:\s*[-*•]\s)?", re.I)
_HTML = re.compile(
    r"</?(?:p|div|br|ul|ol|li|dl|dt|dd|table|tr|td|th|h[1-6]|span|strong|em|sub|sup|a|b|i|mark|details)"
    r"(?:\s[^<>]{0,1000})?/?>|&(?:nbsp|amp|lt|gt|quot|[mn]dash|[lr][sd]quo|#\d{1,5});",
    re.I,
)
_Said = Callable[[re.Match[str], str], tuple[str, str]]


def is_html(content: str) -> bool:
    return bool(_HTML.search(content) or _XML.search(content))


def markdown(lines: Sequence[Line]) -> list[Line]:
    """The lines with tags read as Markdown; a tag may begin further lines at the same place."""
    made: list[Line] = []
    said = _said_in_xml if any(_XML.search(line.text) for line in lines) else _said
    unread = ""
    for line in lines:
        is_row = line.text.lstrip().startswith("|")
        row = _BREAK_IN_CELL.sub(" ", line.text) if is_row else line.text
        text, unread = _read(row, unread, said)
        for part in map(str.rstrip, text.split("\n")):
            if made and made[-1].text in (":", "-"):  # what it marks is in an element or line below
                made[-1] = line.with_text(f"{made[-1].text} {part}".rstrip())
            elif part == ":" and made and not made[-1].text:
                made[-1] = line.with_text(part)  # below its term
            else:
                made.append(line.with_text(part))
    return made


def _read(text: str, unread: str, said_by: _Said) -> tuple[str, str]:
    """The line as Markdown, and the tag within which nothing is read at its end."""
    if "<" not in text and "&" not in text:
        return ("" if unread else text), unread
    parts: list[str] = []
    at = 0
    for tag in _TAG.finditer(text):
        parts.append("" if unread else html.unescape(text[at : tag.start()]))
        at = tag.end()
        said, unread = said_by(tag, unread)
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


def _said_in_xml(tag: re.Match[str], unread: str) -> tuple[str, str]:
    """Elements that it does not know say nothing themselves."""
    closes, name = bool(tag[1]), (tag[2] or "").lower()
    if unread:
        return "", "" if closes and name == unread else unread
    if name in _UNREAD_XML.split():
        return "", "" if closes or tag.group().endswith("/>") else name
    return (_CLOSING_XML if closes else _OPENING_XML).get(name, ""), ""


def _without_empty_bold(text: str) -> str:
    return text.replace("****", "")
