"""Everything that is kept of a learner, as one JSON document that is written while it is read."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from profiles import queries
from profiles.api import representation
from profiles.api.shapes import ExportedCard, KeptReview
from profiles.models import Flashcard, Lesson, Profile, Progress, Review
from unilingo.common.pages import in_chunks
from unilingo.common.timestamps import iso

Section = tuple[str, Iterator[Any]]
PIECE_CHARACTERS = 64 * 1024


def sections(profile: Profile) -> Iterator[Section]:
    """By its name, each list of what profiles keep. Nothing is read before its turn."""
    user_id = profile.user_id
    lessons = Lesson.objects.filter(user_id=user_id).prefetch_related(*queries.LESSON_PARTS)
    cards = Flashcard.objects.filter(user_id=user_id).prefetch_related("reviews")
    progress = Progress.objects.filter(user_id=user_id)
    yield "lessons", map(representation.lesson, in_chunks(lessons, "created_at"))
    yield "progress", map(representation.progress, in_chunks(progress, "updated_at"))
    yield "flashcards", map(_card, in_chunks(cards, "created_at"))


def as_json(head: Mapping[str, Any], parts: Iterable[Section]) -> Iterator[bytes]:
    """One JSON object: the members of `head`, then each section as a list; in pieces of a bounded size."""
    waiting: list[str] = []
    size = 0
    for text in _texts(head, parts):
        waiting.append(text)
        size += len(text)
        if size >= PIECE_CHARACTERS:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def _texts(head: Mapping[str, Any], parts: Iterable[Section]) -> Iterator[str]:
    yield _json(head)[:-1]
    for name, rows in parts:
        yield f",{_json(name)}:["
        for number, row in enumerate(rows):
            yield ("," if number else "") + _json(row)
        yield "]"
    yield "}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _card(card: Flashcard) -> ExportedCard:
    return {**representation.card(card), "reviews": [_review(one) for one in card.reviews.all()]}


def _review(review: Review) -> KeptReview:
    return {
        "rating": review.rating,
        "reviewedAt": iso(review.reviewed_at),
        "dueAt": iso(review.due_at),
    }
