"""Who is calling: one principal for each request, by bearer token, session, or (in trusted mode) the user-id header."""

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, permissions
from rest_framework.exceptions import (
    AuthenticationFailed,
    MethodNotAllowed,
    Throttled,
    ValidationError,
)
from rest_framework.request import Request

from jobs.errors import UserMismatch
from resilience.policies import Unit, Window
from unilingo.common.caller import caller_of
from unilingo.common.client import client_network, is_direct_loopback
from unilingo.common.head import is_body_awaited
from unilingo.identity import guesses
from unilingo.identity.bearer import ACCOUNT_PREFIX, BAD_TOKEN, account_id, claims_of
from unilingo.identity.sign_in import ADDRESS_FACTOR, WINDOW_SECONDS

if TYPE_CHECKING:  # views.py reads the settings that name this module
    from rest_framework.views import APIView

USER_ID_CHARACTERS = 128
# Letters to Unicode that nobody sees: fillers of Hangul, and the pattern of Braille without a dot.
BLANK = " \u115f\u1160\u3164\uffa0\u2800"
JWT_DOTS = 2
# Of OpenID Connect, the first to be found names a person in the audit.
NAME_CLAIMS = ("email", "preferred_username", "name")
ACTOR_CHARACTERS = 150


@dataclass(frozen=True, slots=True)
class Caller:
    """`user_id` None: the operator's token, which belongs to no learner. `is_trusted_header`: the name is only claimed.

    `account`: whose it is, of those that this server holds. `name`: what an outside issuer's token calls its bearer.
    """

    user_id: str | None
    is_operator: bool = False
    is_trusted_header: bool = False
    account: User | None = None
    name: str = ""

    # What Django and DRF ask of a user.
    is_authenticated = True

    @property
    def pk(self) -> str | None:
        return self.user_id

    @property
    def actor(self) -> str:
        """Who did it, in the audit's words: a `sub` that is a number says little, and a name alone is not unique."""
        if self.account:
            return self.account.get_username()
        known = f"{self.name} ({self.user_id})" if self.name and self.user_id else self.name
        return (known or self.user_id or "token")[:ACTOR_CHARACTERS]

    def may(self, permission: str) -> bool:
        """May this operator do what needs a permission of Django's? A token of nobody's may do all."""
        return self.account is None or self.account.has_perm(permission)


class BearerAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer`: a JWT, or the operator's MONITORING_TOKEN."""

    def authenticate(self, request: Request) -> tuple[Caller, str] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token.strip()
        if settings.MONITORING_TOKEN and token.count(".") != JWT_DOTS:
            _refuse_wrong_guess(request._request, token)
            return Caller(None, is_operator=True), token
        return _caller_of(*claims_of(token)), token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """Django's session, with CSRF enforced."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        found = super().authenticate(request)
        if found is None:
            return None
        return _account_caller(found[0]), None

    def enforce_csrf(self, request: Request) -> None:
        """A form's token stands in its body."""
        if not is_body_awaited(request._request):
            super().enforce_csrf(request)


class TrustedHeaderAuthentication(authentication.BaseAuthentication):
    """TRUST_USER_ID_HEADER: whoever the `user-id` header names, else the body's `userId`."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        if not settings.TRUST_USER_ID_HEADER:
            return None
        user_id: Any = _user_id_in_header(request) or _user_id_in_body(request)
        if not user_id:
            return None
        if not _is_user_id(user_id):
            raise ValidationError({"userId": [f"1 to {USER_ID_CHARACTERS} printable characters."]})
        return Caller(user_id, is_trusted_header=True), None


class IsCaller(permissions.BasePermission):
    """Somebody with an account or a name: not nobody, and not the operator's token. Raises UserMismatch.

    A body may repeat who is calling. Where the header is trusted, it simply wins over the body.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        _refuse_wrong_method(request, view)
        caller = caller_of(request)
        if caller is None or caller.user_id is None:
            return False
        named = None if caller.is_trusted_header else _user_id_in_body(request)
        if named and named != caller.user_id:
            raise UserMismatch
        return True


class IsOperator(permissions.BasePermission):
    """Staff, a `service_role` token, the monitoring token, and in development whoever sits at this machine.

    A view that changes something names in `permission` what staff need for it, as in the admin.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        _refuse_wrong_method(request, view)
        caller = request.user
        if isinstance(caller, Caller) and caller.is_operator:
            needed = None if request.method in permissions.SAFE_METHODS else view.permission
            return needed is None or caller.may(needed)
        return bool(settings.DEBUG) and is_direct_loopback(request._request)


def _refuse_wrong_guess(request: HttpRequest, token: str) -> None:
    """What is no JWT can only be meant as the operator's token. Raises AuthenticationFailed, and Throttled after too many."""
    most = settings.SIGN_IN_LIMIT * ADDRESS_FACTOR
    counts = {}
    if most:
        counts[f"token:{client_network(request)}"] = Window(Unit.REQUESTS, most, WINDOW_SECONDS)
    if seconds := guesses.take(counts):
        raise Throttled(seconds, "Too many wrong tokens. Please try again later.")
    if not hmac.compare_digest(token.encode(), settings.MONITORING_TOKEN.encode()):
        raise AuthenticationFailed(BAD_TOKEN)
    guesses.give_back(counts)


def _refuse_wrong_method(request: Request, view: "APIView") -> None:
    """405 before 401: what an address can do is no secret."""
    if request.method not in view.allowed_methods:
        raise MethodNotAllowed(str(request.method))


def _caller_of(claims: dict[str, Any], is_from_outside: bool) -> Caller:
    """A token for a service need not name a learner."""
    is_operator, user_id = claims.get("role") == "service_role", claims.get("sub")
    if not (_is_user_id(user_id) or (is_operator and user_id is None)):
        raise AuthenticationFailed(BAD_TOKEN)
    if isinstance(user_id, str) and user_id.startswith(ACCOUNT_PREFIX):
        if is_from_outside:
            raise AuthenticationFailed(BAD_TOKEN)
        return _account_caller(_account(user_id))
    names = (claims.get(claim) for claim in NAME_CLAIMS)
    name = next((name for name in names if isinstance(name, str) and _is_user_id(name)), "")
    return Caller(user_id, is_operator=is_operator, name=name)


def _account(user_id: str) -> User:
    """A token says who somebody is; what they may do is what their account may now. Raises AuthenticationFailed."""
    number = user_id.removeprefix(ACCOUNT_PREFIX)
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    user = User.objects.filter(pk=int(number), is_active=True).first() if is_number else None
    if user is None:
        raise AuthenticationFailed(BAD_TOKEN)
    return user


def _account_caller(user: User) -> Caller:
    return Caller(account_id(user), is_operator=user.is_staff, account=user)


def _is_user_id(found: object) -> bool:
    """Something to be seen, of a length that fits, and not the name of somebody else with a space at its end."""
    if not isinstance(found, str) or not 0 < len(found) <= USER_ID_CHARACTERS:
        return False
    return found.isprintable() and found == found.strip() and bool(found.strip(BLANK))


def _user_id_in_header(request: Request) -> str:
    """Headers come as Latin-1 (PEP 3333), whatever was sent; most clients send UTF-8, as addresses and bodies are."""
    given: str = request.META.get("HTTP_USER_ID", "").strip()
    try:
        return given.encode("latin-1").decode()
    except UnicodeError:
        return given


def _user_id_in_body(request: Request) -> object:
    """None or empty: the body names nobody."""
    data = request.data if request.method not in ("GET", "HEAD", "OPTIONS") else None
    user_id = data.get("userId") if isinstance(data, dict) else None
    return user_id.strip() if isinstance(user_id, str) else user_id


class _Scheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    definition: ClassVar[dict[str, str]]

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return self.definition


class BearerScheme(_Scheme):  # type: ignore[no-untyped-call]
    target_class, name = BearerAuthentication, "bearer"
    definition = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SessionScheme(_Scheme):  # type: ignore[no-untyped-call]
    target_class, name = SessionAuthentication, "session"
    definition = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class TrustedHeaderScheme(_Scheme):  # type: ignore[no-untyped-call]
    target_class, name = TrustedHeaderAuthentication, "userIdHeader"
    definition = {"type": "apiKey", "in": "header", "name": "user-id", "description": "Trusted mode only."}  # fmt: skip
