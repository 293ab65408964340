"""Office files, made here as small as they are valid: what Word, PowerPoint, LibreOffice and makers of books write."""

import io
import zipfile

from jobs.kinds.document.naming import EPUB, ODP, ODT

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
SPACES = f'xmlns:w="{_W}" xmlns:a="{_A}" xmlns:p="{_P}" xmlns:m="{_M}" xmlns:r="{_R}"'


def archive(**members: str | bytes) -> bytes:
    return packed({name.replace("__", "/"): content for name, content in members.items()})


def packed(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(body: str, links: str = "", **more: str | bytes) -> bytes:
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": rels(("officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": links or rels(),
    }
    return packed(members | {name.replace("__", "/"): content for name, content in more.items()})


def pptx(*slides: str, links: str = "", **more: str | bytes) -> bytes:
    ids = "".join(f'<p:sldId id="{n}" r:id="r{n}"/>' for n in range(len(slides)))
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": rels(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {SPACES}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": rels(
            *[("slide", f"slides/slide{n}.xml") for n in range(len(slides))]
        ),
        "ppt/slides/_rels/slide0.xml.rels": links or rels(),
    }
    for number, slide in enumerate(slides):
        tree = f"<p:sld {SPACES}><p:cSld><p:spTree>{slide}</p:spTree></p:cSld></p:sld>"
        members[f"ppt/slides/slide{number}.xml"] = tree
    return packed(members | {name.replace("__", "/"): content for name, content in more.items()})


def shape(*paragraphs: str, place: str = "body") -> str:
    inside = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return (
        f'<p:sp><p:nvSpPr><p:nvPr><p:ph type="{place}"/></p:nvPr></p:nvSpPr>'
        f"<p:txBody>{inside}</p:txBody></p:sp>"
    )


def paragraph(text: str, style: str = "", more: str = "") -> str:
    told = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{told}<w:r><w:t>{text}</w:t></w:r>{more}</w:p>"


def rels(*links: tuple[str, str]) -> str:
    """Ids are r0, r1, …"""
    inside = "".join(
        f'<Relationship Id="r{n}" Type="{_R}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(links)
    )
    return f'<Relationships xmlns="{_RELS}">{inside}</Relationships>'


def odf(body: str, is_slides: bool = False) -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(
        f'xmlns:{short}="{urn}:{name}:1.0"'
        for short, name in (
            ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"),
        )
    )  # fmt: skip
    content = f"<office:document-content {spaces}><office:body>{body}</office:body></office:document-content>"
    return packed({"mimetype": ODP if is_slides else ODT, "content.xml": content})


def epub(*chapters: str) -> bytes:
    items = "".join(f'<item id="c{n}" href="c{n}.xhtml"/>' for n in range(len(chapters)))
    steps = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    members: dict[str, str | bytes] = {
        "mimetype": EPUB,
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        "OPS/book.opf": f"<package><manifest>{items}</manifest><spine>{steps}</spine></package>",
    }
    for number, chapter in enumerate(chapters):
        members[f"OPS/c{number}.xhtml"] = (
            '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html><head><title>x</title></head>'
            f"<body>{chapter}</body></html>"
        )
    return packed(members)
