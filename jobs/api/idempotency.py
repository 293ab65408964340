"""The Idempotency-Key header, as draft-ietf-httpapi-idempotency-key-header-07 has it: a quoted string; a bare one is taken too."""

import re

from rest_framework.request import Request

from jobs.errors import IdempotencyKeyInvalid

_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def key_of(request: Request) -> str:
    """The key, or nothing when the client sends none. Raises IdempotencyKeyInvalid."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return ""
    key = given.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyInvalid
    return key
