"""Paragraphs and tables of office files (OOXML and ODF), written one after the other as Markdown."""

import re
from collections.abc import Collection, Iterable, Iterator
from xml.etree.ElementTree import Element

from .archive import attribute, is_picture, local
from .formulas import latex

PICTURES = 20  # of a page
NEW_PAGE = "\f"
RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
# What is in these is no text of the document: deleted, the words of a field, the same once more for old programs.
_NOT_READ = {
    *("del", "moveFrom", "instrText", "Fallback", "annotation", "tracked-changes", "pPr"),
    "sectPr",
}
_TABLES = ("tbl", "table")
_BLOCKS = ("p", "h", *_TABLES)
_ROWS, _CELLS = ("tr", "table-row"), ("tc", "table-cell")
_BREAKS = {"tab": " ", "br": "\n", "line-break": "\n", "cr": "\n", "noBreakHyphen": "-"}


class Writer:
    """Blocks of text, one after the other, with the pictures among them."""

    def __init__(self, pictures: dict[str, str]) -> None:
        self._pictures = pictures
        self._blocks: list[str] = []
        self._shown: list[str] = []
        self._pages: list[tuple[str, list[str]]] = []

    def heading(self, text: str) -> None:
        self._add(f"# {' '.join(text.split())}" if text.strip() else "")

    def blocks(self, element: Element, without: Iterable[Element] = ()) -> None:
        left_out = set(map(id, without))
        for child in element:
            name = local(child)
            if name in _NOT_READ or id(child) in left_out or _is_reviewers(child):
                continue
            if name in _BLOCKS:
                for inner in () if name in _TABLES else child.iter():
                    self._see(inner)
                self._block(child)
            elif name in ("oMath", "oMathPara"):
                self._add(f"${latex(child)}$")
            else:
                self._see(child)
                self.blocks(child, without)

    def pages(self) -> list[tuple[str, list[str]]]:
        self._turn()
        return self._pages

    def _block(self, element: Element) -> None:
        if local(element) in _TABLES:
            self._table(element)
        else:
            self._paragraph(element)

    def _paragraph(self, element: Element) -> None:
        first, *others = (_own(element) + "".join(_texts(element))).split(NEW_PAGE)
        level = _level(element)
        self._add(
            ("#" * level + " " if level and first.strip() else _bullet(element, first))
            + first.strip()
        )
        for text in others:
            self._turn()
            self._add(text.strip())
        # Text boxes, shapes and notes hang on a paragraph and hold others.
        for inner in _nearest(element, _BLOCKS):
            self._block(inner)

    def _table(self, element: Element) -> None:
        rows = []
        table = [list(_nearest(row, _CELLS)) for row in _nearest(element, _ROWS)]
        if any(next(_nearest(cell, _TABLES), None) is not None for row in table for cell in row):
            # One that holds others only sets them on the page.
            for cell in (cell for row in table for cell in row):
                self.blocks(cell)
            return
        for row in table:
            cells = [" ".join(plain(cell).split()) for cell in row]
            if any(cells):
                rows.append("| " + " | ".join(cells) + " |")
        if rows:
            rows.insert(1, "|" + " --- |" * (rows[0].count(" | ") + 1))
        self._add("\n".join(rows))

    def _see(self, element: Element) -> None:
        if local(element) in ("blip", "image", "imagedata"):
            key = link_id(element) or attribute(element, "embed") or attribute(element, "href")
            name = self._pictures.get(key, "")
            if is_picture(name) and len(self._shown) < PICTURES and name not in self._shown:
                self._shown.append(name)

    def _add(self, block: str) -> None:
        if block.strip():
            self._blocks.append(block)

    def _turn(self) -> None:
        self._pages.append((_joined(self._blocks), self._shown))
        self._blocks, self._shown = [], []


def _joined(blocks: list[str]) -> str:
    """Items of a list stand together, all else apart."""
    text = "\n\n".join(blocks)
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", text)


def _texts(element: Element) -> Iterator[str]:
    """The words of a paragraph, in their order."""
    for child in element:
        name = local(child)
        if name in _NOT_READ or name in _BLOCKS or _is_hidden(child):
            continue
        if name == "note-citation":
            yield (child.text or "").translate(RAISED)
        elif name == "t":
            yield child.text or ""
        elif name in ("oMath", "oMathPara"):
            yield f"${latex(child)}$"
        elif (
            name == "lastRenderedPageBreak"
            or name == "soft-page-break"
            or (name == "br" and attribute(child, "type") == "page")
        ):
            yield NEW_PAGE
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "s":
            yield " " * min(int(attribute(child, "c") or 1), 100)
        else:
            is_odf = "opendocument" in str(child.tag)
            yield (child.text or "") if is_odf else ""
            yield _scripted(child, "".join(_texts(child)))
        if "opendocument" in str(element.tag) or "opendocument" in str(child.tag):
            yield child.tail or ""


def _nearest(element: Element, names: Collection[str]) -> Iterator[Element]:
    """What is called so in it, and not in another of them."""
    for child in element:
        if local(child) in names:
            yield child
        elif local(child) not in _NOT_READ:
            yield from _nearest(child, names)


def plain(element: Element) -> str:
    """Everything that is in it, paragraphs side by side."""
    blocks = _nearest(element, _BLOCKS)
    texts = (f"{_own(block)}{''.join(_texts(block))} {plain(block)}" for block in blocks)
    return " ".join(texts).replace(NEW_PAGE, " ")


def _own(element: Element) -> str:
    return (element.text or "") if "opendocument" in str(element.tag) else ""


def _scripted(run: Element, text: str) -> str:
    for inner in run:
        if local(inner) == "rPr":
            # PowerPoint says by how much it is raised, Word that it is.
            off = attribute(inner, "baseline") or "0"
            marks = [attribute(mark, "val") for mark in inner if local(mark) == "vertAlign"]
            if marks == ["superscript"] or off.lstrip("-").isdigit() and int(off) > 0:
                return text.translate(RAISED)
            if marks == ["subscript"] or off.startswith("-"):
                return text.translate(LOWERED)
    return text


def _is_hidden(run: Element) -> bool:
    return any(
        local(mark) == "vanish" and attribute(mark, "val") not in ("0", "false")
        for inner in run
        if local(inner) == "rPr"
        for mark in inner
    )


def _is_reviewers(element: Element) -> bool:
    """Word's separators between text and notes."""
    return local(element) == "footnote" and attribute(element, "type") != ""


def _level(element: Element) -> int:
    """1 for a heading; 0 for what is none."""
    if local(element) == "h":
        return min(int(attribute(element, "outline-level") or 1), 6)
    style = next((attribute(e, "val") for e in _properties(element) if local(e) == "pStyle"), "")
    named = re.fullmatch(
        r"(?:heading|berschrift|titre|ttulo|titolo)\s?([1-6])", style, re.IGNORECASE
    )
    return int(named[1]) if named else 1 if style.lower() == "title" else 0


def _bullet(element: Element, text: str) -> str:
    is_item = any(local(e) in ("numPr", "buChar", "buAutoNum") for e in _properties(element))
    return "- " if is_item and text.strip() else ""


def _properties(paragraph: Element) -> Iterator[Element]:
    return (e for child in paragraph if local(child) == "pPr" for e in child.iter())


def link_id(element: Element) -> str:
    return next((v for k, v in element.attrib.items() if "relationships}" in k), "")
