"""`python -m tests.programs.quality documents`: what of a page is read wrongly, by kinds of pages that are made here.

Characters wrong is the edit distance to what is right, for each hundred characters; words lost leaves out the order. The
difference between the two is order. Beside them tesseract, where it is installed.
"""

import io
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from jobs.kinds.document.handler import read_document
from jobs.providers.local_vision.reader import LocalTextReader
from tests import papers
from tests.jobs.kinds.document.test_handler import Context, inputs_of
from tests.programs.bench.report import Table
from tests.stack import CONTENT

WIDTH, HEIGHT = 1240, 1754
SENTENCES = papers.lines_of(CONTENT, 12).split("\n")
Made = tuple[Image.Image, str]


def main() -> None:
    reader = LocalTextReader()
    has_other = shutil.which("tesseract") is not None
    columns = ("characters wrong, %", "words lost, %", "tesseract: characters", "words")
    table = Table("Pages read wrongly", columns if has_other else columns[:2])
    for name, make in KINDS.items():
        image, right = make()
        found = [read(reader, image)] + ([other(image)] if has_other else [])
        table.row(name, *(f for text in found for f in (wrong(text, right), lost(text, right))))
    table.print()


def read(reader: LocalTextReader, image: Image.Image) -> str:
    content = papers.encoded(image)
    context = Context(reader, [content])  # type: ignore[arg-type]  # a real reader in place of the scripted one
    return read_document(inputs_of([content]), context)["text"]


def other(image: Image.Image) -> str:
    ran = subprocess.run(
        ["tesseract", "-", "-", "--psm", "1"],
        input=papers.encoded(image),
        capture_output=True,
        check=False,
    )
    return ran.stdout.decode()


def wrong(text: str, right: str) -> str:
    a, b = " ".join(text.split()), " ".join(right.split())
    above = list(range(len(b) + 1))
    for row, letter in enumerate(a, 1):
        left = [row]
        for column, wanted in enumerate(b, 1):
            left.append(
                min(left[-1] + 1, above[column] + 1, above[column - 1] + (letter != wanted))
            )
        above = left
    return f"{100 * above[-1] / len(b):.1f}"


def lost(text: str, right: str) -> str:
    a, b = Counter(text.split()), Counter(right.split())
    return f"{100 * (b - a).total() / b.total():.1f}"


def page(font: str = "DejaVuSans.ttf", size: int = 26, columns: int = 1, gutter: int = 40) -> Made:
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    drawing, face = ImageDraw.Draw(image), ImageFont.truetype(font, size)
    width = (WIDTH - 200 - gutter * (columns - 1)) // columns
    each = -(-len(SENTENCES) // columns)
    texts = []
    for column in range(columns):
        lines = wrapped(" ".join(SENTENCES[each * column : each * (column + 1)]), face, width)
        for number, line in enumerate(lines):
            at = (100 + column * (width + gutter), 100 + int(1.5 * size) * number)
            drawing.text(at, line, fill="black", font=face)
        texts += lines
    return image, "\n".join(texts)


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if face.getlength(f"{lines[-1]} {word}") > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def labelled() -> Made:
    image, text = page()
    label = papers.page("Chapter 4 Cell biology", size=(600, 80)).crop((0, 20, 600, 100))
    image.paste(label.rotate(90, expand=True).resize((64, 480)), (16, 120))
    return image, text + "\nChapter 4 Cell biology"


def table() -> Made:
    rows = [
        ("Herz", "heart"),
        ("Lunge", "lung"),
        ("Leber", "liver"),
        ("Niere", "kidney"),
        ("Haut", "skin"),
    ]
    image = Image.new("RGB", (WIDTH, 600), "white")
    drawing, face = ImageDraw.Draw(image), ImageFont.truetype("DejaVuSans.ttf", 28)
    for number, (left, right) in enumerate(rows):
        drawing.text((150, 100 + 60 * number), left, fill="black", font=face)
        drawing.text((650, 100 + 60 * number), right, fill="black", font=face)
    return image, "\n".join(" ".join(row) for row in rows)


def changed(change: Callable[[Image.Image], Image.Image]) -> Callable[[], Made]:
    def make() -> Made:
        image, text = page()
        return change(image), text

    return make


def shadowed(image: Image.Image) -> Image.Image:
    dark = (
        Image.linear_gradient("L")
        .rotate(60)
        .resize(image.size)
        .point([90 + x * 165 // 255 for x in range(256)])
    )
    return ImageChops.multiply(image, dark.convert("RGB"))


def slanted(image: Image.Image) -> Image.Image:
    """Seen from below: the upper edge is a sixth shorter."""
    return image.transform(
        image.size, Image.Transform.PERSPECTIVE, (1.2, 0.114, -124, 0, 1.25, 0, 0, 0.000184, 1),
        Image.Resampling.BICUBIC, fillcolor="white",
    )  # fmt: skip


def compressed(image: Image.Image) -> Image.Image:
    return Image.open(io.BytesIO(papers.encoded(image, "JPEG", quality=15)))


def far_away(image: Image.Image) -> Image.Image:
    """With a third of the pixels on each side: its letters are nine pixels high."""
    return image.resize((image.width // 3, image.height // 3), Image.Resampling.LANCZOS)


def noisy(image: Image.Image) -> Image.Image:
    """As of a phone in a dim room."""
    noise = Image.effect_noise(image.size, 120)
    return Image.blend(image, noise.convert("RGB"), 0.5)


def faint(image: Image.Image) -> Image.Image:
    """Pencil: a tenth of the contrast."""
    return image.point([230 + level // 10 for level in range(256)] * 3)


KINDS: dict[str, Callable[[], Made]] = {
    "sans": page,
    "serif": lambda: page("DejaVuSerif.ttf"),
    "monospaced": lambda: page("DejaVuSansMono.ttf"),
    "small (14 pixels)": lambda: page(size=14),
    "two columns": lambda: page(size=20, columns=2),
    "two columns, narrow gutter": lambda: page(size=20, columns=2, gutter=22),
    "three columns": lambda: page(size=18, columns=3),
    "label along the edge": labelled,
    "table": table,
    "turned 90": changed(lambda image: image.rotate(90, expand=True)),
    "turned 180": changed(lambda image: image.rotate(180)),
    "turned 270": changed(lambda image: image.rotate(270, expand=True)),
    "tilted 5": changed(lambda image: image.rotate(5, Image.Resampling.BICUBIC, fillcolor="white")),
    "tilted 20": changed(
        lambda image: image.rotate(20, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
    ),
    "blurred": changed(lambda image: image.filter(ImageFilter.GaussianBlur(2))),
    "blurred twice as much": changed(lambda image: image.filter(ImageFilter.GaussianBlur(4))),
    "from far away": changed(far_away),
    "noisy": changed(noisy),
    "faint": changed(faint),
    "shadow": changed(shadowed),
    "perspective": changed(slanted),
    "light on dark": changed(ImageChops.invert),
    "JPEG of quality 15": changed(compressed),
}
