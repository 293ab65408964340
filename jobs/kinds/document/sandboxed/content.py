"""What both ends of the sandbox agree on: the content of a page as it is sent, and the limits of a file."""

from typing import TypedDict

PAGES = 500
PAGE_CHARACTERS = 100_000

Box = tuple[float, float, float, float]


class Refused(Exception):
    """`args[0]` is a word of sandbox.REASONS."""


class Run(TypedDict):
    """Letters that stand side by side, in points from the upper left corner of the page as it is shown.

    `turns`: by how many quarters the page is to be turned to the right until they stand upright.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    turns: int


class PageContent(TypedDict):
    """A page as its file describes it.

    `runs` are in the order of the file. `pictures` are boxes (left, top, right, bottom); a page without a size has
    none, and its pictures are counted by `attached`. Of the letters `unmapped` have no known meaning, `unseen` are an
    invisible layer over a picture, and `hidden` are left out since nobody can see them. `ink` is the share of the page
    that is neither paper nor these letters.
    """

    width: float
    height: float
    runs: list[Run]
    pictures: list[list[float]]
    attached: int
    unmapped: int
    unseen: int
    hidden: int
    ink: float
    notes: list[str]


def turned(box: Box, quarters: int) -> Box:
    """A box (left, top, right, bottom) of a page that is turned to the right so many times, about its upper left corner."""
    for _ in range(quarters % 4):
        left, top, right, bottom = box
        box = -bottom, left, -top, right
    return box


def pieces(text: str) -> list[str]:
    """A text too long for a page, cut where a paragraph or a line ends."""
    found = []
    while len(text) > PAGE_CHARACTERS:
        ends = (text.rfind(mark, PAGE_CHARACTERS // 2, PAGE_CHARACTERS) for mark in ("\n\n", "\n"))
        end = next((end for end in ends if end > 0), PAGE_CHARACTERS)
        found.append(text[:end])
        text = text[end:].lstrip("\n")
    return [*found, text]


def text_page(text: str, attached: int = 0) -> PageContent:
    """A page of a file that has no places on its pages."""
    whole = Run(text=text, left=0, top=0, right=0, bottom=0, turns=0)
    return PageContent(
        width=0,
        height=0,
        runs=[whole] if text.strip() or attached else [],
        pictures=[],
        attached=attached,
        unmapped=0,
        unseen=0,
        hidden=0,
        ink=0,
        notes=[],
    )
