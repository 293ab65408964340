"""What the OpenAPI document says of kept cards and their reviews."""

from drf_spectacular.utils import OpenApiResponse

from profiles.api import shapes
from profiles.api.schema import NOTHING
from profiles.api.serializers import (
    CardChanges,
    CardRating,
    CardsQuery,
    CardsToKeep,
    DueQuery,
    RatingToUndo,
    StatisticsQuery,
)
from unilingo.common.openapi import about, example
from unilingo.common.shapes import Done

CARDS_TO_KEEP = about(
    "keep_cards",
    "Keep the cards of a job, some of them, or given ones; keeping twice is keeping once",
    "cards",
    OpenApiResponse(shapes.CardsKept, "All of them were kept before."),
    request=CardsToKeep,
    examples=example(
        subject="Biology", flashcards=[{"front": "turgor", "back": "pressure of water"}]
    ),
    responses={201: OpenApiResponse(shapes.CardsKept, "New cards are kept."), **NOTHING},
    description="Give `jobId`, with `indexes` for some of its cards, or `flashcards` with a `subject`. Kept cards are reviewed and exported; a card that is there already is not doubled.",
)
CARDS = about(
    "kept_cards",
    "The caller's kept cards, newest first",
    "cards",
    shapes.KeptCardPage,
    parameters=[CardsQuery],
    description="By subject or topic, or those that contain `q`. `nextCursor` given as `cursor` brings the next page.",
)
CARD = about(
    "kept_card",
    "One kept card",
    "cards",
    shapes.KeptCardAnswer,
    responses=NOTHING,
    description="With when it is due, and how often it was reviewed.",
)
CARD_CHANGES = about(
    "edit_card",
    "Edit a kept card; its reviews stay",
    "cards",
    shapes.KeptCardAnswer,
    request=CardChanges,
    examples=example(back="the pressure of water against a cell wall"),
    responses=NOTHING,
    description="Only the members that are sent change; what is known of its reviews stays.",
)
CARD_DELETION = about(
    "delete_card",
    "Delete a kept card",
    "cards",
    Done,
    responses=NOTHING,
    description="Its reviews go with it.",
)
DUE_CARDS = about(
    "due_cards",
    "Cards that are due for review, longest due first",
    "cards",
    shapes.DueCardPage,
    parameters=[DueQuery],
    description="Each with `dueAfter`: when it would be due next after each of the four ratings.",
)
REVIEW = about(
    "review_card",
    "Rate a card; FSRS says when it is due next, and when after each rating then",
    "cards",
    shapes.ReviewedCardAnswer,
    request=CardRating,
    examples=example(rating=3),
    responses=NOTHING,
    description="`rating` is how well it was remembered: 1 again, 2 hard, 3 good, 4 easy. The same `reviewedAt` twice is one review, so an answer that got lost can be sent again.",
)
UNDO = about(
    "undo_review",
    "Take the last rating of a card back",
    "cards",
    shapes.KeptCardAnswer,
    parameters=[RatingToUndo],
    responses=NOTHING,
    description="The card is due again when it was before.",
)
DECKS = about(
    "decks",
    "The caller's decks by subject and topic, with how many cards and how many due",
    "cards",
    shapes.DeckList,
    description="A deck is a subject with its topics.",
)
STATISTICS = about(
    "card_statistics",
    "What was reviewed today, for how many days in a row, and what comes due in the next seven",
    "cards",
    shapes.StatisticsAnswer,
    parameters=[StatisticsQuery],
    description="Days are those of `timeZone`.",
)
