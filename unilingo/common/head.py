"""Whether a request is looked at by its head alone, while its body is still to come (unilingo/heads.py)."""

from django.http import HttpRequest

ROOM = "unilingo.room"


def is_body_awaited(request: HttpRequest) -> bool:
    return ROOM in request.META
