"""Cards are kept once, edited without losing what is known of them, and reviewed in order."""

from datetime import timedelta

import pytest

from profiles import cards, reviews
from profiles.errors import NotHere, OutOfOrder, TooEarly
from profiles.models import Flashcard, Profile, Review
from profiles.spacing import Rating
from tests.profiles import rows
from tests.profiles.rows import NOW, after, card_content

pytestmark = pytest.mark.django_db


def _versions(user_id: str = "ann") -> tuple[int, int]:
    profile = Profile.objects.get(pk=user_id)
    return profile.profile_version, profile.manifest_version


def test_the_same_card_is_kept_once_however_it_is_written() -> None:
    contents = [card_content("Artery"), card_content("artery"), card_content("vein")]

    first = cards.save("ann", "Medicine", contents, now=NOW)
    again = cards.save("ann", "Medicine", contents, now=after(5))

    assert (first.new, again.new) == (2, 0)
    assert [card.id for card in again.cards] == [card.id for card in first.cards]
    assert Flashcard.objects.count() == 2


def test_the_same_front_in_another_deck_or_of_another_learner_is_another_card() -> None:
    cards.save("ann", "Medicine", [card_content()], now=NOW)
    cards.save("ann", "Law", [card_content()], now=NOW)
    cards.save("ann", "Medicine", [card_content(topic="Vessels")], now=NOW)
    cards.save("ben", "Medicine", [card_content()], now=NOW)

    assert Flashcard.objects.count() == 4


def test_saving_again_undoes_no_edit_and_no_review() -> None:
    card = rows.card("ann")
    cards.edit("ann", card.id, {"front": "arteria", "back": "a vessel"}, after(1))
    reviews.review("ann", card.id, Rating.GOOD, at=after(2), now=after(2))

    kept = cards.save("ann", "Medicine", [card_content()], now=after(3)).cards[0]

    assert (kept.id, kept.front, kept.back, kept.review_count) == (
        card.id,
        "arteria",
        "a vessel",
        1,
    )


def test_only_what_changes_something_moves_the_versions() -> None:
    card = rows.card("ann")
    assert _versions() == (1, 1)
    rows.card("ann")
    assert _versions() == (1, 1)
    reviews.review("ann", card.id, Rating.GOOD, at=after(1), now=after(1))
    assert _versions() == (2, 1)
    cards.edit("ann", card.id, {"back": "other"}, after(2))
    assert _versions() == (3, 2)
    cards.delete("ann", card.id, after(3))
    assert _versions() == (4, 3)


def test_an_edit_gives_the_content_another_hash_and_the_old_content_the_old_one() -> None:
    card = rows.card("ann")

    edited = cards.edit("ann", card.id, {"back": "other"}, after(1))
    back = cards.edit("ann", card.id, {"back": card.back}, after(2))

    assert edited.content_hash != card.content_hash
    assert back.content_hash == card.content_hash


def test_good_ratings_lengthen_the_interval_and_again_shortens_it() -> None:
    card = rows.card("ann")
    at, intervals = NOW, []
    for _ in range(4):
        card = reviews.review("ann", card.id, Rating.GOOD, at=at, now=at)
        intervals.append(card.due_at - at)
        at = card.due_at
    forgotten = reviews.review("ann", card.id, Rating.AGAIN, at=at, now=at)

    assert intervals == sorted(intervals)
    assert intervals[0] == timedelta(minutes=10)
    assert intervals[-1] > timedelta(days=5)
    assert forgotten.due_at - at == timedelta(minutes=10)
    assert list(Review.objects.order_by("id").values_list("rating", flat=True)) == [3, 3, 3, 3, 1]


def test_the_same_review_sent_twice_counts_once() -> None:
    card = rows.card("ann")

    first = reviews.review("ann", card.id, Rating.GOOD, at=after(60), now=after(61))
    again = reviews.review("ann", card.id, Rating.GOOD, at=after(60), now=after(90))

    assert (again.review_count, again.due_at) == (1, first.due_at)


def test_a_review_from_before_the_last_one_is_refused_and_changes_nothing() -> None:
    card = rows.card("ann")
    reviews.review("ann", card.id, Rating.GOOD, at=after(60), now=after(61))

    with pytest.raises(OutOfOrder):
        reviews.review("ann", card.id, Rating.AGAIN, at=after(30), now=after(90))

    assert Review.objects.count() == 1


def test_a_clock_that_is_ahead_counts_as_now() -> None:
    card = rows.card("ann")

    reviewed = reviews.review("ann", card.id, Rating.EASY, at=after(10**9), now=after(60))

    assert reviewed.reviewed_at == after(60)


def test_a_moment_of_a_clock_that_is_ahead_counts_once_too() -> None:
    card = rows.card("ann")

    first = reviews.review("ann", card.id, Rating.GOOD, at=after(900), now=after(60))
    again = reviews.review("ann", card.id, Rating.GOOD, at=after(900), now=after(61))

    assert (first.review_count, again.review_count, Review.objects.count()) == (1, 1, 1)


def test_a_card_is_not_reviewed_before_it_was_there() -> None:
    card = rows.card("ann")

    with pytest.raises(TooEarly):
        reviews.review("ann", card.id, Rating.GOOD, at=after(-1), now=after(60))

    assert not Review.objects.exists()


def test_the_last_rating_is_undone_once_and_leaves_what_was_before() -> None:
    card = rows.card("ann")
    before = reviews.review("ann", card.id, Rating.GOOD, at=after(60), now=after(60))
    reviews.review("ann", card.id, Rating.AGAIN, at=after(99), now=after(99))

    undone = reviews.undo("ann", card.id, after(99), after(100))
    again = reviews.undo("ann", card.id, after(99), after(101))

    for state in (undone, again):
        assert (state.due_at, state.stability, state.state) == (
            before.due_at,
            before.stability,
            before.state,
        )
        assert (state.reviewed_at, state.review_count) == (after(60), 1)
    new = reviews.undo("ann", card.id, None, after(102))
    assert (new.due_at, new.reviewed_at, new.review_count) == (NOW, None, 0)
    with pytest.raises(NotHere):
        reviews.undo("ann", card.id, None, after(103))


def test_a_rating_that_is_not_the_last_is_not_undone() -> None:
    card = rows.card("ann")
    reviews.review("ann", card.id, Rating.GOOD, at=after(60), now=after(60))
    reviews.review("ann", card.id, Rating.GOOD, at=after(99), now=after(99))

    with pytest.raises(OutOfOrder):
        reviews.undo("ann", card.id, after(60), after(100))


def test_cards_that_are_kept_together_stay_in_their_order() -> None:
    fronts = [f"term {number}" for number in range(30)]

    cards.save("ann", "Medicine", [card_content(front) for front in fronts], now=NOW)

    assert list(Flashcard.objects.order_by("due_at").values_list("front", flat=True)) == fronts
    assert list(Flashcard.objects.order_by("created_at").values_list("front", flat=True)) == fronts


def test_a_deck_is_the_same_however_its_name_is_written() -> None:
    cards.save("ann", "Éthique", [card_content()], now=NOW)

    again = cards.save("ann", "éthique", [card_content(), card_content("vein")], now=after(1))

    assert (again.new, {card.subject for card in again.cards}) == (1, {"Éthique"})


@pytest.mark.parametrize("card_id", ["card-none", "a\x00b"])
def test_the_card_of_another_can_be_neither_edited_nor_deleted_nor_reviewed(card_id: str) -> None:
    theirs = rows.card("ben").id

    for wanted in (theirs, card_id):
        with pytest.raises(NotHere):
            cards.edit("ann", wanted, {"back": "x"}, NOW)
        with pytest.raises(NotHere):
            cards.delete("ann", wanted, NOW)
        with pytest.raises(NotHere):
            reviews.review("ann", wanted, Rating.GOOD, at=NOW, now=NOW)

    assert Flashcard.objects.get().back == "what artery means"
