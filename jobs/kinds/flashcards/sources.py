"""Where in the study text cards are from, in its words letter for letter, and what of the text they leave out."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NotRequired

from typing_extensions import TypedDict

from jobs.kinds.study.text import StudyText
from jobs.providers.base import Card


class Source(TypedDict):
    """`quote` is `content[start:end]`, counted in characters; `page` where the text has pages."""

    quote: str
    start: int
    end: int
    page: NotRequired[int]


def source_of(card: Card, text: StudyText, page_starts: Sequence[int] = ()) -> Source | None:
    """What an engine quotes is looked for rather than believed: its example, else a sentence with the front, else the front's block."""
    said = (card.quote, card.example, text.sentence_with(card.front))
    places = (text.place_of(words) for words in said if words)
    place = next(filter(None, places), None) or text.place_of("", card.front)
    if not place:
        return None
    source = Source(quote=text.content[place.start : place.end], start=place.start, end=place.end)
    if page_starts:
        source["page"] = max(1, bisect_right(page_starts, place.start))
    return source
