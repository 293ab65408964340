"""The sentences of a block of text."""

import re
from collections.abc import Iterator

from sentencex import segment

# Words that only open sentences; the segmenter takes `pH.` and single letters for abbreviations.
_OPENED = re.compile(
    r"(?<=[。！？।])|(?<=[\w)%]\.)\s+(?=(?:The|This|These|It|A|An|In|They|He|She|We|If|When|As|But|For|On|At|To|Its|During|After|While|Because|However)\s)"
)
LONGEST = 450
_AT_ONCE = 5_000  # the segmenter takes a second for very long runs of some signs
_OPEN = (
    *("e.g.", "i.e.", "cf.", "vs.", "resp.", "approx.", "Fig.", "Eq.", "Sec.", "No.", "ca."),
    *("al.", "viz."),
)


def sentences(text: str, language: str = "en") -> Iterator[str]:
    """One that is endless is cut at a space."""
    pending = ""
    for piece in pieces(text, _AT_ONCE):
        parts = (part for sentence in segment(language, piece) for part in _OPENED.split(sentence))
        for sentence in parts:
            pending = f"{pending} {sentence.strip()}".strip()
            if pending and pending.split()[-1].lstrip("([") not in _OPEN:
                yield from pieces(pending, LONGEST)
                pending = ""
    if pending:
        yield from pieces(pending, LONGEST)


def pieces(text: str, longest: int) -> Iterator[str]:
    while len(text) > longest:
        at = text.rfind(" ", 0, longest)
        at = at if at > 0 else longest
        yield text[:at].strip()
        text = text[at:].strip()
    if text:
        yield text
