"""HTTP for kept cards: save, list, edit, delete, review."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from profiles import cards, queries, reviews, spacing, statistics
from profiles.api import representation, schema_cards, shapes
from profiles.api.serializers import (
    CardChanges,
    CardRating,
    CardsQuery,
    CardsToKeep,
    DueQuery,
    RatingToUndo,
    StatisticsQuery,
)
from profiles.content import JobCards
from profiles.errors import NotHere
from profiles.models import Flashcard
from profiles.queries import CardsWanted
from unilingo.common import cursors
from unilingo.common.caller import user_id_of
from unilingo.common.fields import valid
from unilingo.common.shapes import Done
from unilingo.common.timestamps import iso


def _no_jobs(user_id: str, job_id: str) -> JobCards:
    raise NotHere


class Flashcards(APIView):
    """`cards_of_job` is given in unilingo/urls.py: jobs are not known here."""

    cards_of_job: Callable[[str, str], JobCards] = staticmethod(_no_jobs)

    @extend_schema(**schema_cards.CARDS_TO_KEEP)
    def post(self, request: Request) -> Response:
        user_id = user_id_of(request)
        wanted = valid(CardsToKeep(data=request.data))
        job_id = wanted.get("jobId", "")
        made = self._made(user_id, wanted)
        saved = cards.save(user_id, made.subject, made.cards, job_id=job_id, now=timezone.now())
        body = shapes.CardsKept(
            success=True,
            saved=saved.new,
            existing=len(saved.cards) - saved.new,
            flashcards=[representation.card(card) for card in saved.cards],
        )
        return Response(body, status=201 if saved.new else 200)

    @extend_schema(**schema_cards.CARDS)
    def get(self, request: Request) -> Response:
        wanted = valid(CardsQuery(data=request.query_params))
        found = queries.cards_of(
            user_id_of(request),
            CardsWanted(wanted["subject"], wanted["topic"], wanted["q"]),
            after=cursors.parse("flashcards", wanted["cursor"]),
            limit=wanted["limit"] + 1,
        )
        page, further = cursors.page_of("flashcards", found, wanted["limit"])
        kept = [representation.card(card) for card in page]
        return Response(shapes.KeptCardPage(success=True, flashcards=kept, nextCursor=further))

    def _made(self, user_id: str, wanted: dict[str, Any]) -> JobCards:
        if "flashcards" in wanted:
            return JobCards(wanted["subject"], wanted["flashcards"])
        made = self.cards_of_job(user_id, wanted["jobId"])
        places = wanted.get("indexes", range(len(made.cards)))
        if any(place >= len(made.cards) for place in places):
            raise ValidationError({"indexes": [f"The job has {len(made.cards)} cards."]})
        return JobCards(wanted.get("subject", made.subject), [made.cards[p] for p in places])


class FlashcardView(APIView):
    @extend_schema(**schema_cards.CARD)
    def get(self, request: Request, card_id: str) -> Response:
        card = queries.owned(Flashcard.objects.all(), user_id_of(request), card_id)
        return _answer(card)

    @extend_schema(**schema_cards.CARD_CHANGES)
    def patch(self, request: Request, card_id: str) -> Response:
        changes = valid(CardChanges(data=request.data, partial=True))
        now = timezone.now()
        card = cards.edit(user_id_of(request), card_id, changes, now)
        return _answer(card)

    @extend_schema(**schema_cards.CARD_DELETION)
    def delete(self, request: Request, card_id: str) -> Response:
        cards.delete(user_id_of(request), card_id, timezone.now())
        return Response(Done(success=True, message="Flashcard deleted"))


def _answer(card: Flashcard) -> Response:
    return Response(shapes.KeptCardAnswer(success=True, flashcard=representation.card(card)))


def _ratable(card: Flashcard, at: datetime) -> shapes.DueCard:
    """The card, and when each rating at that moment would bring it back."""
    after = {word: iso(due) for word, due in spacing.due_after(card, at).items()}
    return {**representation.card(card), "dueAfter": cast(shapes.DueAfter, after)}


class DueFlashcards(APIView):
    @extend_schema(**schema_cards.DUE_CARDS)
    def get(self, request: Request) -> Response:
        wanted, now = valid(DueQuery(data=request.query_params)), timezone.now()
        deck = CardsWanted(wanted["subject"], wanted["topic"])
        due = queries.due_cards(user_id_of(request), deck, now, wanted["limit"])
        return Response(
            shapes.DueCardPage(
                success=True,
                flashcards=[_ratable(card, now) for card in due.cards],
                dueCards=due.total,
                nextDueAt=iso(due.next_at) if due.next_at else None,
            )
        )


class Reviews(APIView):
    @extend_schema(**schema_cards.REVIEW)
    def post(self, request: Request, card_id: str) -> Response:
        given = valid(CardRating(data=request.data))
        now = timezone.now()
        at = given.get("reviewedAt", now)
        card = reviews.review(user_id_of(request), card_id, given["rating"], at=at, now=now)
        return Response(
            shapes.ReviewedCardAnswer(success=True, flashcard=_ratable(card, card.due_at))
        )

    @extend_schema(**schema_cards.UNDO)
    def delete(self, request: Request, card_id: str) -> Response:
        at = valid(RatingToUndo(data=request.query_params)).get("reviewedAt")
        card = reviews.undo(user_id_of(request), card_id, at, timezone.now())
        return _answer(card)


class Decks(APIView):
    @extend_schema(**schema_cards.DECKS)
    def get(self, request: Request) -> Response:
        found = queries.decks_of(user_id_of(request), timezone.now())
        return Response(shapes.DeckList(success=True, decks=found))


class Statistics(APIView):
    @extend_schema(**schema_cards.STATISTICS)
    def get(self, request: Request) -> Response:
        zone = valid(StatisticsQuery(data=request.query_params))["timeZone"]
        found = statistics.statistics(user_id_of(request), timezone.now(), zone)
        return Response(shapes.StatisticsAnswer(success=True, statistics=found))
