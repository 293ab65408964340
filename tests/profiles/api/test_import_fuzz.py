"""Whatever is sent as a table is answered, and what it said would become of it becomes of it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.models import Flashcard
from tests.people import signed_in
from tests.profiles.test_tables_at_their_worst import GRAMMAR

pytestmark = pytest.mark.django_db

_HEAD = st.sampled_from(
    ["", "#separator:tab\n#html:true\n", "#guid column:1\n#deck column:2\n#tags column:5\n", "front\tback\tsubject\tnoteId\n"]
)  # fmt: skip
_CELL = st.sampled_from([*GRAMMAR, "g1", "g2", "Deck", "deck", "Deck::Sub"]) | st.text(max_size=4)
_ROWS = st.lists(st.lists(_CELL, min_size=2, max_size=6).map("\t".join), min_size=1, max_size=12)
KNOWN = {"success", "dryRun", "saved", "existing", "updated", "duplicates", "skipped", "problems", "flashcards", "warnings"}  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_HEAD, _ROWS)
def test_a_table_does_what_its_preview_said(head: str, rows: list[str]) -> None:
    ann, data = signed_in("ann"), (head + "\n".join(rows)).encode("utf-8", "replace")
    before = Flashcard.objects.count()

    told, done = (
        ann.django.post(f"/api/flashcards/import{query}", data, content_type="text/plain")
        for query in ("?dryRun=true", "")
    )

    assert told.status_code in (200, 400, 422), told.content
    if told.status_code != 200:
        assert done.status_code == told.status_code
        return
    assert set(told.json()) == KNOWN
    counts = ("saved", "existing", "updated", "duplicates", "skipped")
    assert [told.json()[name] for name in counts] == [done.json()[name] for name in counts]
    assert Flashcard.objects.count() == before + done.json()["saved"]
