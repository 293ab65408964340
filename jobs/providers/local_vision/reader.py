"""Reading pictures without any service: PP-OCRv6 by RapidOCR, whose models come inside its package."""

import logging
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from jobs.providers.base import Answer, Usage
from jobs.providers.local_vision import VERSION
from jobs.providers.vision import SeenLine, Sighting

# Measured: these read as well as the defaults in half of the memory, and the classifier of
# upside-down lines turns right ones over.
_SETTINGS = {
    "Global.use_cls": False,
    "Global.text_score": 0.0,
    "Global.log_level": "error",
    "Det.limit_side_len": 960,
    "Det.limit_type": "max",
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 2,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
}
# Lines that stand on their heads are read with a confidence of 0.6 to 0.8, upright ones with 0.97 and more.
SURE = 0.9
# By so much the other way round must be surer.
BETTER = 0.08
# So many of the longest lines tell which way a page is turned.
LINES_TRIED = 4
# On a place as wide as it is high stand two letters of most fonts, and hardly ever less than this.
FEWEST_LETTERS = 1.0
# Between these, in radians, a page lies askew.
LEVEL, ASKEW = 0.005, 0.7
# What is higher than this share of its width was written along the page's height.
TALL = 1.5


class LocalTextReader:
    """A TextReader. Safe to share between threads: it reads one picture at a time, so that memory stays bounded."""

    provider = "local"
    model = "pp-ocrv6"
    version = VERSION

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def read(self, image: bytes) -> Answer[Sighting]:
        with self._turn:
            seen = self._seen(self._engine.load_img(image))
        return Answer(seen, self.provider, self.model, usage=Usage(images=1))

    def _seen(self, image: Any) -> Sighting:
        """Reads a page as it lies, and again the other way round when that is better."""
        turned = 0
        found = self._engine(image)
        if _lies_on_its_side(found):
            turned, image = 90, _turned(image, 90)
            found = self._engine(image)
        if self._stands_on_its_head(image, found):
            turned, image = turned + 180, _turned(image, 180)
            found = self._engine(image)
        height, width = image.shape[:2]
        return Sighting(tuple(self._lines(image, found)), width, height, turned)

    def _stands_on_its_head(self, image: Any, found: Any) -> bool:
        lines = [line for line in _lines_of(found) if not _is_tall(line)]
        if not lines or _confidence(lines) >= SURE:
            return False
        tried = sorted(lines, key=lambda line: line.left - line.right)[:LINES_TRIED]
        return self._turned_confidence(image, tried) > _confidence(tried) + BETTER

    def _lines(self, image: Any, found: Any) -> list[SeenLine]:
        """Labels along the height of a page are tried both ways."""
        lines = []
        for line in _lines_of(found):
            if _is_tall(line) and line.confidence < SURE:
                text, confidence = self._read_upside_down(image, line)
                if confidence > line.confidence + BETTER:
                    box = (line.left, line.top, line.right, line.bottom)
                    line = SeenLine(text, *box, confidence)
            lines.append(line)
        return lines

    def _turned_confidence(self, image: Any, lines: Sequence[SeenLine]) -> float:
        read = [self._read_upside_down(image, line)[1] for line in lines]
        return sum(read) / len(read)

    def _read_upside_down(self, image: Any, line: SeenLine) -> tuple[str, float]:
        top, bottom = max(0, int(line.top)), int(line.bottom) + 1
        crop = image[top:bottom, max(0, int(line.left)) : int(line.right) + 1]
        # The engine turns tall crops by 90 degrees to the left.
        crop = _turned(crop, 90 if _is_tall(line) else 180)
        read = self._engine(crop, use_det=False, use_rec=True)
        self._engine.use_det = True  # the engine remembers how it was called
        return (str(read.txts[0]), float(read.scores[0])) if read.txts else ("", 0.0)

    @cached_property
    def _engine(self) -> Any:
        # A second and 200 MB, for a worker that reads its first picture.
        from rapidocr import RapidOCR

        engine = RapidOCR(params=_SETTINGS)
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        return engine


def _lines_of(found: Any) -> list[SeenLine]:
    if found.boxes is None or found.txts is None:
        return []
    boxes = _level(found.boxes)
    return [
        _line(str(text), box, float(score))
        for text, box, score in zip(found.txts, boxes, found.scores, strict=True)
    ]


def _level(boxes: Any) -> Any:
    """The same boxes as if the page had not lain a little askew, so that lines do not reach into one another."""
    import numpy

    along = boxes[:, 1] - boxes[:, 0]
    wide = along[along[:, 0] > TALL * abs(boxes[:, 3] - boxes[:, 0])[:, 1]]
    if not len(wide):
        return boxes
    angle = float(numpy.median(numpy.arctan2(wide[:, 1], wide[:, 0])))
    if not LEVEL < abs(angle) < ASKEW:
        return boxes
    sine, cosine = numpy.sin(-angle), numpy.cos(-angle)
    return boxes @ numpy.array([[cosine, sine], [-sine, cosine]])


def _line(text: str, box: Any, score: float) -> SeenLine:
    """`box`: four corners."""
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    seen = SeenLine(text.strip(), float(left), float(top), float(right), float(bottom), score)
    return replace(seen, confidence=score * _fullness(seen))


def _fullness(line: SeenLine) -> float:
    """Of letters that it does not know the engine tells nothing at all, and is sure of the rest."""
    sides = (line.right - line.left, line.bottom - line.top)
    expected = max(sides) / max(min(*sides), 1) * FEWEST_LETTERS
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in line.text)
    letters = wide + sum(not letter.isspace() for letter in line.text)
    return min(1.0, letters / max(expected, 1))


def _is_tall(line: SeenLine) -> bool:
    return line.bottom - line.top > TALL * (line.right - line.left)


def _lies_on_its_side(found: Any) -> bool:
    """By the area of the lines: a label along the edge turns no page, and single letters say nothing."""
    across = along = 0.0
    for line in _lines_of(found):
        area = (line.right - line.left) * (line.bottom - line.top)
        if len(line.text) > 2:
            along, across = (along + area, across) if _is_tall(line) else (along, across + area)
    return along > across


def _confidence(lines: Sequence[SeenLine]) -> float:
    """Of all their letters."""
    letters = sum(len(line.text) for line in lines)
    return sum(len(line.text) * line.confidence for line in lines) / max(letters, 1)


def _turned(image: Any, degrees: int) -> Any:
    """Clockwise."""
    import numpy

    return numpy.ascontiguousarray(numpy.rot90(image, -degrees // 90))
