"""Use cases of reviews: rate a card, and take the last rating back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from profiles import spacing, versions
from profiles.cards import locked
from profiles.errors import NotHere, OutOfOrder, TooEarly
from profiles.models import Flashcard, Review
from profiles.spacing import Rating


def review(user_id: str, card_id: str, rating: Rating, *, at: datetime, now: datetime) -> Flashcard:
    """Rate a card. `at`: when it was by the device's clock; the same moment again is the same review, one to come is now.

    Raises NotHere, OutOfOrder, TooEarly.
    """
    with transaction.atomic():
        card = locked(user_id, card_id)
        if card.reviews.filter(_of(at)).exists():
            return card
        moment = min(at, now)
        # Devices tell milliseconds at best.
        if moment < card.created_at.replace(microsecond=0):
            raise TooEarly
        if card.reviewed_at and moment < card.reviewed_at:
            raise OutOfOrder
        spacing.rate(card, rating, moment)
        card.save()
        Review.objects.create(
            card=card, rating=rating, reviewed_at=moment, stated_at=at, due_at=card.due_at
        )
        versions.moved(user_id, now, manifest=False)
    return card


def undo(user_id: str, card_id: str, at: datetime | None, now: datetime) -> Flashcard:
    """Take the last rating back, as if it had not been. `at`: which one that is, so that asking twice undoes one.

    Raises NotHere: no rating was ever given; OutOfOrder: that one is not the last.
    """
    with transaction.atomic():
        card = locked(user_id, card_id)
        reviews = list(card.reviews.order_by("reviewed_at", "id"))
        if at and not card.reviews.filter(_of(at)).exists():
            return card
        if not reviews:
            raise NotHere
        last = reviews.pop()
        if at and at not in (last.stated_at, last.reviewed_at):
            raise OutOfOrder
        last.delete()
        spacing.replay(card, reviews)
        card.save()
        versions.moved(user_id, now, manifest=False)
    return card


def _of(at: datetime) -> Q:
    return Q(stated_at=at) | Q(reviewed_at=at)
