"""A PDF: what its pages say, whether that can be seen on them, and pictures of them."""

import ctypes
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops, ImageDraw, ImageStat

from .content import PAGES, PageContent, Refused, Run
from .letters import Letter, Shown, letters_of
from .lines import lines_of
from .picture import LONGEST_SIDE, jpeg

DPI = 200
UNKNOWN = "\ufffd"
PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD
# Of 255, between the lightest and the darkest of a colour where a word stands: less shows nothing.
CONTRAST = 12
# What is darker or lighter than the paper by this is ink.
INK = 60
# A picture that takes less of the page holds no text worth reading.
SMALLEST_PICTURE = 0.02
PICTURES = 50
_FREE_TEXT, _WIDGET = 3, 20  # kinds of annotations
_NOT_SHOWN = 0x02 | 0x20  # hidden, no view
_XFA = (2, 3)  # forms that only Adobe's programs show
_PLEASE_WAIT = re.compile(r"please wait|adobe (acrobat )?reader", re.IGNORECASE)


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
        self._is_xfa = self._document.get_formtype() in _XFA
        self._document.init_forms()  # values of fields are drawn and told

    def page(self, number: int) -> PageContent:
        page = self._document[number]
        width, height = page.get_size()
        shown = Shown(page, width, height)
        textpage = page.get_textpage()
        seen = _drawn(page, min(1.0, 1000 / max(width, height, 1)))
        letters = _Counted(letters_of(textpage, shown), seen, width)
        runs = _single([run for line in lines_of(iter(letters)) if (run := line.run())])
        if self._is_xfa and any(_PLEASE_WAIT.search(run["text"]) for run in runs):
            raise Refused("xfa")
        runs += _typed(page, self._document.formenv, shown)
        return PageContent(
            width=width,
            height=height,
            runs=runs,
            pictures=_pictures(page, shown, width, height),
            attached=0,
            unmapped=letters.unmapped,
            unseen=letters.unseen,
            hidden=letters.hidden,
            ink=_ink(seen, runs, width),
            notes=[],
        )

    def picture(self, number: int) -> bytes:
        page = self._document[number]
        scale = min(DPI / 72, LONGEST_SIDE / max(*page.get_size(), 1))
        return jpeg(_drawn(page, scale))

    def part(self, number: int, box: list[float]) -> bytes:
        """What is inside `box`, at the same scale or a larger one."""
        page = self._document[number]
        width, height = page.get_size()
        left, top, right, bottom = box
        scale = min(DPI / 72, LONGEST_SIDE / max(right - left, bottom - top, 1))
        crop = (max(left, 0), max(height - bottom, 0), max(width - right, 0), max(top, 0))
        return jpeg(page.render(scale=scale, crop=crop).to_pil())


class _Counted:
    """Letters that can be seen, by words; and how many of each kind there were."""

    def __init__(self, letters: Iterator[Letter | None], seen: Image.Image, width: float) -> None:
        self.unmapped = self.unseen = self.hidden = 0
        self._letters, self._seen = letters, seen
        self._scale = seen.width / max(width, 1)

    def __iter__(self) -> Iterator[Letter | None]:
        word: list[Letter] = []
        for letter in self._letters:
            if letter and letter.is_coded:
                letter.text = UNKNOWN if self._shows([letter]) else " "
            if letter and not letter.is_space:
                word.append(letter)
                continue
            yield from self._word(word)
            word = []
            yield letter
        yield from self._word(word)

    def _word(self, word: list[Letter]) -> list[Letter]:
        if not word:
            return []
        if all(letter.is_drawn for letter in word) and not self._shows(word):
            self.hidden += len(word)
            return []
        self.unmapped += sum(letter.is_unmapped or letter.text == UNKNOWN for letter in word)
        self.unseen += sum(letter.is_unseen for letter in word)
        return word

    def _shows(self, word: list[Letter]) -> bool:
        """A layer over a picture seldom stands exactly where the picture has its letters."""
        near = word[0].size * self._scale if word[0].is_unseen else 1
        box = (
            max(0, int(min(x.left for x in word) * self._scale - near)),
            max(0, int(min(x.top for x in word) * self._scale - near)),
            min(self._seen.width, int(max(x.right for x in word) * self._scale + near) + 1),
            min(self._seen.height, int(max(x.bottom for x in word) * self._scale + near) + 1),
        )
        if box[2] <= box[0] or box[3] <= box[1]:
            return False
        extrema: Any = self._seen.crop(box).getextrema()
        return any(high - low >= CONTRAST for low, high in extrema)


def _drawn(page: Any, scale: float) -> Image.Image:
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


def _single(runs: list[Run]) -> list[Run]:
    """Without what is drawn again in the same place, to look bold."""
    drawn: dict[str, list[Run]] = {}
    single = []
    for run in runs:
        same = drawn.setdefault(run["text"], [])
        near = min(run["bottom"] - run["top"], run["right"] - run["left"]) / 4
        if not any(
            abs(run["left"] - s["left"]) < near and abs(run["top"] - s["top"]) < near for s in same
        ):
            same.append(run)
            single.append(run)
    return single


def _typed(page: Any, form: Any, shown: Shown) -> list[Run]:
    """What was filled in or typed onto the page."""
    found = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), 2000)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        if not pdfium.FPDFAnnot_GetFlags(note) & _NOT_SHOWN:
            text = ""
            if kind == _FREE_TEXT:
                text = _string(pdfium.FPDFAnnot_GetStringValue, note, b"Contents")
            elif kind == _WIDGET and form:
                text = _value(form, note)
            box = pdfium.FS_RECTF()
            if text.strip() and pdfium.FPDFAnnot_GetRect(note, box):
                left, top, right, bottom = shown.box(box.left, box.bottom, box.right, box.top)
                found.append(
                    Run(text=text, left=left, top=top, right=right, bottom=bottom, turns=0)
                )
        pdfium.FPDFPage_CloseAnnot(note)
    return found


def _value(form: Any, note: Any) -> str:
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, note)
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        return "[x]" if pdfium.FPDFAnnot_IsChecked(form, note) else ""
    if kind in (
        pdfium.FPDF_FORMFIELD_TEXTFIELD,
        pdfium.FPDF_FORMFIELD_COMBOBOX,
        pdfium.FPDF_FORMFIELD_LISTBOX,
    ):
        return _string(pdfium.FPDFAnnot_GetFormFieldValue, form, note)
    return ""


def _string(ask: Any, *arguments: Any) -> str:
    """What one of PDFium's functions writes into a buffer, as UTF-16."""
    length = ask(*arguments, None, 0)
    if not 2 < length < 1 << 20:
        return ""
    buffer = ctypes.create_string_buffer(length)
    ask(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")


def _pictures(page: Any, shown: Shown, width: float, height: float) -> list[list[float]]:
    boxes: list[list[float]] = []
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        holder = drawn.container or drawn  # places inside a form are the form's own
        left, top, right, bottom = shown.box(*holder.get_bounds())
        box = [max(0, left), max(0, top), min(width, right), min(height, bottom)]
        area = max(0, box[2] - box[0]) * max(0, box[3] - box[1])
        if area >= SMALLEST_PICTURE * width * height and box not in boxes:
            boxes.append(box)
        if len(boxes) == PICTURES:
            break
    return boxes


def _ink(seen: Image.Image, runs: list[Run], width: float) -> float:
    """The share of the page that is neither paper nor one of its letters."""
    scale = seen.width / max(width, 1)
    paper = _paper(seen)
    left = seen.copy()
    drawing = ImageDraw.Draw(left)
    for run in runs:
        box = [run[side] * scale for side in ("left", "top", "right", "bottom")]
        drawing.rectangle([box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1], fill=paper)
    apart = ImageChops.difference(left, Image.new("RGB", left.size, paper)).convert("L")
    inked = apart.point([255 if level > INK else 0 for level in range(256)])
    return float(ImageStat.Stat(inked).mean[0] / 255)


def _paper(seen: Image.Image) -> tuple[int, int, int]:
    """The colour that most of the page has."""
    few = seen.resize((64, 64)).quantize(8)
    counts: Any = few.getcolors()
    index = max(counts)[1]
    palette: Any = few.getpalette()
    red, green, blue = palette[3 * index : 3 * index + 3]
    return red, green, blue
