"""Who is calling, as every endpoint asks; unilingo/identity/auth.py finds it out."""

from typing import Protocol

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request


class Caller(Protocol):
    """Who is calling (unilingo/identity/auth.py finds out). `user_id` None: the operator's token, which is no learner's."""

    @property
    def user_id(self) -> str | None: ...
    @property
    def is_operator(self) -> bool: ...
    @property
    def is_trusted_header(self) -> bool: ...
    @property
    def actor(self) -> str: ...


def caller_of(request: Request) -> Caller | None:
    """`request.user` by its right type; None when nobody is named."""
    return request.user  # type: ignore[return-value]  # stubs know Django's users only


def actor_of(request: Request) -> str:
    """Who did it, for the audit. In development nobody has to be signed in."""
    caller = caller_of(request)
    return caller.actor if caller else "local"


def user_id_of(request: Request) -> str:
    """The learner who is calling. Raises NotAuthenticated, PermissionDenied: the operator's token is nobody's."""
    caller = caller_of(request)
    if caller is None:
        raise NotAuthenticated
    if caller.user_id is None:
        raise PermissionDenied
    return caller.user_id
