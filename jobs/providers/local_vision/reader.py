"""Reading pictures without any service: PP-OCRv6 by RapidOCR, whose models come inside its package."""

import logging
import threading
from functools import cached_property
from typing import Any

from jobs.providers.base import Answer, Usage
from jobs.providers.local_vision import VERSION
from jobs.providers.local_vision.columns import Piece, lines

# Measured (docs/local-engine.md): these read as well as the defaults in half of the memory, and the classifier of
# upside-down lines turns right ones over.
_SETTINGS = {
    "Global.use_cls": False,
    "Global.log_level": "error",
    "Det.limit_side_len": 960,
    "Det.limit_type": "max",
    "Rec.rec_batch_num": 1,
    "EngineConfig.onnxruntime.intra_op_num_threads": 2,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
}


class LocalTextReader:
    """A TextReader. Safe to share between threads: it reads one picture at a time, so that memory stays bounded."""

    provider = "local"
    model = "pp-ocrv6"
    version = VERSION

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def read(self, image: bytes) -> Answer[str]:
        with self._turn:
            found = self._engine(image)
        if found.boxes is None:
            return Answer("", self.provider, self.model, usage=Usage(images=1))
        pieces = [_piece(text, box) for text, box in zip(found.txts, found.boxes, strict=True)]
        text = "\n".join(lines(pieces))
        return Answer(text, self.provider, self.model, usage=Usage(images=1))

    @cached_property
    def _engine(self) -> Any:
        # A second and 200 MB, for a worker that reads its first picture.
        from rapidocr import RapidOCR

        engine = RapidOCR(params=_SETTINGS)
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        return engine


def _piece(text: str, box: Any) -> Piece:
    """`box`: four corners."""
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    return Piece(text, float(left), float(top), float(right), float(bottom))
