"""Kept cards over HTTP: saved from jobs and given, listed in pages, edited, reviewed."""

from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from jobs import creation
from jobs.models import Job
from profiles import cards
from profiles.models import Flashcard
from tests.people import ASKED, signed_in
from tests.profiles import rows
from tests.profiles.rows import NOW, after, card_content
from unilingo.common import cursors
from unilingo.common.pages import Cursor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict")]

CARDS = "/api/flashcards"


def _job(user_id: str = "ann", *, fronts: tuple[str, ...] = ("cell", "wall", "root")) -> Job:
    now = timezone.now()
    job = creation.new_job("flashcards", user_id, ASKED, max_attempts=3, now=now)
    if fronts:
        made = [card_content(front, "Plants") | {"backSource": "definition"} for front in fronts]
        job.status, job.result, job.finished_at = "completed", {"flashcards": made}, now
    creation.create([job])
    return job


def _fronts(answer: Any) -> list[str]:
    return [card["front"] for card in answer.json()["flashcards"]]


def test_the_cards_of_a_job_are_kept_in_one_call_and_once() -> None:
    ann, job = signed_in("ann"), _job()

    first = ann.post(CARDS, {"jobId": job.id})
    again = ann.post(CARDS, {"jobId": job.id})

    assert (first.status_code, first.json()["saved"], first.json()["existing"]) == (201, 3, 0)
    assert (again.status_code, again.json()["saved"], again.json()["existing"]) == (200, 0, 3)
    assert [c["id"] for c in again.json()["flashcards"]] == [
        c["id"] for c in first.json()["flashcards"]
    ]
    assert {c["subject"] for c in first.json()["flashcards"]} == {"Biology"}


def test_some_of_a_jobs_cards_are_kept_by_their_places() -> None:
    answer = signed_in("ann").post(CARDS, {"jobId": _job().id, "indexes": [2, 0, 2]})

    assert _fronts(answer) == ["root", "cell"]


def test_a_kept_card_says_in_its_files_where_it_is_from() -> None:
    ann, job = signed_in("ann"), _job(fronts=("cell",))
    source = {"quote": "A cell is small.", "start": 0, "end": 16, "page": 2}
    job.result["flashcards"][0]["source"] = source
    Job.objects.filter(pk=job.pk).update(result=job.result)
    ann.post(CARDS, {"jobId": job.id})

    table = b"".join(ann.get("/api/flashcards/deck.csv")).decode()

    assert "“A cell is small.” (page 2)" in table


def test_cards_outlive_the_job_that_made_them() -> None:
    ann, job_id = signed_in("ann"), _job().id
    ann.post(CARDS, {"jobId": job_id})

    Job.objects.get(pk=job_id).delete()

    assert sorted(_fronts(ann.get(CARDS))) == ["cell", "root", "wall"]
    assert ann.post(CARDS, {"jobId": job_id}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "jobId"),
        ({"jobId": "x", "flashcards": [card_content()]}, "jobId"),
        ({"jobId": 7}, "jobId"),
        ({"flashcards": [card_content()]}, "subject"),
        ({"flashcards": []}, "flashcards"),
        ({"flashcards": [card_content()] * 1001, "subject": "s"}, "flashcards"),
        ({"flashcards": [card_content("")], "subject": "s"}, "flashcards"),
        ({"flashcards": [card_content("x" * 501)], "subject": "s"}, "flashcards"),
        ({"flashcards": [card_content("a\x00b")], "subject": "s"}, "flashcards"),
        ({"flashcards": "all", "subject": "s"}, "flashcards"),
        ({"flashcards": [card_content(difficulty="hard")], "subject": "s"}, "flashcards"),
        ([], "body"),
    ],
)
def test_a_body_that_cannot_be_kept_is_named_and_nothing_is_kept(body: Any, field: str) -> None:
    answer = signed_in("ann").post(CARDS, body)

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == [field]
    assert not Flashcard.objects.exists()


def test_what_is_wrong_is_told_down_to_the_member_of_the_card() -> None:
    given = [card_content(), card_content("")]

    answer = signed_in("ann").post(CARDS, {"subject": "Law", "flashcards": given})

    text = answer.json()["details"]["fields"]["flashcards"]
    assert text == "1: front: This field may not be blank."


@pytest.mark.parametrize(
    ("more", "field"), [({"indexes": [3]}, "indexes"), ({"indexes": [-1]}, "indexes")]
)
def test_a_place_that_the_job_does_not_have_is_named(more: dict[str, Any], field: str) -> None:
    answer = signed_in("ann").post(CARDS, {"jobId": _job().id, **more})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == [field]


def test_a_job_that_has_not_completed_has_no_cards_to_keep() -> None:
    answer = signed_in("ann").post(CARDS, {"jobId": _job(fronts=()).id})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == ["jobId"]


def test_cards_are_listed_newest_first_by_subject_and_topic_in_pages() -> None:
    ann = signed_in("ann")
    for number in range(5):
        rows.card("ann", f"term {number}", now=after(number))
    cards.save("ann", "Law", [card_content("tort", "Civil law")], now=after(9))

    first = ann.get(f"{CARDS}?subject=Medicine&limit=3")
    second = ann.get(f"{CARDS}?subject=Medicine&limit=3&cursor={first.json()['nextCursor']}")

    assert _fronts(first) == ["term 4", "term 3", "term 2"]
    assert _fronts(second) == ["term 1", "term 0"]
    assert second.json()["nextCursor"] is None
    assert _fronts(ann.get(f"{CARDS}?topic=Civil+law")) == ["tort"]
    assert _fronts(ann.get(f"{CARDS}?subject=Medicine&topic=Civil+law")) == []


def test_pages_miss_and_repeat_nothing_where_all_cards_are_of_one_moment() -> None:
    ann = signed_in("ann")
    cards.save("ann", "Law", [card_content(f"term {n}") for n in range(7)], now=NOW)

    seen, cursor = [], ""
    while cursor is not None:
        page = ann.get(f"{CARDS}?limit=2&cursor={cursor}").json()
        seen += [card["id"] for card in page["flashcards"]]
        cursor = page["nextCursor"]

    assert len(seen) == len(set(seen)) == 7


def test_a_cursor_that_was_tampered_with_or_is_for_another_list_is_refused() -> None:
    ann, card = signed_in("ann"), rows.card("ann")
    good = cursors.made("flashcards", Cursor(card.created_at, card.id))
    others = cursors.made("lessons", Cursor(card.created_at, card.id))
    forged = signing.dumps([card.created_at.isoformat(), card.id], salt="another use")

    for cursor in (good[:-1], good + "x", others, forged, "x", "%00", "x" * 201):
        answer = ann.get(f"{CARDS}?cursor={cursor}")
        assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["cursor"])
    assert ann.get(f"{CARDS}?cursor={good}").status_code == 200


def test_the_cursor_of_another_shows_no_card_of_theirs() -> None:
    theirs = [rows.card("ben", f"term {n}", now=after(n)) for n in range(3)]
    cursor = cursors.made("flashcards", Cursor(theirs[2].created_at, theirs[2].id))

    assert _fronts(signed_in("ann").get(f"{CARDS}?cursor={cursor}")) == []


def test_one_card_is_edited_in_the_members_that_are_sent() -> None:
    ann, card = signed_in("ann"), rows.card("ann")

    edited = ann.send("PATCH", f"{CARDS}/{card.id}", {"back": "a vessel", "id": "other"}).json()

    shown = edited["flashcard"]
    assert (shown["id"], shown["front"], shown["back"]) == (card.id, "artery", "a vessel")
    assert ann.send("PATCH", f"{CARDS}/{card.id}", {"front": ""}).status_code == 400


def test_due_cards_come_longest_due_first_with_what_each_rating_would_bring() -> None:
    ann = signed_in("ann")
    first, second = rows.card("ann", "first", now=NOW), rows.card("ann", "second", now=after(1))

    due = ann.get(f"{CARDS}/due").json()
    rated = ann.post(f"{CARDS}/{first.id}/review", {"rating": "easy"}).json()["flashcard"]
    left = ann.get(f"{CARDS}/due").json()

    assert [card["id"] for card in due["flashcards"]] == [first.id, second.id]
    assert due["dueCards"] == 2
    after_each = list(due["flashcards"][0]["dueAfter"].values())
    assert after_each == sorted(after_each)
    assert (rated["state"], rated["reviewCount"]) == ("review", 1)
    assert ([card["id"] for card in left["flashcards"]], left["dueCards"]) == ([second.id], 1)


@pytest.mark.parametrize("rating", [0, 5, "great", True, None, 2.5, [3], {}])
def test_a_rating_that_is_none_is_refused(rating: Any) -> None:
    card = rows.card("ann")

    answer = signed_in("ann").post(f"{CARDS}/{card.id}/review", {"rating": rating})

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["rating"])


def test_a_late_review_is_refused_by_the_field_that_is_wrong() -> None:
    ann, card = signed_in("ann"), rows.card("ann")
    ann.post(f"{CARDS}/{card.id}/review", {"rating": 3, "reviewedAt": "2026-11-23T13:00:00Z"})

    late = {"rating": 3, "reviewedAt": "2026-11-23T12:30:00Z"}
    answer = ann.post(f"{CARDS}/{card.id}/review", late)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["reviewedAt"])


def test_decks_are_counted_by_subject_and_topic() -> None:
    cards.save(
        "ann", "Law", [card_content("tort", "Civil"), card_content("debt", "Civil")], now=NOW
    )
    rows.card("ann")

    assert signed_in("ann").get(f"{CARDS}/decks").json()["decks"] == [
        {"subject": "Law", "topic": "Civil", "cards": 2, "due": 2},
        {"subject": "Medicine", "topic": "The heart", "cards": 1, "due": 1},
    ]
