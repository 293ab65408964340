"""What a file is, by its content, and what to do with one that is not read here."""

import re
import struct
import zipfile
from typing import IO

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
EPUB = "application/epub+zip"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
TEXT, HTML, RTF = "text/plain", "text/html", "text/rtf"
DOCUMENTS = frozenset({"application/pdf", DOCX, PPTX, EPUB, ODT, ODP, TEXT, HTML, RTF})
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})

HEAD_BYTES = 4096
# The list of an archive's members is read when it is no longer than this.
LIST_BYTES = 4 << 20
# Old Office files name their parts somewhere, in UTF-16.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_KINDS = (
    ("EncryptedPackage", "locked"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
)
# How the name of a member begins; some programs number it.
_OF_MEMBER = (
    ("word/document", DOCX),
    ("ppt/presentation", PPTX),
    ("xl/workbook", "application/vnd.ms-excel"),
    ("META-INF/container.xml", EPUB),
    ("Index/Document.iwa", "iwork"),
    ("Index/Presentation.iwa", "iwork"),
    ("index.apxl", "iwork"),
)
# What may stand before the first element. Nothing of it is tried again in another way, which takes for ever.
_PROLOG = rb"(?is)[\s\xef\xbb\xbf]*+(?:<\?xml[^>]*+>\s*+)?+(?><!--.*?-->\s*)*+"
_HEADS = (
    (re.compile(rb"\s*+\{\\rtf"), RTF),
    (re.compile(rb"%!PS"), "application/postscript"),
    (re.compile(rb"AT&TFORM"), "image/vnd.djvu"),
    (re.compile(rb"(?s).{60}(BOOKMOBI|TPZ)"), "application/x-mobipocket-ebook"),
    (re.compile(_PROLOG + rb"<svg\b"), "image/svg+xml"),
    (re.compile(_PROLOG + rb"<(!doctype\s+html|html|head|body)\b"), HTML),
)
# What people call it, and what to do with it.
_ADVICE = {
    "locked": ("a file that is locked with a password", "save it without one"),
    "application/vnd.ms-powerpoint": ("a PowerPoint 97 file", "save it as .pptx or PDF"),
    "application/msword": ("a Word 97 file", "save it as .docx or PDF"),
    "application/vnd.ms-excel": ("a spreadsheet", "print the part to learn from to a PDF"),
    "iwork": ("a Pages or Keynote file", "export it as PDF"),
    "application/postscript": ("a PostScript file", "convert it to PDF"),
    "image/vnd.djvu": ("a DjVu file", "convert it to PDF"),
    "application/x-mobipocket-ebook": ("a Kindle book", "convert it to EPUB"),
    "application/x-rar-compressed": ("an archive", "unpack it and send what is inside"),
    "application/x-7z-compressed": ("an archive", "unpack it and send what is inside"),
    "application/zip": ("an archive", "unpack it and send what is inside"),
    "application/gzip": ("an archive", "unpack it and send what is inside"),
    "application/x-tar": ("an archive", "unpack it and send what is inside"),
    "image/svg+xml": ("a drawing (SVG)", "save it as PNG or PDF"),
}
_BY_FAMILY = {
    "image": ("a picture of another kind", "save it as JPEG or PNG"),
    "audio": ("a recording", "send its text, or pictures of notes"),
    "video": ("a film", "send its text, or pictures of its slides"),
}
_UNKNOWN = ("a file of an unknown kind", "save it as PDF")
_NAMES = {
    "application/pdf": "a PDF", DOCX: "a Word document", PPTX: "a PowerPoint presentation", EPUB: "a book (EPUB)",
    ODT: "an OpenDocument text", ODP: "an OpenDocument presentation", TEXT: "a text", HTML: "a web page",
    RTF: "an RTF document",
}  # fmt: skip


def told(content: IO[bytes], known: str) -> str:
    """The type of a file. `known`: what its first bytes say, empty where they say nothing."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    if head.startswith(_OLD_OFFICE):
        return _old_office(content)
    if head.startswith(b"PK\x03\x04"):
        return _archive(content)
    if known in DOCUMENTS | PICTURES:
        return known
    found = next((kind for pattern, kind in _HEADS if pattern.match(head)), known)
    return found or (TEXT if _is_text(head) else "")


def advice(kind: str, address: str, kinds: frozenset[str]) -> str:
    """A sentence for whoever sends a file of this kind to an address that takes others."""
    if kind in DOCUMENTS | PICTURES and kind not in kinds:
        name = _NAMES.get(kind, "a picture")
        return f"This is {name}: send it to {address}."
    family = kind.partition("/")[0]
    name, action = _ADVICE.get(kind) or _BY_FAMILY.get(family, _UNKNOWN)
    return f"This is {name}: {action}."


def _old_office(content: IO[bytes]) -> str:
    content.seek(0)
    whole = content.read()
    for name, kind in _OLD_KINDS:
        if name.encode("utf-16-le") in whole:
            return kind
    return "application/x-ole-storage"


def _archive(content: IO[bytes]) -> str:
    """What is inside says what it is; a list that is too long is not read."""
    size = content.seek(0, 2)
    content.seek(max(0, size - (1 << 16) - 22))
    tail = content.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 20 or struct.unpack_from("<I", tail, at + 12)[0] > LIST_BYTES:
        return "application/zip"
    try:
        with zipfile.ZipFile(content) as archive:
            names = set(archive.namelist())
            said = archive.open("mimetype").read(100).decode("ascii") if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return "application/zip"
    if said.strip() in (ODT, ODP, EPUB):
        return said.strip()
    found = (kind for start, kind in _OF_MEMBER if any(n.startswith(start) for n in names))
    return next(found, "application/zip")


def _is_text(head: bytes) -> bool:
    """Nothing but letters in some encoding: control characters are for machines."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    zeros = (head[::2].count(0), head[1::2].count(0))
    if min(zeros) == 0 and max(zeros) > len(head) / 4:
        return True  # UTF-16
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return bool(head.strip()) and control == 0
