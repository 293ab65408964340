"""Asking for flashcards: what is taken, what is refused, and how the refusal names the field."""

from typing import Any

import pytest
from pytest_django import Settings

from jobs.models import Job
from tests.people import ASKED, GENERATE, claiming, nobody, signed_in

pytestmark = pytest.mark.django_db

ALL_MISSING = "Missing required fields: content, subject, topic, userId"
REQUIRED = ("content", "subject", "topic")


def test_a_good_request_is_accepted_with_all_that_a_client_needs_to_follow_it() -> None:
    answer = claiming("ann").post(GENERATE, ASKED)

    body = answer.json()
    job_id = body["jobId"]
    assert answer.status_code == 202
    assert answer["Location"] == body["statusUrl"] == f"/api/job-status/{job_id}"
    assert answer["Retry-After"] == "2"
    assert body["eventsUrl"].startswith(f"/api/job-events?jobId={job_id}&token=")
    assert list(body)[:4] == ["success", "message", "jobId", "status"]
    assert (body["status"], body["fromCache"]) == ("queued", False)
    assert body["estimatedTime"] == "10-30 seconds"
    assert Job.objects.get(pk=job_id).user_id == "ann"


def test_fields_nobody_knows_are_ignored() -> None:
    body = ASKED | {"showNativeLanguage": False, "max": 10**30, "nested": {"a": [1]}}

    assert claiming("ann").post(GENERATE, body).status_code == 202


def test_answers_are_compact_json() -> None:
    for answer in (claiming("ann").post(GENERATE, ASKED), nobody().post(GENERATE, {})):
        assert b'": ' not in answer.content
        assert b'", "' not in answer.content
        assert answer["Content-Type"] == "application/json"


def test_a_body_that_names_nobody_lacks_a_field_where_names_are_believed() -> None:
    answer = nobody().post(GENERATE, ASKED)

    assert answer.status_code == 400
    assert answer.json()["error"] == ALL_MISSING
    assert list(answer.json()["details"]["fields"]) == ["userId"]


@pytest.mark.parametrize(
    "body", [{"userId": "test"}, {"userId": "test", **dict.fromkeys(REQUIRED)}]
)
def test_missing_fields_are_told_in_the_words_of_the_original(body: dict[str, Any]) -> None:
    answer = nobody().post(GENERATE, body)

    assert answer.status_code == 400
    assert answer.json()["code"] == "MISSING_FIELDS"
    assert answer.json()["error"] == ALL_MISSING
    assert list(answer.json()["details"]["fields"]) == list(REQUIRED)


@pytest.mark.usefixtures("strict")
def test_the_user_id_is_no_field_where_names_are_not_believed() -> None:
    answer = signed_in("ann").post(GENERATE, {})

    assert answer.status_code == 400
    assert answer.json()["error"] == "Missing required fields: content, subject, topic"


@pytest.mark.usefixtures("strict")
def test_nobody_is_told_to_sign_in_before_any_field_is_looked_at() -> None:
    answer = nobody().post(GENERATE, {"userId": "ann"})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("empty", [None, "", " ", "\t\n\u00a0\u2003"])
def test_an_empty_field_is_a_missing_field(name: str, empty: str | None) -> None:
    answer = claiming("ann").post(GENERATE, ASKED | {name: empty})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == [name]


@pytest.mark.parametrize("name", [*REQUIRED, "nativeLanguage", "targetLanguage"])
@pytest.mark.parametrize("wrong", [7, 1.5, True, False, 0, [], ["x"], {}, {"a": 1}])
def test_a_field_of_the_wrong_type_is_named(name: str, wrong: object) -> None:
    _refuses(ASKED | {name: wrong}, name)


@pytest.mark.parametrize("name", [*REQUIRED, "nativeLanguage", "targetLanguage"])
@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_characters_that_cannot_be_stored_are_refused(name: str, character: str) -> None:
    _refuses(ASKED | {name: f"cell{character}wall"}, name)


@pytest.mark.parametrize("unit", ["cell", "\U0001f9ec", "\u05ea\u05d0", "e\u0301"])
def test_the_longest_content_may_be_written_in_anything(unit: str) -> None:
    content = (unit * 100_000)[:100_000]

    answer = claiming("ann").post(GENERATE, ASKED | {"content": content})

    assert answer.status_code == 202
    assert Job.objects.get().input["content"] == content


@pytest.mark.parametrize(
    ("name", "longest"), [("content", 100_000), ("subject", 200), ("topic", 200)]
)
def test_one_character_too_many_is_refused(name: str, longest: int) -> None:
    assert claiming("ann").post(GENERATE, ASKED | {name: "x" * longest}).status_code == 202
    _refuses(ASKED | {name: "x" * (longest + 1)}, name)


@pytest.mark.parametrize("name", ["nativeLanguage", "targetLanguage"])
@pytest.mark.parametrize(
    "unknown", ["Klingonese", "xx-YY-zz", "en_", "x" * 201, "a (" * 60_000, "../../etc", "\u202e"]
)
def test_a_language_nobody_speaks_is_refused(name: str, unknown: str) -> None:
    _refuses(ASKED | {name: unknown}, name)


@pytest.mark.parametrize(
    ("said", "code"),
    [("Spanish", "es"), ("es", "es"), ("español", "es"), ("en-GB", "en-GB"), (" german ", "de")],
)
def test_a_language_is_kept_as_name_and_code(said: str, code: str) -> None:
    claiming("ann").post(GENERATE, ASKED | {"targetLanguage": said})

    kept = Job.objects.get().input
    assert kept["targetLanguage"]["code"] == code
    assert kept["nativeLanguage"] == {"code": "en", "name": "English"}


@pytest.mark.parametrize("empty", [None, "", " "])
def test_an_empty_language_is_english(empty: str | None) -> None:
    claiming("ann").post(GENERATE, ASKED | {"targetLanguage": empty})

    assert Job.objects.get().input["targetLanguage"]["code"] == "en"


@pytest.mark.parametrize("wrong", [7, True, {"a": 1}, ["ann"], "x" * 129, "a\nb", "\x00", "\ud800"])
def test_a_user_id_that_is_none_is_named(wrong: object) -> None:
    answer = nobody().post(GENERATE, ASKED | {"userId": wrong})

    assert answer.status_code == 400
    assert list(answer.json()["details"]["fields"]) == ["userId"]


def test_the_header_wins_over_the_body_where_names_are_believed() -> None:
    answer = claiming("ann").post(GENERATE, ASKED | {"userId": "ben"})

    assert answer.status_code == 202
    assert Job.objects.get().user_id == "ann"


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    ("named", "status"),
    [("ben", 403), ("ANN", 403), (7, 403), (["ann"], 403), ("ann", 202), ("", 202), (None, 202)],
)
def test_a_body_may_only_name_who_is_calling(named: object, status: int) -> None:
    answer = signed_in("ann").post(GENERATE, ASKED | {"userId": named})

    assert answer.status_code == status
    assert answer.json().get("code") == ("USER_MISMATCH" if status == 403 else None)


def test_a_refused_request_makes_no_job(settings: Settings) -> None:
    settings.TRUST_USER_ID_HEADER = False
    for person, body in (
        (signed_in("ann"), ASKED | {"userId": "ben"}),
        (signed_in("ann"), ASKED | {"topic": 7}),
        (nobody(), ASKED),
    ):
        person.post(GENERATE, body)

    assert not Job.objects.exists()


def _refuses(body: dict[str, Any], field: str) -> None:
    answer = claiming("ann").post(GENERATE, body)
    assert answer.status_code == 400
    assert answer.json()["code"] == "VALIDATION_ERROR"
    assert list(answer.json()["details"]["fields"]) == [field]
