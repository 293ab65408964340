"""Text that was laid out by spaces: two columns that were copied line by line across the page, one after the other
again, and paragraphs whose lines were spread to one width."""

import re
from collections import Counter
from collections.abc import Sequence

from jobs.study_text.lines import Line

_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
FEWEST, NARROWEST = 4, 20
SPREAD, SPREAD_WIDTH, SPREAD_WORDS = 3, 60, 6  # lines of one width, and how wide and full they are


def one_by_one(lines: Sequence[Line]) -> list[Line]:
    """The lines, those of two columns each by itself."""
    made: list[Line] = []
    run: list[Line] = []
    for line in [*lines, Line("", 0, 0)]:
        if line.text.strip():
            run.append(line)
            continue
        made += _parted(run)
        made.append(line)
        run = []
    return made[:-1]


def unspread(lines: Sequence[Line]) -> list[Line]:
    """The lines, those of justified paragraphs with one space between words and none but at their beginning."""
    made = list(lines)
    first = 0
    for end in range(1, len(made) + 1):
        if (
            end < len(made)
            and _is_spread(made[end])
            and len(made[end].text) == len(made[first].text)
        ):
            continue
        if end - first >= SPREAD and _is_spread(made[first]) and not _has_columns(made[first:end]):
            last = end + (end < len(made) and bool(made[end].text.strip()))
            made[first:last] = (
                line.with_text(_GAP.sub(" ", line.text)) for line in made[first:last]
            )
        first = end
    return made


def _is_spread(line: Line) -> bool:
    return (
        len(line.text) >= SPREAD_WIDTH
        and len(line.text.split()) >= SPREAD_WORDS
        and "|" not in line.text
    )


def _has_columns(run: Sequence[Line]) -> bool:
    starts = Counter(found.end() for line in run for found in _GAP.finditer(line.text[:300]))
    return any(2 * count > len(run) for count in starts.values())


def _parted(run: list[Line]) -> list[Line]:
    at = _second_column(run)
    if not at:
        return run
    left = [line.with_text(line.text[:at].rstrip()) for line in run]
    right = [line.with_text(line.text[at:].strip()) for line in run]
    return [*left, run[0].with_text(""), *right] if _is_prose(left) and _is_prose(right) else run


def _second_column(run: Sequence[Line]) -> int:
    """Where the second column begins, 0 if there is none."""
    if len(run) < FEWEST:
        return 0
    starts = Counter(found.end() for line in run for found in _GAP.finditer(line.text[:300]))
    if not starts:
        return 0
    at, count = starts.most_common(1)[0]
    short = sum(len(line.text) < at for line in run)
    return at if at > NARROWEST and count + short >= 0.9 * len(run) and count > len(run) / 2 else 0


def _is_prose(column: Sequence[Line]) -> bool:
    """Lines that go on in the next one; the cells of a table do not."""
    texts = [line.text for line in column if line.text]
    goes_on = sum(text[:1].islower() for text in texts[1:])
    return sum(map(len, texts)) > NARROWEST * len(texts) and goes_on > 0.4 * len(texts)
