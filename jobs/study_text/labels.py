"""Words that say what a line is for (`Note`, `Exam tip`, `Types of rock`), and are no terms."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from jobs.study_text.block import Block
from jobs.study_text.words import words_of

LABELS = words_of("labels.txt")
_ROLES, _REMARKS = words_of("label_roles.txt"), words_of("label_remarks.txt")
# What stands behind them is meant by the heading.
_DEFINING = frozenset(
    [
        *("definition", "def", "meaning", "define", "defined as", "description"),
        *("what", "what it is", "what is it"),
        *("definición", "définition", "definizione", "definição", "bedeutung", "begriff"),
    ]
)
_OF_DEFINITION = frozenset(
    ["formal", "informal", "simple", "short", "precise", "technical", "textbook"]
)
# `Classic features`, `Main distributions`.
_LISTS = frozenset(
    [
        *("features", "characteristics", "examples", "objectives", "outcomes", "takeaways"),
        *("highlights", "questions", "mistakes", "misconceptions", "pitfalls"),
    ]
)
_COUNTED_OFF = frozenset(["stage", "level", "phase"])
_COUNTED = frozenset(["main", "other", "following", "further", "additional"])
_NUMBER = re.compile(r"[#(]?(?:[\d.]+|[ivx]+)\)?")
_GOES_ON = frozenset(["to", "for", "on", "about"])
_TERM = "common difference"  # of a sequence
# `The stopping condition.`, not `The drug is bound`.
_GENUS = re.compile(
    r"(?:An?|The|Any|One of) (?!(?:[^.;]* )??(?:is|are|was|were|has|have|can|will|may|must|does|do)\b)"
)
_MOST = 5  # words of a label
# A term has one meaning or, told of anew, two.
_SEVERAL = 3


def is_defining(label: str) -> bool:
    """`Definition`, `MCQ definition`: of words in small letters."""
    *before, noun = label.split()
    is_of_kind = all(word in _ROLES or word in _OF_DEFINITION for word in before)
    return label in _DEFINING or (noun == "definition" and is_of_kind)


def is_label(words: Sequence[str]) -> bool:
    """Of words in small letters."""
    opening = words[0].strip(".")
    if len(words) == 2 and (words[1] in _LISTS or (opening in _COUNTED and words[1].endswith("s"))):
        return True
    following = words[1] if len(words) > 1 else "of"
    is_numbered = _NUMBER.fullmatch(following) is not None
    if is_numbered and opening in _COUNTED_OFF:
        return True
    if _is_remark(words):
        return True
    if not _is_among(opening, LABELS):
        return False
    return following == "of" or words[-1] in LABELS or is_numbered


def _is_remark(words: Sequence[str]) -> bool:
    """`Key point`, `MCQ trap`, `Connection to later topics`: by the noun, and what is said before it."""
    goes_on = next((n for n, word in enumerate(words) if n and word in _GOES_ON), len(words))
    is_one = words[0] in ("a", "the") and goes_on > 1
    *before, noun = words[is_one:goes_on]
    is_of_kind = (
        bool(before) and " ".join(words) != _TERM and all(word in _ROLES for word in before)
    )
    if before and (is_of_kind or noun == "example"):
        return _is_among(noun, _REMARKS)
    return not before and goes_on < len(words) and noun in _REMARKS


def unlabelled(text: str) -> str:
    """Without what says what the text is for (`Remark: the update rule is ...`)."""
    label, _, said = text.partition(": ")
    words = label.lower().split()
    if not said or not words:
        return text
    is_numbered = len(words) == 2 and _NUMBER.fullmatch(words[1]) is not None
    is_one = words[0] in LABELS and (len(words) == 1 or is_numbered)
    # What else says what it is for, says of what as well (`Types of rock`).
    return said if is_one or (len(words) <= _MOST and _is_remark(words)) else text


def _is_among(word: str, words: frozenset[str]) -> bool:
    return word in words or word.removesuffix("s") in words


def without_labels(blocks: Sequence[Block]) -> list[Block]:
    """The blocks as prose where words stand before them that label it: also what stands again and again before something
    else (`Mechanism: ...` of each drug), but where it is defined."""
    said: dict[str, set[str]] = defaultdict(set)
    for block in blocks:
        if block.kind == "definition":
            said[block.term.casefold()].add(block.meaning)
    labels = {term for term, meanings in said.items() if len(meanings) >= _SEVERAL}
    return [_as_prose(block, labels) for block in blocks]


def _as_prose(block: Block, labels: set[str]) -> Block:
    if block.kind == "paragraph":
        return replace(block, text=unlabelled(block.text))
    if block.term.casefold() not in labels or _GENUS.match(block.meaning):
        return block
    return replace(block, kind="paragraph", text=block.meaning, term="", meaning="")
