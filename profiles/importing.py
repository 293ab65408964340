"""Use case of a table that is brought in: what is new is kept, what was edited there comes here, and nothing is overwritten.

A row is the card of its note id; without one, that of the same front and back in the same deck. A card whose content
here has gone out before takes over what the row says; one that was edited here since stays, and the row is told if it
was edited, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from profiles import decks, sharing, versions
from profiles.cards import BATCH, ONE_AFTER_THE_OTHER, hash_of, in_batches, new_card
from profiles.content import CardContent
from profiles.models import Flashcard
from profiles.queries import Spelling
from profiles.tables.reading import Row

CONFLICT = "the card was edited here and in the file; the one here stays"


@dataclass
class Outcome:
    """What became of the rows, or would: `same` are here as they are, `repeated` stand in the file more than once.

    `marked_up` are the same but for their HTML in Anki.
    """

    new: list[Flashcard] = field(default_factory=list)
    changed: list[Flashcard] = field(default_factory=list)
    marked_up: list[Flashcard] = field(default_factory=list)
    same: int = 0
    repeated: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    media: int = 0
    without_place: int = 0


def bring(
    user_id: str, rows: Iterable[Row], subject: str, now: datetime, *, dry_run: bool = False
) -> Outcome:
    """Keep the cards of the rows, in their order. `subject` is for rows that name none. `dry_run`: only say what would be."""
    rows = list(rows)
    with transaction.atomic():
        if not dry_run:
            versions.locked(user_id, now)
        plan = _Plan(user_id, rows, subject, now)
        for row in rows:
            plan.take(row)
        found = plan.outcome
        if not dry_run and (found.new or found.changed or found.marked_up):
            for cards in in_batches(found.new):
                Flashcard.objects.bulk_create(cards, ignore_conflicts=True)
            Flashcard.objects.bulk_update(
                found.changed + found.marked_up,
                [*sharing.CONTENT, "tags", "note_fields", "content_hash", "shared", "updated_at"],
                batch_size=BATCH,
            )
            versions.moved(user_id, now, manifest=True)
    return found


class _Plan:
    """Where each row belongs, by what is here already and what the rows before it said."""

    def __init__(self, user_id: str, rows: list[Row], subject: str, now: datetime) -> None:
        self.outcome = Outcome()
        self._user_id, self._subject, self._now = user_id, subject, now
        self._spelling = Spelling(user_id)
        self._by_note: dict[str, Flashcard] = {}
        self._by_text: dict[tuple[str, ...], Flashcard] = {}
        self._is_flat = any(row.is_flat for row in rows)
        self._taken: set[str] = set()
        cards = [(self._deck_of(row), row.card) for row in rows if row.card]
        mine = Flashcard.objects.filter(user_id=user_id)
        for some in in_batches([_note_id(deck, card) for deck, card in cards]):
            self._know(mine.filter(note_id__in=some))
        decks_here = {deck for deck, _ in cards}
        for fronts in in_batches([card["front"] for _, card in cards]):
            self._know(mine.filter(subject__in=decks_here, front__in=fronts))
        # What an export has flattened is spelled in another way here.
        if self._is_flat:
            self._know(mine.filter(subject__in=decks_here).iterator(BATCH))

    def take(self, row: Row) -> None:
        self.outcome.media += row.media
        self.outcome.without_place += row.without_place
        if row.card is None:
            self.outcome.problems.append((row.number, row.problem))
            return
        deck = self._deck_of(row)
        note_id = _note_id(deck, row.card)
        seen = sharing.flat if row.is_flat else sharing.bare
        text = deck, seen(row.card["front"]), seen(row.card["back"])
        card = self._by_note.get(note_id) or self._by_text.get(text)
        if card is None:
            self._add(deck, row.card | {"noteId": note_id})
        elif card.id in self._taken:
            self.outcome.repeated += 1
        elif "noteId" in row.card and card.note_id == note_id:
            self._join(card, row)
        else:
            self.outcome.same += 1
        if card:
            self._taken.add(card.id)

    def _know(self, cards: Iterable[Flashcard]) -> None:
        for card in cards:
            self._by_note.setdefault(card.note_id, card)
            for seen in (sharing.bare, sharing.flat) if self._is_flat else (sharing.bare,):
                self._by_text.setdefault((card.subject, seen(card.front), seen(card.back)), card)

    def _add(self, deck: str, content: CardContent) -> None:
        at = self._now + len(self.outcome.new) * ONE_AFTER_THE_OTHER
        card = new_card(self._user_id, deck, content, "", at)
        self.outcome.new.append(card)
        self._taken.add(card.id)
        self._know([card])

    def _join(self, card: Flashcard, row: Row) -> None:
        """What an edit in Anki says comes here, if it is none that we know and nothing was edited here meanwhile."""
        assert row.card is not None
        said = {name: row.card[name] for name in row.given}  # type: ignore[literal-required]  # names of members
        if row.subject:
            said["subject"] = self._deck_of(row)
        seen = sharing.flat if row.is_flat else sharing.bare
        changes = {n: text for n, text in said.items() if seen(text) != seen(getattr(card, n))}
        if changes and sharing.is_known(card, sharing.mark(card, changes)):
            changes = {}
        if changes and not sharing.is_known(card, sharing.mark(card)):
            self.outcome.problems.append((row.number, CONFLICT))
            return
        tags, fields = row.card.get("tags", card.tags), row.card.get("noteFields", card.note_fields)
        is_marked_up, card.note_fields = fields != card.note_fields, fields
        if not changes and tags == card.tags:
            self.outcome.same += 1
            self.outcome.marked_up += [card] if is_marked_up else []
            return
        for name, text in changes.items():
            setattr(card, name, text)
        card.tags, card.content_hash, card.updated_at = tags, hash_of(card), self._now
        sharing.remember(card)
        self.outcome.changed.append(card)

    def _deck_of(self, row: Row) -> str:
        return self._spelling.subject(decks.name_of(row.subject) if row.subject else self._subject)


def _note_id(deck: str, card: CardContent) -> str:
    """A row that names no note is one of its own for every spelling of its front and for every back."""
    front = card["front"]
    return card.get("noteId") or decks.note_id(deck, card["topic"], front, front, card["back"])
