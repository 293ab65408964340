"""A picture: upright, on white paper, and no larger than is good for reading."""

import io
from typing import Any

from PIL import Image, ImageOps, ImageStat

from .content import PageContent, Refused, text_page

PIXELS = 100_000_000
# Longer sides bring no better reading.
LONGEST_SIDE = 3000
FRAMES = "Only the first of its pictures was read: this file holds several."


class Picture:
    """One page without text. It is opened once for each question, so that nothing large is kept in between."""

    count = 1

    def __init__(self, path: str) -> None:
        self._image = opened(path)
        self._is_animated = getattr(self._image, "n_frames", 1) > 1

    def page(self, number: int) -> PageContent:
        page = text_page("")
        width, height = self._image.size
        notes = [FRAMES] if self._is_animated else []
        return {**page, "pictures": [[0, 0, width, height]], "ink": 1.0, "notes": notes}

    def picture(self, number: int) -> bytes:
        return jpeg(small(self._image))

    def part(self, number: int, box: list[float]) -> bytes:
        return self.picture(number)


def opened(source: Any) -> Any:
    """Nothing is decoded yet."""
    Image.MAX_IMAGE_PIXELS = None  # asked about before anything is decoded
    image = Image.open(source, formats=("JPEG", "PNG", "WEBP", "HEIF"))
    width, height = image.size
    if width * height > PIXELS:
        raise Refused("pixels")
    return image


def small(image: Any) -> Image.Image:
    """Smaller first, then the rest: of a large picture there is never a second copy."""
    # A JPEG is decoded at a fraction of its size.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    if image.mode in ("P", "PA", "1"):
        image = image.convert("RGBA" if image.has_transparency_data else "L")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright: Image.Image = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        return _on_paper(upright.convert("RGBA"))
    return upright.convert("RGB")


def _on_paper(drawing: Image.Image) -> Image.Image:
    """What is clear becomes white, or black behind light letters."""
    solid = drawing.getchannel("A").point([255 if level > 127 else 0 for level in range(256)])
    light = solid.getbbox() and ImageStat.Stat(drawing.convert("L"), solid).mean[0] > 200
    paper = Image.new("RGBA", drawing.size, "black" if light else "white")
    return Image.alpha_composite(paper, drawing).convert("RGB")


def jpeg(image: Image.Image) -> bytes:
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    encoded = io.BytesIO()
    image.convert("RGB").save(encoded, "JPEG", quality=92)
    return encoded.getvalue()
