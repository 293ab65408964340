"""The steps that a text numbers, in its order.

Numbered points are steps only where the text says so: it calls them that, or several of them tell somebody to do something. Of
the paragraphs of a law, or of facts, no order is right.
"""

import re
from collections.abc import Iterator

from jobs.kinds.study.text import StudyText
from jobs.study_text import Block

FEWEST, MOST, LONGEST = 3, 8, 160
_NUMBER = re.compile(r"\s*(?P<step>step\s*)?\(?(?P<number>\d{1,2})[.):]\s*", re.IGNORECASE)
_CALLED = re.compile(
    r"\b(?:steps?|stages?|phases?|procedure|process|sequence|protocol|algorithm|how to|recipe|schritte?|ablauf|anleitung|"
    r"vorgehen|phasen|pasos|etapas|fases|étapes|passi|fasi|passos|steg|kroki)\b",
    re.IGNORECASE,
)
# `Cover the smear`, and not `In the smear`.
_TELLING_TO = re.compile(
    r"(?!(?:in|on|at|of|for|to|by|as|if|is|are|was|do|does|all|both|from|with|when|where|while|after|before|during|under|over|"
    r"only|not|that|what|how|why|and|or|but|than|within|without|between|through|into|against|because|until|upon)\s)"
    r"[a-z-]+ (?:the|an?|your|it|its|them|this|these|each|every|any|one|two|three|all|at least)\b",
    re.IGNORECASE,
)


def steps(text: StudyText) -> Iterator[list[str]]:
    """Runs of points numbered from one on; questions are none."""
    run: list[str] = []
    said, is_called = "", False
    for block in text.blocks.blocks:
        number, label = _number(block, text.content)
        if number != len(run) + 1:
            yield from _good(run, is_called)
            run = []
        if number == len(run) + 1:
            is_called = bool(
                label or (run and is_called) or _CALLED.search(f"{block.heading} {said}")
            )
            run.append(block.text.removeprefix(label))
        else:
            said = block.text
    yield from _good(run, is_called)


def _number(block: Block, content: str) -> tuple[int, str]:
    """And what the block begins with where it calls itself a step."""
    found = _NUMBER.match(content, block.start)
    is_point = found and not block.left_out and (block.kind == "item" or found["step"])
    if not found or not is_point:
        return 0, ""
    return int(found["number"]), found[0].lstrip() if found["step"] else ""


def _good(run: list[str], is_called: bool) -> Iterator[list[str]]:
    is_good = FEWEST <= len(run) <= MOST and len(set(run)) == len(run)
    orders = sum(bool(_TELLING_TO.match(step)) for step in run)
    if (
        is_good
        and (is_called or orders >= max(2, len(run) / 3))
        and all(len(s) <= LONGEST and not s.endswith("?") for s in run)
    ):
        yield run
