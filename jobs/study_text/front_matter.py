"""The settings at the beginning of a page (YAML between lines of hyphens), of which its description is read."""

import re
from collections.abc import Iterator, Sequence

from jobs.study_text.lines import Line

_SETTING = re.compile(r"\s*(?:[\w-]+:(?:\s|$)|-(?:\s|$)|#|$)|\s+\S")
_ENDS = re.compile(r"(?:---(?: \w+)?|\.\.\.)\s*")
_DESCRIPTION = re.compile(r"(?:description|summary|abstract|excerpt):\s*(?:[|>][+-]?$)?")
_TITLE = re.compile(r"(?:title|layout|id|slug): ")
LONGEST = 150  # lines


def parted(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines to read, and the settings, which LaTeX's rules would take apart."""
    length = _length(lines)
    described = list(_description(lines[1 : length - 1])) if length else []
    places = {line.start for line in described}
    settings = [line for line in lines[:length] if line.start not in places]
    kept = [*described, lines[length - 1].with_text("")] if length else []
    while length < len(lines):
        # Pages that were put one behind the other each have their own.
        is_page = length + 1 < len(lines) and _TITLE.match(lines[length + 1].text)
        page = _length(lines[length : length + LONGEST]) if is_page else 0
        settings += lines[length : length + page]
        kept.append(lines[length].with_text("") if page else lines[length])
        length += max(page, 1)
    return kept, settings


def _length(lines: Sequence[Line]) -> int:
    if not lines or lines[0].text.rstrip() != "---":
        return 0
    rest = range(1, min(len(lines), LONGEST))
    end = next((n for n in rest if _ENDS.fullmatch(lines[n].text)), 0)
    return end + 1 if end and all(_SETTING.match(line.text) for line in lines[1:end]) else 0


def _description(settings: Sequence[Line]) -> Iterator[Line]:
    is_described = False
    for line in settings:
        opening = _DESCRIPTION.match(line.text)
        is_described = bool(opening) or (is_described and line.text.startswith(" "))
        text = line.text[opening.end() :] if opening else line.text
        if is_described and (said := text.strip(" \"'")):
            yield line.with_text(said)
