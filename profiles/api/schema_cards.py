"""What the OpenAPI document says of kept cards and their reviews."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, inline_serializer
from rest_framework import serializers as s

from profiles.api.schema import CURSOR, DONE, LEVEL, NOTHING, SUCCESS, about, numbers, texts
from profiles.api.serializers import (
    CardChanges,
    CardRating,
    CardsQuery,
    CardsToKeep,
    DueQuery,
    RatingToUndo,
    StatisticsQuery,
)
from profiles.content import CARD_TEXTS

_CARD: dict[str, Any] = {
    **texts("id", "subject", *CARD_TEXTS),
    "difficulty": LEVEL,
    "tags": s.ListField(child=s.CharField(), help_text="The learner's own in Anki."),
    "jobId": s.CharField(allow_null=True),
    "createdAt": s.DateTimeField(),
    "updatedAt": s.DateTimeField(),
    "dueAt": s.DateTimeField(help_text="When it is to be reviewed next."),
    "state": s.ChoiceField(choices=["new", "learning", "review", "relearning"]),
    "reviewCount": s.IntegerField(),
    "reviewedAt": s.DateTimeField(allow_null=True),
}
_DueAfter = inline_serializer(
    "DueAfter", {word: s.DateTimeField() for word in ("again", "hard", "good", "easy")}
)
_CardAnswer = inline_serializer(
    "KeptCardAnswer", {**SUCCESS, "flashcard": inline_serializer("KeptCard", {**_CARD})}
)
_Cards = inline_serializer("KeptCards", {**_CARD}, many=True)
_KEPT = inline_serializer(
    "CardsKept", {**SUCCESS, **numbers("saved", "existing"), "flashcards": _Cards}
)
CARDS_TO_KEEP = about(
    "keep_cards",
    "Keep the cards of a job, some of them, or given ones; keeping twice is keeping once",
    "cards",
    OpenApiResponse(_KEPT, "All of them were kept before."),
    request=CardsToKeep,
    responses={201: OpenApiResponse(_KEPT, "New cards are kept."), **NOTHING},
)
CARDS = about(
    "kept_cards",
    "The caller's kept cards, newest first",
    "cards",
    inline_serializer("KeptCardPage", {**SUCCESS, "flashcards": _Cards, "nextCursor": CURSOR}),
    parameters=[CardsQuery],
)
CARD = about("kept_card", "One kept card", "cards", _CardAnswer, responses=NOTHING)
CARD_CHANGES = about(
    "edit_card",
    "Edit a kept card; its reviews stay",
    "cards",
    _CardAnswer,
    request=CardChanges,
    responses=NOTHING,
)
CARD_DELETION = about("delete_card", "Delete a kept card", "cards", DONE, responses=NOTHING)
DUE_CARDS = about(
    "due_cards",
    "Cards that are due for review, longest due first",
    "cards",
    inline_serializer(
        "DueCardPage",
        {
            **SUCCESS,
            "flashcards": inline_serializer("DueCard", {**_CARD, "dueAfter": _DueAfter}, many=True),
            "dueCards": s.IntegerField(help_text="how many there are"),
            "nextDueAt": s.DateTimeField(allow_null=True, help_text="of those that are not due"),
        },
    ),
    parameters=[DueQuery],
)
REVIEW = about(
    "review_card",
    "Rate a card; FSRS says when it is due next, and when after each rating then",
    "cards",
    inline_serializer(
        "ReviewedCardAnswer",
        {
            **SUCCESS,
            "flashcard": inline_serializer(
                "ReviewedCard", {**_CARD, "dueAfter": type(_DueAfter)()}
            ),
        },
    ),
    request=CardRating,
    responses=NOTHING,
)
UNDO = about(
    "undo_review",
    "Take the last rating of a card back",
    "cards",
    _CardAnswer,
    parameters=[RatingToUndo],
    responses=NOTHING,
)
DECKS = about(
    "decks",
    "The caller's decks by subject and topic, with how many cards and how many due",
    "cards",
    inline_serializer(
        "DeckList",
        {
            **SUCCESS,
            "decks": inline_serializer(
                "DeckCount",
                {**texts("subject", "topic"), **numbers("cards", "due")},
                many=True,
            ),
        },
    ),
)
STATISTICS = about(
    "card_statistics",
    "What was reviewed today, for how many days in a row, and what comes due in the next seven",
    "cards",
    inline_serializer(
        "StatisticsAnswer",
        {
            **SUCCESS,
            "statistics": inline_serializer(
                "Statistics",
                {
                    "reviewsToday": s.IntegerField(),
                    "streakDays": s.IntegerField(
                        help_text="up to today or, if none yet, yesterday"
                    ),
                    "forecast": inline_serializer(
                        "Forecast", {"date": s.DateField(), "due": s.IntegerField()}, many=True
                    ),
                    **{
                        name: s.IntegerField(help_text="cards")
                        for name in ("new", "learning", "known")
                    },
                    "recalled": s.FloatField(
                        allow_null=True, help_text="Of 30 days' reviews, those not rated again."
                    ),
                },
            ),
        },
    ),
    parameters=[StatisticsQuery],
)
