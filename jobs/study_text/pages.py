"""What the pages of a document leave in its text: running heads, page numbers, tables of contents, hyphens."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from jobs.study_text.lines import Line

_NUMBER = re.compile(
    r"[\s\-–—|\[(]{0,12}(?:(?:page|slide|p\.|pg\.?)\s{0,3})?(?:\d{1,4}|[ivxl]{1,6})(?:\s{0,3}(?:of|/)\s{0,3}\d{1,4})?[\s\-–—|\])]{0,12}",
    re.I,
)
_PAGE_OF = re.compile(
    r"\[page \d{1,4}\]\s*$|\bpage \d{1,4}(?: of \d{1,4})?\s*$|^\s*page \d{1,4}\b", re.I
)
_LEADER = re.compile(
    r"(?:^|[^.\s])\s*+(?:\.\s?){4,}+\s*(?:\d{1,4}|[ivxl]{1,6})?\s*$|(?<!…)…{2,}+\s*\d{1,4}\s*$"
)
_CITATION = re.compile(
    r"(?<=[\w.,;:)\]”\"’])\s?\[(?:\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,8}|citation needed|edit|note \d{1,3}|[a-z])\]",
    re.I,
)
_RAISED = re.compile(r"(?<=[a-z]{3}[.,;])\d{1,2}(?= [A-Z]|$)")  # the number of a footnote
_PART = re.compile(
    r"(?:article|section|chapter|part|unit|slide|lecture|lesson|§|exercise|question|problem|example|theorem|definition|rule|step|day|week|figure|table|note|act|scene|title)s?\b",
    re.I,
)
_NUMBERED = re.compile(r"(?<!\s)\s{2,}+\d{1,4}$|^\d{1,4}\s{2}")  # by its page
_DIGITS = re.compile(r"\d+|\b[ivxl]+\b")
_HYPHEN = re.compile(r"([^\W\d_]{2,30})[-‐\u00ac]$")
_GOES_ON = re.compile(r"\s*([^\W\d_]{1,30})")
_END = (".", "!", "?", ":", ";", ")", "”", '"')
HEAD_LENGTH, OFTEN, TWICE = 90, 3, 2


def without_furniture(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines without running heads and page numbers, and those taken out.

    A sentence that the end of a page cut goes on in the next line again.
    """
    furniture = set(_furniture(lines))
    kept: list[Line] = []
    gap: list[Line] = []
    for number, line in enumerate(lines):
        if number in furniture or (gap and not line.text.strip()):
            gap.append(line)
            continue
        if gap:
            while kept and not kept[-1].text.strip():
                kept.pop()
            goes_on = kept and not kept[-1].text.endswith(_END) and line.text.lstrip()[:1].islower()
            kept += [] if goes_on else [gap[0].with_text("")]
            gap = []
        kept.append(line)
    return kept, [lines[number] for number in sorted(furniture)]


def _furniture(lines: Sequence[Line]) -> Iterator[int]:
    texts = [line.text.strip() for line in lines]
    numbers = {n for n, text in enumerate(texts) if text and _is_page_number(texts, n)}
    yield from numbers
    shapes = Counter(_shape(text) for text in texts if 4 <= len(text) <= HEAD_LENGTH)
    edges = Counter(
        _shape(text)
        for n, text in enumerate(texts)
        if text and _is_at_edge(lines, texts, numbers, n)
    )
    for number, text in enumerate(texts):
        if number in numbers or not 4 <= len(text) <= HEAD_LENGTH or _is_marked(text):
            continue
        shape = _shape(text)
        varies = shape != text.lower() and (_NUMBERED.search(text) or not _PART.match(text))
        is_apart = _is_apart(texts, number) and (text[0].isdigit() or text[-1].isdigit())
        is_apart = is_apart or bool(_NUMBERED.search(text))
        if edges[shape] >= TWICE or shapes[shape] >= (TWICE if is_apart else OFTEN) and varies:
            yield number


def _is_apart(texts: list[str], number: int) -> bool:
    return not "".join(texts[max(0, number - 1) : number] + texts[number + 1 : number + 2])


def _is_marked(text: str) -> bool:
    """Mark-up of a list or table repeats for other reasons."""
    return text.startswith(("#", "-", "*", "|", "+", ">", "`", "$")) or text.endswith(
        (".", ":", "?", "!", ";")
    )


def _shape(text: str) -> str:
    return " ".join(_DIGITS.sub("#", text.lower()).split())


def _is_page_number(texts: list[str], number: int) -> bool:
    text = texts[number]
    if _PAGE_OF.search(text) and len(text) <= HEAD_LENGTH:
        return True
    if len(text) > 30 or not _NUMBER.fullmatch(text) or text.isalpha() and len(text) < 2:
        return False
    # A number in a column of numbers is data.
    near = texts[max(0, number - 1) : number] + texts[number + 1 : number + 2]
    return not any(_NUMBER.fullmatch(other) for other in near if other)


def _is_at_edge(lines: Sequence[Line], texts: list[str], numbers: set[int], number: int) -> bool:
    """Whether a page begins or ends with the line."""
    if lines[number].opens_page or (number + 1 < len(lines) and lines[number + 1].opens_page):
        return True
    near = [n for n in (number - 2, number - 1, number + 1, number + 2) if 0 <= n < len(texts)]
    return any(n in numbers and not any(texts[min(n, number) + 1 : max(n, number)]) for n in near)


def is_contents(text: str) -> bool:
    """A line of a table of contents (`Erosion ........ 12`)."""
    return bool(_LEADER.search(text))


def without_citations(text: str) -> str:
    return _RAISED.sub("", _CITATION.sub("", text) if "[" in text else text)


def unhyphenated(lines: Iterable[Line]) -> list[Line]:
    """Words that were divided at the end of a line, whole, on the first of both."""
    found = list(lines)
    for number, (line, following) in enumerate(pairwise(found)):
        divided = _HYPHEN.search(found[number].text)
        rest = _GOES_ON.match(following.text) if divided else None
        if not divided or not rest or not rest[1][0].islower():
            continue
        whole = divided[1] + rest[1]
        hyphen = "" if _is_word(whole, divided[1], rest[1]) else "-"
        found[number] = line.with_text(
            found[number].text[:-1] + hyphen + rest[1] + _mark(following.text[rest.end() :])
        )
        found[number + 1] = following.with_text(following.text[rest.end() :].lstrip('.,;:)!?”’" '))
    return found


def _mark(text: str) -> str:
    """The signs that follow the word at once."""
    found = re.match(r"[.,;:)!?”’\"]*", text)
    return found[0] if found else ""


def _is_word(whole: str, first: str, rest: str) -> bool:
    # Costs a fifth of the start of every process, and few texts have a divided word.
    from wordfreq import zipf_frequency

    if zipf_frequency(whole, "en") > 0:
        return zipf_frequency(f"{first}-{rest}", "en") <= zipf_frequency(whole, "en") + 1
    # Unknown words are mostly technical or of another language; two known ones are joined by a hyphen.
    return min(zipf_frequency(first, "en"), zipf_frequency(rest, "en")) < 3
