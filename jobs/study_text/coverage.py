"""What became of a text: how many of its blocks something was made from, and why not from the others."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from typing_extensions import TypedDict

from jobs.study_text.block import StudyBlocks

HEADINGS, NOTHING = "headings", "nothing that could be explained"


class Skipped(TypedDict):
    reason: str
    count: int


class Coverage(TypedDict):
    blocks: int
    used: int
    skipped: list[Skipped]


def coverage(study: StudyBlocks, places: Iterable[int]) -> Coverage:
    """`places`: where in the text the things made of it are from."""
    starts = [block.start for block in study.blocks]
    ranked = sorted(range(len(starts)), key=starts.__getitem__)
    ordered = [starts[number] for number in ranked]
    found = (bisect_right(ordered, place) - 1 for place in places)
    used = {ranked[number] for number in found if number >= 0}
    reasons = Counter(
        block.left_out or (HEADINGS if block.kind == "heading" else NOTHING)
        for number, block in enumerate(study.blocks)
        if number not in used
    )
    skipped = [Skipped(reason=reason, count=count) for reason, count in reasons.most_common()]
    return Coverage(blocks=len(study.blocks), used=len(used), skipped=skipped)
