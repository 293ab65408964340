"""Is what a page says of itself to be believed, and which of two readings of it is the better one?"""

import re
from collections import Counter
from collections.abc import Sequence

from jobs.kinds.document.sandboxed import words
from jobs.kinds.document.sandboxed.content import PageContent

# Shares of the letters or words above or below which a text is doubted. Good pages have less than a hundredth of
# letters without a meaning.
UNMAPPED = 0.1
NO_LETTERS = 0.1
MIXED = 0.1
KNOWN = 0.45
# A layer of text that nobody sees was made by a machine that read the picture.
KNOWN_OF_LAYER = 0.8
IS_LAYER = 0.5
# Fewer words tell nothing.
WORDS = 12
# So much surer must a reading be to be taken in place of the other.
BETTER = 0.05
AGREEMENT = 0.6
# What nobody writes: without a meaning, private, or not a character.
_NO_LETTER = re.compile(r"[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]")


def is_layer(page: PageContent) -> bool:
    """Is its text an invisible layer over a picture?"""
    return page["unseen"] > IS_LAYER * _letters(page)


def is_doubtful(page: PageContent, text: str) -> bool:
    letters = _letters(page)
    if (
        page["unmapped"] > UNMAPPED * letters
        or len(_NO_LETTER.findall(text)) > NO_LETTERS * letters
    ):
        return True
    found = words.known(text)
    enough = KNOWN_OF_LAYER if is_layer(page) else KNOWN
    return found.words >= WORDS and (found.share < enough or words.mixed(text) > MIXED)


def is_better(seen: str, said: str) -> bool:
    """Is what was read from the picture better than what the file says?"""
    a, b = words.known(seen), words.known(said)
    return a.share > b.share + BETTER and a.words * 2 >= b.words * b.share


def agree(seen: str, said: str) -> bool:
    """Two readings that have most of their words in common are both right."""
    a, b = (Counter(re.findall(r"\w+", text.lower())) for text in (seen, said))
    return (a & b).total() >= AGREEMENT * max(a.total(), b.total(), 1)


def _letters(page: PageContent) -> int:
    return max(1, sum(_visible(run["text"]) for run in page["runs"]))


def _visible(text: Sequence[str]) -> int:
    return sum(not letter.isspace() for letter in text)
