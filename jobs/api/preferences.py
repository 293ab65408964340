"""`Prefer: wait=N` (RFC 7240), or `?wait=N` for clients that cannot set headers."""

import re

from rest_framework.request import Request

LONGEST_SECONDS = 60
_WAIT = re.compile(r'(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?', re.IGNORECASE)


def wait_seconds(request: Request) -> int:
    """How long the client prefers to wait, at most LONGEST_SECONDS; 0 when it does not. Nonsense is no preference."""
    found = _WAIT.search(request.headers.get("Prefer", ""))
    asked = found[1] if found else request.query_params.get("wait", "")
    return (
        min(int(asked), LONGEST_SECONDS)
        if asked.isascii() and asked.isdigit() and len(asked) < 10
        else 0
    )
