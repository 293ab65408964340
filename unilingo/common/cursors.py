"""Where the next page of a list begins, as text that only this server can make. `listed` names the list it is for."""

from datetime import datetime

from django.core import signing
from rest_framework.exceptions import ValidationError

from unilingo.common.pages import Cursor


def made(listed: str, cursor: Cursor) -> str:
    return signing.dumps([cursor.moment.isoformat(), cursor.id], salt=_salt(listed), compress=True)


def parse(listed: str, text: str) -> Cursor | None:
    if not text:
        return None
    try:
        moment, row_id = signing.loads(text, salt=_salt(listed))
    except signing.BadSignature as error:
        raise ValidationError({"cursor": ["This cursor was not made by this server."]}) from error
    return Cursor(datetime.fromisoformat(moment), row_id)


def _salt(listed: str) -> str:
    return f"{listed}-cursor"
