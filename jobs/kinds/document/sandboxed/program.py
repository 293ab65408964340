"""The program that takes an untrusted file apart: its arguments are PATH and MEDIA_TYPE.

It runs without our environment and within limits of memory and time, so a hostile file ends this process and nothing
else (jobs/kinds/document/sandbox.py is the other end). Asked on standard input, a line each: `page N` for what the file
says of a page, as JSON; `picture N` for an upright JPEG of it; `part N BOX` for one of what is inside a box, or of one
attached picture. Answers are a letter, a length of four bytes, and so many bytes: first `o` with the number of pages, or
`e` with a word of sandbox.REASONS.
"""

import json
import resource
import sys
from collections.abc import Callable
from functools import partial
from typing import Protocol

from .content import PageContent, Refused

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 300


class Pages(Protocol):
    count: int

    def page(self, number: int) -> PageContent: ...

    def picture(self, number: int) -> bytes: ...

    def part(self, number: int, box: list[float]) -> bytes: ...


def opened(path: str, media_type: str) -> Pages:
    """Only what this file needs is loaded."""
    match media_type.partition("/")[0], media_type:
        case _, "application/pdf":
            from .pdf import Pdf

            return Pdf(path)
        case "image", _:
            from .picture import Picture

            if media_type == "image/heic":
                import pi_heif

                pi_heif.register_heif_opener()
            return Picture(path)
        case "text", _:
            return _text(path, media_type)
    return _archive(path, media_type)


def _text(path: str, media_type: str) -> Pages:
    from . import markup, plain

    kinds = {"text/html": markup.Html, "text/rtf": plain.Rtf}
    return kinds.get(media_type, plain.Text)(path)


def _archive(path: str, media_type: str) -> Pages:
    from . import markup, office
    from .archive import Archive

    match media_type.rpartition("/")[2].rpartition(".")[2]:
        case "document":
            return office.Docx(Archive(path))
        case "presentation" if "openxml" in media_type:
            return office.Pptx(Archive(path))
        case "epub+zip":
            return markup.Epub(Archive(path))
        case "text" | "presentation":
            return office.Odf(Archive(path))
    raise Refused("broken")


def asked(pages: Pages, line: str) -> bytes:
    what, number, *more = line.split()
    match what:
        case "page":
            return json.dumps(pages.page(int(number))).encode("utf-8", "replace")
        case "picture":
            return pages.picture(int(number))
        case _:
            return pages.part(int(number), [float(side) for side in more])


def answer(make: Callable[[], bytes]) -> None:
    """What `make` makes, or why it could not be made."""
    letter, body = b"e", b"broken"
    try:
        body = make()
        letter = b"o"
    except Refused as error:
        body = str(error).encode()
    except MemoryError:
        body = b"large"
    except Exception:  # noqa: BLE001  a border: whatever a hostile file brings a library to raise
        body = b"broken"
    out = sys.stdout.buffer
    out.write(letter + len(body).to_bytes(4, "big") + body)
    out.flush()


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    found: list[Pages] = []

    def begin() -> bytes:
        found.append(opened(sys.argv[1], sys.argv[2]))
        return str(found[0].count).encode()

    answer(begin)
    for line in sys.stdin if found else ():
        answer(partial(asked, found[0], line))
