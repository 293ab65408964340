"""The profile over HTTP: everything in a fixed number of queries, remembered, and never older than the last write."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from profiles import cards, services
from profiles.cache import manifest_key
from profiles.models import Lesson, Profile
from resilience.guard import Bill
from resilience.runtime import runtime
from resilience.usage import Call, Consumed, Units
from tests.people import claiming, signed_in
from tests.profiles import rows
from tests.profiles.rows import NOW, card_content, lesson_content
from tests.servers import ValkeyServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict")]

PROFILE = "/api/profile/ann"


def _profile(user_id: str = "ann") -> Any:
    answer = signed_in(user_id).get(f"/api/profile/{user_id}")
    assert answer.status_code == 200
    return answer.json()["profile"]


def _lessons(count: int, user_id: str = "ann") -> None:
    contents = [lesson_content(f"Topic {number}") for number in range(count)]
    services.save_lessons(f"job of {count}", user_id, {"lessons": contents}, NOW)


def test_an_unknown_learner_has_a_profile_on_first_contact() -> None:
    profile = _profile()

    assert Profile.objects.get().user_id == "ann"
    assert profile["user"]["nativeLanguage"] == profile["user"]["native_language"] == "English"
    assert profile["stats"] == {
        "totalLessons": 0,
        "completedUnits": 0,
        "tokensUsed": 0,
        "flashcards": 0,
        "dueCards": 0,
    }
    assert profile["manifestUrl"] == "/api/profile/ann/manifest"


def test_totals_are_true_beyond_what_is_listed() -> None:
    _lessons(60)
    ann = signed_in("ann")
    for lesson in Lesson.objects.all():
        body = {"completedExercises": 2, "totalExercises": 2}
        assert ann.send("PUT", f"/api/progress/{lesson.id}/1", body).status_code == 200

    profile = _profile()

    assert (len(profile["lessons"]), len(profile["progress"])) == (20, 50)
    assert profile["stats"]["totalLessons"] == profile["stats"]["completedUnits"] == 60
    assert profile["progress"][0]["completed_exercises"] == 2


@pytest.mark.parametrize(
    "path", [PROFILE, f"{PROFILE}/manifest", "/api/lessons", "/api/flashcards"]
)
def test_an_answer_costs_the_same_queries_however_much_a_learner_has(path: str) -> None:
    ann = signed_in("ann")
    _lessons(1)
    rows.card("ann")
    with CaptureQueriesContext(connection) as little:
        ann.get(path)
    _lessons(50)
    cards.save("ann", "Law", [card_content(f"term {n}") for n in range(200)], now=NOW)
    with CaptureQueriesContext(connection) as much:
        ann.get(path)

    assert len(much) == len(little) <= 8


def test_what_is_remembered_costs_one_query(redis_server: ValkeyServer) -> None:
    _profile()
    with CaptureQueriesContext(connection) as queries:
        again = _profile()

    assert again["fromCache"]
    assert len(queries) == 1


def test_a_write_shows_in_the_next_read(redis_server: ValkeyServer) -> None:
    ann = signed_in("ann")
    lesson = rows.lesson("ann")
    assert not _profile()["fromCache"]
    assert _profile()["fromCache"]

    def read() -> tuple[bool, dict[str, int]]:
        profile = _profile()
        return profile["fromCache"], profile["stats"]

    body = {"completedExercises": 1, "totalExercises": 1}
    ann.send("PUT", f"/api/progress/{lesson.id}/1", body)
    assert read() == (False, _profile()["stats"] | {"completedUnits": 1})
    card_id = ann.post(
        "/api/flashcards", {"subject": "Law", "flashcards": [card_content()]}
    ).json()["flashcards"][0]["id"]
    assert read()[1]["dueCards"] == 1
    ann.post(f"/api/flashcards/{card_id}/review", {"rating": "easy"})
    assert read()[1]["dueCards"] == 0
    ann.send("DELETE", f"/api/flashcards/{card_id}", {})
    assert read()[1]["flashcards"] == 0
    ann.send("DELETE", f"/api/lessons/{lesson.id}", {})
    assert read()[1] == dict.fromkeys(read()[1], 0)
    ann.send("PATCH", PROFILE, {"level": "expert"})
    assert _profile()["user"]["level"] == "expert"


def test_the_tokens_of_a_call_show_once_it_is_booked(redis_server: ValkeyServer) -> None:
    ledger, call = (
        runtime().ledger,
        Call("job-1:1", "ann", "lesson", "gpt-4o-mini", Units(30, 12)),
    )
    held = ledger.reserve("openai", call)
    assert _profile()["stats"]["tokensUsed"] == 0

    ledger.settle(held, Bill("ok", 1, Consumed(call.units)))

    assert _profile()["stats"]["tokensUsed"] == 42


def test_a_call_that_is_booked_makes_no_profile(redis_server: ValkeyServer) -> None:
    """Its learner may have been erased while it was under way."""
    ledger, call = (
        runtime().ledger,
        Call("job-1:1", "ann", "lesson", "gpt-4o-mini", Units(30, 12)),
    )
    ledger.settle(ledger.reserve("openai", call), Bill("ok", 1, Consumed(call.units)))
    assert not Profile.objects.exists()


def test_without_redis_everything_is_read_anew(settings: Settings) -> None:
    nowhere = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere.sock"}
    settings.CACHES = {"default": nowhere}
    assert not _profile()["fromCache"]
    assert not _profile()["fromCache"]


def test_a_learner_who_left_and_came_back_is_not_shown_what_was_remembered(
    redis_server: ValkeyServer,
) -> None:
    _lessons(3)
    _profile()

    signed_in("ann").send("DELETE", PROFILE, {})

    assert _profile()["stats"]["totalLessons"] == 0


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"nativeLanguage": "Spanish"}, ("Spanish", "es")),
        ({"native_language": "español"}, ("Spanish", "es")),
        ({"nativeLanguage": "ES"}, ("Spanish", "es")),
        ({"nativeLanguage": "en-GB"}, ("English (United Kingdom)", "en-GB")),
        ({"nativeLanguage": "German", "targetLanguage": "German"}, ("German", "de")),
    ],
)
def test_languages_are_taken_by_any_name_and_told_by_one(
    body: dict[str, str], shown: tuple[str, str]
) -> None:
    user = signed_in("ann").send("PATCH", PROFILE, body).json()["profile"]["user"]

    assert (user["nativeLanguage"], user["nativeLanguageCode"]) == shown
    assert user["native_language"] == user["nativeLanguage"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nativeLanguage": "Klingonish"}, "nativeLanguage"),
        ({"targetLanguage": 7}, "targetLanguage"),
        ({"level": "god"}, "level"),
        ([1], "body"),
    ],
)
def test_a_change_that_makes_no_sense_is_named(body: Any, field: str) -> None:
    answer = signed_in("ann").send("PATCH", PROFILE, body)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])


def test_the_manifest_is_the_same_until_something_in_it_changes(redis_server: ValkeyServer) -> None:
    ann = signed_in("ann")
    lesson, card = rows.lesson("ann"), rows.card("ann")
    first = ann.get(f"{PROFILE}/manifest")

    ann.post(f"/api/flashcards/{card.id}/review", {"rating": 3})
    same = ann.get(f"{PROFILE}/manifest", If_None_Match=first["ETag"])
    ann.send("PATCH", f"/api/flashcards/{card.id}", {"back": "other"})
    changed = ann.get(f"{PROFILE}/manifest", If_None_Match=first["ETag"])
    ann.send("PATCH", f"/api/flashcards/{card.id}", {"back": card.back})
    as_before = ann.get(f"{PROFILE}/manifest", If_None_Match=f'"x", {first["ETag"]}')

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert (changed.status_code, as_before.status_code) == (200, 304)
    assert changed["ETag"] != first["ETag"]
    kinds = {item["kind"]: item for item in first.json()["manifest"]["items"]}
    assert (kinds["lesson"]["id"], kinds["lesson"]["url"]) == (
        lesson.id,
        f"/api/lessons/{lesson.id}",
    )
    for item in kinds.values():
        assert ann.get(item["url"]).status_code == 200


def test_an_unchanged_manifest_is_not_fetched(
    redis_server: ValkeyServer, django_assert_num_queries: Any
) -> None:
    ann = signed_in("ann")
    rows.lesson("ann")
    etag = ann.get(f"{PROFILE}/manifest")["ETag"]
    ann.get(f"{PROFILE}/manifest", If_None_Match=etag)
    cache.delete(manifest_key(Profile.objects.get()))

    with django_assert_num_queries(1):
        same = ann.get(f"{PROFILE}/manifest", If_None_Match=etag)

    assert same.status_code == 304


def test_an_operator_lets_a_profile_be_read_anew_and_makes_nobody(
    redis_server: ValkeyServer,
) -> None:
    _profile()
    operator = signed_in("ops", role="service_role")

    assert operator.post(f"{PROFILE}/invalidate", {"type": "all"}).status_code == 200
    assert operator.post("/api/profile/nobody/invalidate", {}).status_code == 200
    wrong = operator.post(f"{PROFILE}/invalidate", {"type": "everything"})

    assert not _profile()["fromCache"]
    assert wrong.status_code == 400
    assert Profile.objects.count() == 1


def test_a_user_id_may_be_any_text(settings: Settings) -> None:
    settings.TRUST_USER_ID_HEADER = True
    name = "https://issuer.example/7|ä"

    answer = claiming(name.encode().decode("latin-1")).get("/api/profile/x")
    own = signed_in(name).get("/api/profile/https%3A%2F%2Fissuer.example%2F7%7C%C3%A4")

    assert answer.status_code == 404
    assert own.json()["profile"]["user"]["id"] == name
    assert signed_in(name).get(own.json()["profile"]["manifestUrl"]).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"completedExercises": 3, "totalExercises": 2}, "completedExercises"),
        ({"completedExercises": -1, "totalExercises": 2}, "completedExercises"),
        ({"completedExercises": "1", "totalExercises": 2}, "completedExercises"),
        ({"completedExercises": True, "totalExercises": 2}, "completedExercises"),
        ({"completedExercises": 1}, "totalExercises"),
        ({"completedExercises": 1, "totalExercises": 10**9}, "totalExercises"),
        ({"completedExercises": 1, "totalExercises": 2, "score": -5}, "score"),
        ({"completedExercises": 1, "totalExercises": 2, "score": "NaN"}, "score"),
        ({"completedExercises": 1, "totalExercises": 2, "updatedAt": "soon"}, "updatedAt"),
        ({"completedExercises": 1, "totalExercises": 2, "updatedAt": "9999-12-31T23:59:59-14:00"}, "updatedAt"),
    ],
)  # fmt: skip
def test_progress_that_cannot_be_is_refused_by_its_field(body: Any, field: str) -> None:
    lesson = rows.lesson("ann")

    answer = signed_in("ann").send("PUT", f"/api/progress/{lesson.id}/unit", body)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])
