"""When a card is due again, by FSRS (https://github.com/open-spaced-repetition/py-fsrs) with its default parameters.

Without its random shift of days, so that the same ratings give the same dates on every device.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import IntEnum

import fsrs

from profiles.models import CardState, Flashcard, Review


class Rating(IntEnum):
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


_scheduler = fsrs.Scheduler(desired_retention=0.9, enable_fuzzing=False)


def rate(card: Flashcard, rating: Rating, at: datetime) -> None:
    """Change what is known of the card to what it is after this rating. Nothing is saved."""
    after = _after(card, rating, at)
    card.state, card.step = int(after.state), after.step
    card.stability, card.fsrs_difficulty = after.stability, after.difficulty
    card.due_at, card.reviewed_at = after.due, at
    card.review_count += 1


def replay(card: Flashcard, reviews: Iterable[Review]) -> None:
    """Change what is known of the card to what it is after these reviews alone, oldest first. Nothing is saved."""
    card.state, card.step, card.stability, card.fsrs_difficulty = CardState.LEARNING, 0, None, None
    card.due_at, card.reviewed_at, card.review_count = card.created_at, None, 0
    for review in reviews:
        rate(card, Rating(review.rating), review.reviewed_at)


def due_after(card: Flashcard, at: datetime) -> dict[str, datetime]:
    """When the card would be due after each rating."""
    return {rating.name.lower(): _after(card, rating, at).due for rating in Rating}


def _after(card: Flashcard, rating: Rating, at: datetime) -> fsrs.Card:
    known = fsrs.Card(
        card_id=0,  # without one, fsrs sleeps to make one
        state=fsrs.State(card.state),
        step=card.step,
        stability=card.stability,
        difficulty=card.fsrs_difficulty,
        due=card.due_at,
        last_review=card.reviewed_at,
    )
    return _scheduler.review_card(known, fsrs.Rating(rating), at.astimezone(UTC))[0]
