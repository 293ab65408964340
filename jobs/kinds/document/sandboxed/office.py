"""Documents and slides of Word and PowerPoint (OOXML) and of LibreOffice (ODF), as Markdown by pages or slides."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from .archive import Archive, attribute, local
from .content import PAGES, PageContent, Refused, pieces, text_page
from .writer import LOWERED, RAISED, Writer, link_id, plain


class Paged:
    """Pages that are texts with pictures attached to them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._pages = [
            (piece, pictures if number == 0 else [])
            for text, pictures in self._read()
            for number, piece in enumerate(pieces(text))
        ]
        self.count = len(self._pages)
        if self.count > PAGES:
            raise Refused("pages")

    def _read(self) -> Iterable[tuple[str, list[str]]]:
        raise NotImplementedError

    def page(self, number: int) -> PageContent:
        text, pictures = self._pages[number]
        return text_page(text, attached=len(pictures))

    def picture(self, number: int) -> bytes:
        return self.part(number, [0])

    def part(self, number: int, box: list[float]) -> bytes:
        return self._archive.picture(self._pages[number][1][int(box[0])])


class Docx(Paged):
    """Its pages are those that Word had when it wrote the file, or as many as it has page breaks."""

    def _read(self) -> Iterable[tuple[str, list[str]]]:
        part = _main(self._archive)
        links = self._archive.links(part)
        writer = Writer(_pictures(links))
        writer.blocks(self._archive.xml(part))
        for kind, name in links.values():
            if kind in ("footnotes", "endnotes"):
                writer.blocks(self._archive.xml(name))
        return writer.pages()


class Pptx(Paged):
    def _read(self) -> Iterable[tuple[str, list[str]]]:
        part = _main(self._archive)
        links = self._archive.links(part)
        for slide in self._archive.xml(part).iter():
            if local(slide) == "sldId":
                kind, name = links.get(link_id(slide), ("", ""))
                if kind == "slide":
                    yield self._slide(name)

    def _slide(self, part: str) -> tuple[str, list[str]]:
        links = self._archive.links(part)
        writer = Writer(_pictures(links))
        shapes = self._archive.xml(part)
        titles = [shape for shape in _shapes(shapes) if _place(shape) in ("title", "ctrTitle")]
        for title in titles:
            writer.heading(plain(title))
        writer.blocks(shapes, without=titles)
        for kind, name in links.values():
            if kind == "diagramData":
                writer.blocks(self._archive.xml(name))
            elif kind == "notesSlide":
                notes = [s for s in _shapes(self._archive.xml(name)) if _place(s) == "body"]
                for shape in notes:
                    writer.blocks(shape)
        return _as_one(writer)


class Odf(Paged):
    """ODT: pages where LibreOffice has marked them. ODP: its slides."""

    def _read(self) -> Iterable[tuple[str, list[str]]]:
        root = self._archive.xml("content.xml")
        _set_scripts(root)
        slides = [e for e in root.iter() if local(e) == "page" and "drawing" in e.tag]
        names = {name: name for name in self._archive.names}
        for part in slides or [e for e in root.iter() if local(e) == "body"]:
            writer = Writer(names)
            writer.blocks(part)
            yield from [_as_one(writer)] if slides else writer.pages()


def _pictures(links: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {key: name for key, (kind, name) in links.items() if kind == "image"}


def _as_one(slide: Writer) -> tuple[str, list[str]]:
    text, shown = zip(*slide.pages(), strict=True)
    return "\n\n".join(text), [name for names in shown for name in names]


def _set_scripts(root: Element) -> None:
    """OpenDocument raises and lowers by named styles, by words or in percent."""
    tables = {}
    for style in root.iter():
        for properties in style if local(style) == "style" else ():
            off = attribute(properties, "text-position").partition(" ")[0]
            if off not in ("", "0%"):
                is_lowered = off == "sub" or off.startswith("-")
                tables[attribute(style, "name")] = LOWERED if is_lowered else RAISED
    for span in root.iter():
        if local(span) == "span" and (table := tables.get(attribute(span, "style-name"))):
            span.text = (span.text or "").translate(table)


def _shapes(slide: Element) -> list[Element]:
    return [element for element in slide.iter() if local(element) == "sp"]


def _place(shape: Element) -> str:
    return next((attribute(e, "type") for e in shape.iter() if local(e) == "ph"), "")


def _main(archive: Archive) -> str:
    """The part that everything else hangs on."""
    for kind, name in archive.links("").values():
        if kind == "officeDocument":
            return name
    raise Refused("broken")
