"""HTML, and books made of it (EPUB), as Markdown."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

from .archive import attribute, is_picture, local
from .content import Refused
from .office import Paged
from .plain import Text, decoded
from .writer import LOWERED, RAISED

_SKIPPED = {
    *("script", "style", "noscript", "template", "head", "nav", "svg", "button", "select"),
    "iframe",
}
_VOID = {
    *("br", "img", "hr", "input", "meta", "link", "wbr", "area", "col", "source", "track"),
    "embed",
}
_BLOCKS = {
    *("p", "div", "section", "article", "ul", "ol", "table", "blockquote", "pre", "figure", "dl"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "aside", "main", "figcaption"),
    "form",
}
_LINES = {"li", "tr", "dt", "dd", "br", "caption"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# What stands before each part of a formula (MathML) to make it LaTeX; "}" ends what "{" begins.
_PARTS = {
    "msup": ("", "^{"),
    "mover": ("", "^{"),
    "msub": ("", "_{"),
    "munder": ("", "_{"),
    "msubsup": ("", "_{", "^{"),
    "munderover": ("", "_{", "^{"),
    "mfrac": (r"\frac{", "{"),
}


@dataclass(slots=True)
class _Element:
    tag: str
    is_skipped: bool
    closing: str = ""
    children: int = 0


class Reader(HTMLParser):
    """What a browser would show, as far as that is text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[_Element] = []
        # How many elements of each name are open, and how many that are skipped: a file may nest without end.
        self._within = Counter[str]()
        self._skipped = 0
        self.pictures: list[str] = []

    @property
    def text(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._parts).split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        parent = self._open[-1] if self._open else _Element("", is_skipped=False)
        if tag not in _VOID:
            opening = self._opening(parent) + (r"\sqrt{" if tag == "msqrt" else "")
            closing = "}" * opening.count("{")
            self._enter(_Element(tag, _is_skipped(tag, told, parent.tag), closing))
            self._write(opening)
        if tag == "img" and not self._skipped:
            self.pictures.append(told.get("src") or "")
        self._write(self._before(tag))

    def handle_endtag(self, tag: str) -> None:
        if self._within[tag]:
            while self._open[-1].tag != tag:
                self._leave()
            self._write(self._open[-1].closing)
            self._leave()
        self._write("\n\n" if tag in _BLOCKS else " | " if tag in ("td", "th") else "")

    def handle_data(self, data: str) -> None:
        if not self._within["pre"]:
            data = re.sub(r"\s+", " ", data)
        if self._open and self._open[-1].tag in ("sup", "sub"):
            data = data.translate(RAISED if self._open[-1].tag == "sup" else LOWERED)
        self._write(data)

    def _enter(self, element: _Element) -> None:
        self._open.append(element)
        self._within[element.tag] += 1
        self._skipped += element.is_skipped

    def _leave(self) -> None:
        element = self._open.pop()
        self._within[element.tag] -= 1
        self._skipped -= element.is_skipped

    def _opening(self, parent: _Element) -> str:
        parts = _PARTS.get(parent.tag, ())
        parent.children += 1
        return parts[parent.children - 1] if parent.children <= len(parts) else ""

    def _before(self, tag: str) -> str:
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            return "\n\n" + "#" * int(tag[1]) + " "
        if tag in _BLOCKS:
            return "\n\n"
        if tag == "tr":
            return "\n| "
        return ("\n- " if tag == "li" else "\n") if tag in _LINES else ""

    def _write(self, text: str) -> None:
        if text and not self._skipped:
            self._parts.append(text)


def _is_skipped(tag: str, told: dict[str, str | None], parent: str) -> bool:
    """Of a formula that is there in several forms, LaTeX is taken."""
    is_tex = tag == "annotation" and "tex" in (told.get("encoding") or "")
    return (
        tag in _SKIPPED
        or "hidden" in told
        or told.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(told.get("style") or ""))
        or (parent == "semantics" and not is_tex)
    )


class Html(Text):
    def _text(self, content: bytes) -> str:
        return read(decoded(content, _charset(content))).text


class Epub(Paged):
    """A page is a file of the book, in the order in which they are read."""

    def _read(self) -> Iterable[tuple[str, list[str]]]:
        if "META-INF/rights.xml" in self._archive.names:
            raise Refused("locked")
        container = self._archive.xml("META-INF/container.xml")
        package = next(
            (attribute(e, "full-path") for e in container.iter() if local(e) == "rootfile"), ""
        )
        root, folder = self._archive.xml(package), posixpath.dirname(package)
        files = {attribute(e, "id"): e for e in root.iter() if local(e) == "item"}
        for step in (e for e in root.iter() if local(e) == "itemref"):
            item = files.get(attribute(step, "idref"), Element("nothing"))
            # The list of contents is no text to learn from.
            if "nav" not in attribute(item, "properties").split():
                yield self._chapter(
                    posixpath.normpath(posixpath.join(folder, attribute(item, "href")))
                )

    def _chapter(self, name: str) -> tuple[str, list[str]]:
        content = self._archive.read(name)
        found = read(decoded(content, _charset(content)))
        folder = posixpath.dirname(name)
        pictures = [posixpath.normpath(posixpath.join(folder, source)) for source in found.pictures]
        known = [p for p in dict.fromkeys(pictures) if is_picture(p) and p in self._archive.names]
        return found.text, [] if found.text else known[:5]


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def _charset(content: bytes) -> str:
    """What the file says of itself."""
    said = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", content[:2048], re.IGNORECASE)
    return said[1].decode() if said else ""
