"""What is answered to learners is what the OpenAPI document says, every good answer of every endpoint."""

from typing import Any

import pytest
from django.urls import resolve
from drf_spectacular.generators import SchemaGenerator

from tests.people import Person, signed_in
from tests.profiles import rows
from tests.unilingo.test_schema import LEARNERS, conforms, operations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict")]


@pytest.fixture(scope="module")
def document() -> Any:
    return SchemaGenerator().get_schema(request=None, public=True)


def _seen(ann: Person) -> list[Any]:
    lesson, card = rows.lesson("ann").id, rows.card("ann").id
    given = {"subject": "Law", "flashcards": [rows.card_content("tort")]}
    csv = {"content_type": "text/csv"}
    etag = ann.get("/api/profile/ann/manifest")["ETag"]
    operator = signed_in("ops", role="service_role")
    return [
        ann.send(
            "PUT", f"/api/progress/{lesson}/1", {"completedExercises": 1, "totalExercises": 2}
        ),
        ann.get("/api/profile/ann"),
        ann.get("/api/profile/ben"),
        ann.send("PATCH", "/api/profile/ann", {"level": "expert"}),
        ann.get("/api/profile/ann/manifest"),
        ann.get("/api/profile/ann/manifest", If_None_Match=etag),
        operator.post("/api/profile/ann/invalidate", {"type": "all"}),
        ann.get("/api/lessons"),
        ann.get(f"/api/lessons/{lesson}"),
        ann.post("/api/flashcards", given),
        ann.post("/api/flashcards", given),
        ann.post("/api/flashcards", {}),
        ann.get("/api/flashcards"),
        ann.get("/api/flashcards/due"),
        ann.get("/api/flashcards/decks"),
        ann.get("/api/flashcards/statistics?timeZone=Asia/Tokyo"),
        ann.get(f"/api/flashcards/{card}"),
        ann.send("PATCH", f"/api/flashcards/{card}", {"back": "a vessel"}),
        ann.post(f"/api/flashcards/{card}/review", {"rating": 3}),
        ann.send("DELETE", f"/api/flashcards/{card}/review", {}),
        ann.django.post("/api/flashcards/import", "front,back\na,b", **csv),
        ann.django.post("/api/flashcards/import", "front,back\na,b", **csv),
        ann.django.post("/api/flashcards/import", "nothing", **csv),
        ann.send("DELETE", f"/api/flashcards/{card}", {}),
        ann.send("DELETE", f"/api/lessons/{lesson}", {}),
        ann.send("DELETE", "/api/profile/ann", {}),
    ]


def test_learners_are_answered_as_the_document_says(document: Any) -> None:
    seen = [(_path(answer), answer) for answer in _seen(signed_in("ann"))]

    for path, answer in seen:
        conforms(document, path, answer)
    told = {(path, a.request["REQUEST_METHOD"].lower(), str(a.status_code)) for path, a in seen}
    files = {
        "deck_file",
        "card_table",
        "anki_text",
        "export_profile",
    }  # test_files.py, test_rights.py
    good = {
        (path, method, code)
        for path, method, operation in operations(document)
        for code in operation["responses"]
        if path.startswith(LEARNERS) and code < "400" and operation["operationId"] not in files
    }
    assert good <= told


def _path(answer: Any) -> str:
    """The path as the document has it."""
    route = resolve(answer.request["PATH_INFO"]).route
    return "/" + route.replace("<path:", "{").replace("<str:", "{").replace(">", "}")
