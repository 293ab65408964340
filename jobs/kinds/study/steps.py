"""The steps that a text numbers, in its order."""

import re
from collections.abc import Iterator

from jobs.kinds.study.text import StudyText
from jobs.study_text import Block

FEWEST, MOST, LONGEST = 3, 8, 160
_NUMBER = re.compile(r"\s*(?:step\s*)?\(?(\d{1,2})[.):]", re.IGNORECASE)


def steps(text: StudyText) -> Iterator[list[str]]:
    """Runs of points numbered from one on; questions are none."""
    run: list[str] = []
    for block in text.blocks.blocks:
        number = _number(block, text.content)
        if number != len(run) + 1:
            yield from _good(run)
            run = []
        if number == len(run) + 1:
            run.append(block.text)
    yield from _good(run)


def _number(block: Block, content: str) -> int:
    found = _NUMBER.match(content, block.start) if block.kind == "item" else None
    return int(found[1]) if found and not block.left_out else 0


def _good(run: list[str]) -> Iterator[list[str]]:
    is_good = FEWEST <= len(run) <= MOST and len(set(run)) == len(run)
    if is_good and all(len(step) <= LONGEST and not step.endswith("?") for step in run):
        yield run
