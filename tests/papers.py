"""Files as people hand them in: PDFs and pictures, sound and hostile, made here."""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

HEIC = (Path(__file__).parent / "papers.heic").read_bytes()


@dataclass(frozen=True)
class Scan:
    """A page that shows a picture in `box`, and what is written over it, as text or as drawing operators."""

    image: Image.Image
    text: str = ""
    box: tuple[int, int, int, int] = (0, 0, 612, 792)
    drawn: str = ""


HELVETICA = "/Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding"
# Written from top to bottom, and left to whoever reads the file to have.
MINCHO = (
    "/Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UTF16-V /DescendantFonts "
    "[<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 "
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>]"
)

# Its letters are those of ASCII from "a" on, and its spaces and brackets ASCII's.
HEBREW = (
    "/Subtype /Type1 /BaseFont /Helvetica /FirstChar 32 /LastChar 123 /Widths ["
    + " 600" * 92
    + "] /Encoding << /Differences [97"
    + "".join(f" /afii{57664 + place}" for place in range(27))
    + "] >>"
)


def pdf(
    *pages: "str | Scan",
    extra: str = "",
    trailer: str = "",
    content: bytes | None = None,
    font: str = HELVETICA,
) -> bytes:
    """Each page with its lines as text. `extra`: members of the catalog; `content`: a stream for all pages as it is."""
    objects: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R {extra} >>".encode(),
        b"",  # the tree of pages, once their numbers are known
        f"<< /Type /Font {font} >>".encode(),
    ]
    kids = []
    for page in pages:
        drawn, shown = _written_on(page), b""
        if isinstance(page, Scan):
            objects.append(_jpeg_of(page.image))
            shown = b"/XObject << /Im %d 0 R >>" % len(objects)
        objects.append(content or _stream(drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> %s >> >>" % (len(objects), shown)
        )
        kids.append(len(objects))
    named = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<< /Type /Pages /Kids [{named}] /Count {len(kids)} >>".encode()
    return _written(objects, trailer)


def drawn_pdf(*pages: str, annotations: str = "", extra: str = "", font: str = HELVETICA) -> bytes:
    """Pages as drawing operators, with /F1 for the font; the first may have annotations."""
    blank = Image.new("RGB", (1, 1), "white")
    scans = [Scan(blank, box=(0, 0, 0, 0), drawn=page) for page in pages]
    made = pdf(*scans, extra=extra, font=font)
    if not annotations:
        return made
    return made.replace(b"/Contents", f"/Annots [{annotations}] /Contents".encode(), 1)


def _written_on(page: "str | Scan") -> bytes:
    if isinstance(page, Scan):
        left, bottom, right, top = page.box
        image = f"q {right - left} 0 0 {top - bottom} {left} {bottom} cm /Im Do Q"
        text = f"BT /F1 12 Tf 14 TL 300 20 Td ({page.text}) Tj ET" if page.text else ""
        return f"{image if right else ''} {text} {page.drawn}".encode("cp1252")
    lines = " T* ".join(f"({line}) Tj" for line in page.split("\n"))
    return f"BT /F1 12 Tf 14 TL 72 720 Td {lines} ET".encode("cp1252")


def _stream(drawn: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn)


def _jpeg_of(image: Image.Image) -> bytes:
    body = encoded(image.convert("RGB"), "JPEG")
    head = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB"
    return (
        head + b" /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream"
    ) % (
        *image.size,
        len(body),
        body,
    )


def lines_of(text: str, count: int) -> str:
    """The first sentences of a text, a line each, as `pdf` can draw them."""
    plain = text.replace("(", "").replace(")", "").replace(". ", ".\n")
    return "\n".join([line.strip() for line in plain.split("\n") if line.strip()][:count])


def _written(objects: Sequence[bytes], trailer: str) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    out.write(f"trailer << /Size {size} /Root 1 0 R {trailer} >>\n".encode())
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def locked_pdf() -> bytes:
    """Its password is known to nobody."""
    key = "00" * 32
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >>"
    return pdf("Secret", trailer=f"{encrypt} /ID [<00> <00>]")


def scripted_pdf() -> bytes:
    script = "/OpenAction << /S /JavaScript /JS (while (true) { app.alert(1); }) >>"
    return pdf("The heart pumps blood.", extra=script)


def pdf_bomb() -> bytes:
    return pdf("x", content=bomb())


def pdf_with_bomb(*pages: str, at: int) -> bytes:
    """One of the pages cannot be inflated."""
    made = pdf(*pages)
    old = _stream(_written_on(pages[at]))
    return made.replace(old, bomb(), 1)


def bomb(megabytes: int = 4000) -> bytes:
    """The content of a page, so large once it is inflated."""
    squeezer = zlib.compressobj(9)
    blanks = b" " * (1 << 20)
    first, again = (squeezer.compress(blanks) + squeezer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = first + again * (megabytes - 1) + squeezer.flush()
    head = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
    return head + packed + b"\nendstream"


def scanned_pdf(*pages: Image.Image) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=100)
    return out.getvalue()


def page(
    *lines: str, size: tuple[int, int] = (900, 500), font: str = "", pixels: int = 30
) -> Image.Image:
    """Dark letters on light paper. `font`: a file of DejaVu's, or Pillow's own."""
    image = Image.new("RGB", size, "white")
    drawing = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        drawing.text((40, 40 + 2 * pixels * number), line, fill="black", font=_font(font, pixels))
    return image


def _font(name: str, pixels: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    if not name:
        return ImageFont.load_default(pixels)
    try:
        return ImageFont.truetype(name, pixels)
    except OSError:
        pytest.skip("fonts-dejavu-core is not installed")


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two pictures on one paper."""
    both = Image.new("RGB", (left.width + right.width, max(left.height, right.height)), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    return both


def encoded(image: Image.Image, how: str = "PNG", **more: object) -> bytes:
    out = io.BytesIO()
    image.save(out, how, **more)
    return out.getvalue()


def turned(image: Image.Image, orientation: int) -> bytes:
    """As a camera stores it that was held so: EXIF says how to turn it back."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = image.transpose(undo[orientation]) if orientation in undo else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(stored, "JPEG", exif=exif.tobytes())


def vast_png(side: int = 30_000) -> bytes:
    """One bit a pixel, all white: small on disk."""
    squeezer = zlib.compressobj(9)
    row = b"\x00" + b"\xff" * (side // 8)
    packed = b"".join(squeezer.compress(row) for _ in range(side)) + squeezer.flush()
    head = side.to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    chunks = [(b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")]
    body = b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body
