"""A program of its own that takes an untrusted PDF or picture apart: `sandboxed.py PATH MEDIA_TYPE`.

It runs without our environment and within limits of memory and time, so a hostile file ends this process and nothing
else (jobs/kinds/document/sandbox.py is the other end). Asked on standard input, a line each: `text N` for the text of a
page, `picture N` for an upright JPEG of it. Answers are a letter, a length of four bytes, and so many bytes: first `o`
with the number of pages, or `e` with a word of unpacking.REASONS.
"""

import io
import resource
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

import pypdfium2
from PIL import Image, ImageOps

PAGES = 500
PIXELS = 100_000_000
PAGE_CHARACTERS = 100_000
# Longer sides bring no better reading.
LONGEST_SIDE = 3000
DPI = 200
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 300
PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD


class Refused(Exception):
    """`args[0]` is a word of unpacking.REASONS."""


class Pages(Protocol):
    count: int

    def text(self, page: int) -> str: ...

    def picture(self, page: int) -> bytes: ...


class Pdf:
    """No script in it is run: PDFium comes without an engine for that."""

    def __init__(self, path: str) -> None:
        try:
            self._document: Any = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            is_locked = error.err_code == PASSWORD_NEEDED
            raise Refused("locked" if is_locked else "broken") from error
        self.count = len(self._document)
        if self.count > PAGES:
            raise Refused("pages")

    def text(self, page: int) -> str:
        found = self._document[page].get_textpage()
        length = min(found.count_chars(), PAGE_CHARACTERS)
        return str(found.get_text_range(0, length)) if length else ""

    def picture(self, page: int) -> bytes:
        loaded = self._document[page]
        longest = max(*loaded.get_size(), 1)
        scale = min(DPI / 72, LONGEST_SIDE / longest)
        return _jpeg(loaded.render(scale=scale).to_pil())


class Picture:
    """One page without text."""

    count = 1

    def __init__(self, path: str) -> None:
        self._image = Image.open(path, formats=("JPEG", "PNG", "WEBP", "HEIF"))
        width, height = self._image.size
        if width * height > PIXELS:
            raise Refused("pixels")

    def text(self, page: int) -> str:
        return ""

    def picture(self, page: int) -> bytes:
        # A JPEG is decoded at a fraction of its size.
        self._image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(self._image)
        if upright.has_transparency_data:
            paper = Image.new("RGBA", upright.size, "white")
            upright = Image.alpha_composite(paper, upright.convert("RGBA"))
        return _jpeg(upright.convert("RGB"))


def _jpeg(image: Image.Image) -> bytes:
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    encoded = io.BytesIO()
    image.convert("RGB").save(encoded, "JPEG", quality=92)
    return encoded.getvalue()


def opened(path: str, media_type: str) -> Pages:
    if media_type == "application/pdf":
        return Pdf(path)
    if media_type == "image/heic":
        import pi_heif

        pi_heif.register_heif_opener()
    return Picture(path)


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
    Image.MAX_IMAGE_PIXELS = None  # PIXELS is asked before anything is decoded
    found: list[Pages] = []

    def begin() -> bytes:
        found.append(opened(sys.argv[1], sys.argv[2]))
        return str(found[0].count).encode()

    answer(begin)
    for line in sys.stdin if found else ():
        what, number = line.split()
        answer(partial(MAKES[what], found[0], int(number)))


MAKES: dict[str, Callable[[Pages, int], bytes]] = {
    "text": lambda pages, page: pages.text(page).encode("utf-8", "replace"),
    "picture": lambda pages, page: pages.picture(page),
}

if __name__ == "__main__":
    main()
