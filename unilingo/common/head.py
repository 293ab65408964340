"""Whether a request is looked at by its head alone, while its body is still to come (unilingo/server/heads.py), or has
stopped coming, or could not be kept.
"""

from django.http import HttpRequest

ROOM = "unilingo.room"
STALLED = "unilingo.stalled"
UNKEPT = "unilingo.unkept"
# From this size on.
LONG_BYTES = 64 << 10


def is_body_awaited(request: HttpRequest) -> bool:
    return ROOM in request.META


def is_costly(request: HttpRequest) -> bool:
    """Whether it takes time to find out what its body is."""
    is_form = request.content_type == "multipart/form-data"
    return is_form or int(request.META.get("CONTENT_LENGTH") or 0) >= LONG_BYTES
