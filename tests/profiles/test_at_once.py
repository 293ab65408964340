"""Two devices, two tabs, two workers: whatever comes at the same instant leaves one state."""

import pytest

from profiles import cache, cards, importing, progress, reviews, services
from profiles.models import Flashcard, Lesson, Profile, Progress, Review, VocabularyEntry
from profiles.progress import Report
from profiles.spacing import Rating
from profiles.tables import reading
from tests.profiles import rows
from tests.profiles.rows import NOW, after, card_content, lesson_content
from tests.servers import ValkeyServer
from tests.together import MANY, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_cards_saved_at_once_are_kept_once_and_new_to_one_only() -> None:
    contents = [card_content(f"term {n}") for n in range(20)]

    def save(number: int) -> int:
        ordered = contents if number % 2 else contents[::-1]
        return cards.save("ann", "Medicine", ordered, now=NOW).new

    assert sum(at_once(save)) == 20
    assert Flashcard.objects.count() == 20
    assert Profile.objects.count() == 1


def test_a_table_brought_in_at_once_is_kept_once_and_new_to_one_only() -> None:
    table = "front,back\n" + "".join(f"term {n},meaning {n}\n" for n in range(20))
    rows_of_it = reading.read(table.encode(), topic="General")

    found = at_once(lambda _: importing.bring("ann", rows_of_it, "Medicine", NOW))

    assert sum(len(one.new) for one in found) == 20 == Flashcard.objects.count()
    assert sum(one.same for one in found) == 20 * (MANY - 1)


def test_a_rating_undone_at_once_is_undone_once() -> None:
    card = rows.card("ann")
    for seconds in (60, 120):
        reviews.review("ann", card.id, Rating.GOOD, at=after(seconds), now=after(seconds))

    at_once(lambda _: reviews.undo("ann", card.id, after(120), after(130)))

    assert Review.objects.count() == 1
    assert Flashcard.objects.get().review_count == 1


def test_lessons_saved_at_once_are_kept_once_with_their_parts() -> None:
    result = {"lessons": [lesson_content("The heart"), lesson_content("The blood")]}

    saved = at_once(lambda _: services.save_lessons("job", "ann", result, NOW))

    assert all(one == saved[0] for one in saved)
    assert (Lesson.objects.count(), VocabularyEntry.objects.count()) == (2, 4)


def test_reports_of_many_devices_at_once_end_in_the_newest() -> None:
    lesson = rows.lesson("ann")

    at_once(
        lambda n: progress.report("ann", lesson.id, "unit", Report(n, MANY, n, after(n)), after(99))
    )

    row = Progress.objects.get()
    assert (row.completed_exercises, row.score, row.updated_at) == (7, 7, after(7))


def test_the_same_review_from_many_tabs_counts_once() -> None:
    card = rows.card("ann")

    at_once(lambda _: reviews.review("ann", card.id, Rating.GOOD, at=after(5), now=after(9)))

    assert Review.objects.count() == Flashcard.objects.get().review_count == 1


def test_every_write_at_once_moves_the_version_once() -> None:
    rows.card("ann")
    before = Profile.objects.get().profile_version

    at_once(lambda n: cards.save("ann", "Law", [card_content(f"term {n}")], now=NOW))

    assert Profile.objects.get().profile_version == before + MANY


def test_of_many_who_miss_at_once_one_reads_and_the_others_wait(redis_server: ValkeyServer) -> None:
    reads = []

    def read() -> str:
        reads.append(1)
        return "found"

    found = at_once(lambda _: cache.get_or_read("key", 60, read))

    assert len(reads) == 1
    assert {value for value, _ in found} == {"found"}
    assert sorted(is_known for _, is_known in found) == [False] + [True] * (MANY - 1)
