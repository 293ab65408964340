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
from unilingo.common.shapes import example

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
    examples=example(
        subject="Biology", flashcards=[{"front": "turgor", "back": "pressure of water"}]
    ),
    responses={201: OpenApiResponse(_KEPT, "New cards are kept."), **NOTHING},
    description="Give `jobId`, with `indexes` for some of its cards, or `flashcards` with a `subject`. Kept cards are reviewed and exported; a card that is there already is not doubled.",
)
CARDS = about(
    "kept_cards",
    "The caller's kept cards, newest first",
    "cards",
    inline_serializer("KeptCardPage", {**SUCCESS, "flashcards": _Cards, "nextCursor": CURSOR}),
    parameters=[CardsQuery],
    description="By subject or topic, or those that contain `q`. `nextCursor` given as `cursor` brings the next page.",
)
CARD = about(
    "kept_card",
    "One kept card",
    "cards",
    _CardAnswer,
    responses=NOTHING,
    description="With when it is due, and how often it was reviewed.",
)
CARD_CHANGES = about(
    "edit_card",
    "Edit a kept card; its reviews stay",
    "cards",
    _CardAnswer,
    request=CardChanges,
    examples=example(back="the pressure of water against a cell wall"),
    responses=NOTHING,
    description="Only the members that are sent change; what is known of its reviews stays.",
)
CARD_DELETION = about(
    "delete_card",
    "Delete a kept card",
    "cards",
    DONE,
    responses=NOTHING,
    description="Its reviews go with it.",
)
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
    description="Each with `dueAfter`: when it would be due next after each of the four ratings.",
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
    examples=example(rating=3),
    responses=NOTHING,
    description="`rating` is how well it was remembered: 1 again, 2 hard, 3 good, 4 easy. The same `reviewedAt` twice is one review, so an answer that got lost can be sent again.",
)
UNDO = about(
    "undo_review",
    "Take the last rating of a card back",
    "cards",
    _CardAnswer,
    parameters=[RatingToUndo],
    responses=NOTHING,
    description="The card is due again when it was before.",
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
    description="A deck is a subject with its topics.",
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
    description="Days are those of `timeZone`.",
)
