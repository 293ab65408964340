"""The page that describes the API: all of it, and nothing that leads nowhere."""

import re

from tests.people import nobody
from unilingo.openapi.schema_view import document


def test_it_has_every_operation_and_every_link_of_it_leads_somewhere() -> None:
    page = nobody().get("/api/docs").content.decode()
    places = re.findall(r' id="([^"]+)"', page)
    operations = [one for item in document()["paths"].values() for one in item.values()]

    assert {one["operationId"] for one in operations} <= set(places)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)
    assert len(places) == len(set(places))


def test_a_body_is_told_member_by_member_with_its_bounds() -> None:
    page = nobody().get("/api/docs").content.decode()
    told = page.partition('id="generate_flashcards"')[2].partition("</details>")[0]

    assert re.search(r"<code>subject</code> <em>needed</em></dt><dd>string", told)
    assert "(from 10, to 300, else 40)" in told
    assert '<a href="#Accepted">Accepted</a>' in told


def test_who_has_it_already_gets_no_second_copy() -> None:
    page = nobody().get("/api/docs")

    again = nobody().get("/api/docs", If_None_Match=page["ETag"])

    assert (again.status_code, again.content) == (304, b"")
    assert nobody().get("/api/docs", If_None_Match='"another"').status_code == 200
