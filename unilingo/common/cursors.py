"""Where the next page of a list begins, as text that only this server can make. `listed` names the list it is for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core import signing
from rest_framework.exceptions import ValidationError

from unilingo.common.pages import Cursor

Row = TypeVar("Row", bound=Any)  # with `created_at` and `pk`


def page_of(listed: str, found: Sequence[Row], most: int) -> tuple[Sequence[Row], str | None]:
    """Of what was found, asked for with one more than a page has: the page, and where the next one begins."""
    page = found[:most]
    if len(found) == len(page):
        return page, None
    return page, made(listed, Cursor(page[-1].created_at, page[-1].pk))


def parse(listed: str, text: str) -> Cursor | None:
    if not text:
        return None
    try:
        moment, row_id = signing.loads(text, salt=_salt(listed))
    except signing.BadSignature as error:
        raise ValidationError({"cursor": ["This cursor was not made by this server."]}) from error
    return Cursor(datetime.fromisoformat(moment), row_id)


def made(listed: str, cursor: Cursor) -> str:
    return signing.dumps([cursor.moment.isoformat(), cursor.id], salt=_salt(listed), compress=True)


def _salt(listed: str) -> str:
    return f"{listed}-cursor"
