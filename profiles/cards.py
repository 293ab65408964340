"""Use cases of kept cards: save, edit, delete. Saving twice is saving once, however many do it at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from profiles import decks, queries, sharing, versions
from profiles.content import CARD_FIELDS, CardContent
from profiles.models import Flashcard
from unilingo.common.digest import digest

T = TypeVar("T")
BATCH = 500
# Cards that are saved together are made one after the other, so that every list has them in their order.
ONE_AFTER_THE_OTHER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Saved:
    """The cards that are kept now, in the order asked for, each once; `new` of them were not there before."""

    cards: list[Flashcard]
    new: int


def save(
    user_id: str, subject: str, contents: Iterable[CardContent], *, job_id: str = "", now: datetime
) -> Saved:
    """Keep cards in the deck of the subject, in this order. A card that is there already stays as it is, edits and reviews too."""
    subject = queries.Spelling(user_id).subject(subject)
    wanted: dict[str, Flashcard] = {}
    for content in contents:
        card = new_card(user_id, subject, content, job_id, now + len(wanted) * ONE_AFTER_THE_OTHER)
        wanted.setdefault(card.note_id, card)
    with transaction.atomic():
        kept: dict[str, Flashcard] = {}
        # In one order everywhere, so that two who save the same cards do not deadlock.
        for notes in in_batches(sorted(wanted)):
            Flashcard.objects.bulk_create([wanted[n] for n in notes], ignore_conflicts=True)
            stored = Flashcard.objects.filter(user_id=user_id, note_id__in=notes)
            kept |= {card.note_id: card for card in stored}
        new = sum(kept[note].id == card.id for note, card in wanted.items())
        if new:
            versions.moved(user_id, now, manifest=True)
    return Saved([kept[note] for note in wanted], new)


def edit(user_id: str, card_id: str, changes: Mapping[str, str], now: datetime) -> Flashcard:
    """Change columns of sharing.CONTENT. What FSRS knows stays. Raises NotHere."""
    with transaction.atomic():
        card = locked(user_id, card_id)
        for name, value in changes.items():
            setattr(card, name, value)
        card.subject = queries.Spelling(user_id).subject(card.subject)
        if hash_of(card) == card.content_hash:
            return card
        card.content_hash, card.updated_at, card.edited_at = hash_of(card), now, now
        card.save(update_fields=[*changes, "content_hash", "updated_at", "edited_at"])
        versions.moved(user_id, now, manifest=True)
    return card


def delete(user_id: str, card_id: str, now: datetime) -> None:
    """Raises NotHere."""
    with transaction.atomic():
        locked(user_id, card_id).delete()
        versions.moved(user_id, now, manifest=True)


def locked(user_id: str, card_id: str) -> Flashcard:
    return queries.owned(Flashcard.objects.select_for_update(), user_id, card_id)


def new_card(
    user_id: str, subject: str, content: CardContent, job_id: str, now: datetime
) -> Flashcard:
    card = Flashcard(
        user_id=user_id,
        note_id=content.get("noteId") or decks.note_id(subject, content["topic"], content["front"]),
        job_id=job_id,
        subject=subject,
        **{name: content.get(name, "") for name in CARD_FIELDS},
        source=content.get("source", ""),
        tags=content.get("tags", ""),
        note_type=content.get("noteType", ""),
        note_fields=content.get("noteFields"),
        created_at=now,
        updated_at=now,
        due_at=now,
    )
    card.content_hash, card.shared = hash_of(card), sharing.mark(card)
    return card


def hash_of(card: Flashcard) -> str:
    return digest({name: getattr(card, name) for name in sharing.CONTENT})


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
