"""What whoever reads pictures is asked for, and answers."""

from dataclasses import dataclass
from typing import Protocol

from jobs.providers.base import Answer, Capable


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line of text in a picture, in pixels from the upper left corner. `confidence` goes from 0 to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """The text in a picture of so many pixels. `turned`: by how many degrees it was turned before that was measured."""

    lines: tuple[SeenLine, ...]
    width: float
    height: float
    turned: int = 0

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


class TextReader(Capable, Protocol):
    """Reads the text in a picture."""

    def read(self, image: bytes) -> Answer[Sighting]:
        """What a JPEG or PNG shows, upright or turned. Raises AttemptFailed."""
        ...
