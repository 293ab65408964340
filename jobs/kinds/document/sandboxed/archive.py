"""Office files are archives of XML: read within bounds, without entities and without anything from outside."""

import io
import posixpath
import zipfile
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from .content import Refused

MEMBERS = 20_000
MEMBER_BYTES = 64 << 20
ALL_BYTES = 256 << 20
# Elements within each other. A text box within a text box takes ten.
DEEPEST = 250
_LINKS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


class Archive:
    """A file of files. What is larger than its bounds is refused before it is unpacked."""

    def __init__(self, path: str) -> None:
        self._zip = zipfile.ZipFile(path)
        self.names = self._zip.namelist()
        if len(self.names) > MEMBERS:
            raise Refused("large")
        self._left = ALL_BYTES

    def read(self, name: str) -> bytes:
        """What an entry says of its size is not believed."""
        try:
            member = self._zip.getinfo(name)
        except KeyError:
            return b""
        if member.flag_bits & 1:
            raise Refused("locked")
        with self._zip.open(member) as stream:
            content = stream.read(min(MEMBER_BYTES, self._left) + 1)
        self._left -= len(content)
        if len(content) > MEMBER_BYTES or self._left < 0:
            raise Refused("large")
        return content

    def xml(self, name: str) -> Element:
        content = self.read(name)
        if not content:
            return Element("nothing")
        try:
            root: Element = fromstring(content, forbid_dtd=True)
        except DefusedXmlException as error:
            raise Refused("entities") from error
        if _is_deep(root):
            raise Refused("large")
        return root

    def links(self, name: str) -> dict[str, tuple[str, str]]:
        """Of a part of an Office file, by their ids: of which kind each is, and what it leads to inside the file."""
        folder, file = posixpath.split(name)
        found = {}
        for link in self.xml(posixpath.join(folder, "_rels", f"{file}.rels")).iter(
            f"{_LINKS}Relationship"
        ):
            if link.get("TargetMode") != "External":
                target = posixpath.join("/", folder, link.get("Target", ""))
                kind = posixpath.basename(link.get("Type", ""))
                found[link.get("Id", "")] = (kind, posixpath.normpath(target).lstrip("/"))
        return found

    def picture(self, name: str) -> bytes:
        # Most office files are read without their pictures, whose library is half of what the program loads.
        from .picture import jpeg, opened, small

        return jpeg(small(opened(io.BytesIO(self.read(name)))))


def _is_deep(root: Element) -> bool:
    """Before anything goes down into it: each level costs the readers of a paragraph another look at all below it."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
    return bool(level)


def is_picture(name: str) -> bool:
    return name.lower().endswith(_PICTURES)


def local(element: Any) -> str:
    """The name of an element without its namespace; of a comment, none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """Whatever its namespace."""
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == name), "")
