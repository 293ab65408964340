"""Who is calling: one principal for each request, by bearer token, session, or (in trusted mode) the user-id header."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, User
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, permissions
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    MethodNotAllowed,
    ValidationError,
)
from rest_framework.request import Request

from jobs.errors import UserMismatch
from unilingo.common.caller import caller_of
from unilingo.common.clock import SystemClock
from unilingo.http import is_direct_loopback
from unilingo.jwks import IssuerKeys, KeysUnavailable, UnknownKey

if TYPE_CHECKING:  # views.py reads the settings that name this module
    from rest_framework.views import APIView

USER_ID_CHARACTERS = 128
_BAD_TOKEN = "The token is not valid."


@dataclass(frozen=True, slots=True)
class Caller:
    """`user_id` None: the operator's token, which belongs to no learner. `is_trusted_header`: the name is only claimed."""

    user_id: str | None
    is_operator: bool = False
    is_trusted_header: bool = False

    # What Django and DRF ask of a user.
    is_authenticated = True

    @property
    def pk(self) -> str | None:
        return self.user_id


class BearerAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer`: a JWT, or the operator's MONITORING_TOKEN."""

    def authenticate(self, request: Request) -> tuple[Caller, str] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token.strip()
        expected = settings.MONITORING_TOKEN
        if expected and hmac.compare_digest(token.encode(), expected.encode()):
            return Caller(None, is_operator=True), token
        return _caller_of(_claims(token)), token

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
        user = found[0]
        return Caller(str(user.pk), is_operator=user.is_staff), None


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


class IssuerAway(APIException):
    """Nothing can be said of a token while its issuer's keys are not known."""

    status_code = 503
    default_detail = "The token cannot be checked at the moment. Please try again soon."


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
    """Staff, a `service_role` token, the monitoring token, and in development whoever sits at this machine."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        _refuse_wrong_method(request, view)
        caller = caller_of(request)
        if caller is not None and caller.is_operator:
            return True
        return bool(settings.DEBUG) and is_direct_loopback(request._request)


def _refuse_wrong_method(request: Request, view: "APIView") -> None:
    """405 before 401: what an address can do is no secret."""
    if request.method not in view.allowed_methods:
        raise MethodNotAllowed(str(request.method))


def issue_token(user: AbstractBaseUser) -> str:
    """A JWT for an account of this server, good for JWT_SECONDS."""
    assert isinstance(user, User)
    now = timezone.now()
    claims: dict[str, Any] = {
        "sub": str(user.pk),
        "iat": now,
        "exp": now + timedelta(seconds=settings.JWT_SECONDS),
    }
    if user.is_staff:
        claims["role"] = "service_role"
    if settings.JWT_POLICY.audience:
        claims["aud"] = settings.JWT_POLICY.audience
    if settings.JWT_POLICY.issuer:
        claims["iss"] = settings.JWT_POLICY.issuer
    return jwt.encode(claims, settings.JWT_POLICY.secret, algorithm="HS256")


@cache
def _issuer_keys(url: str) -> IssuerKeys:
    return IssuerKeys(url, SystemClock())


def _claims(token: str) -> dict[str, Any]:
    """The claims of a valid token. Raises AuthenticationFailed, IssuerAway."""
    policy = settings.JWT_POLICY
    try:
        key, algorithm = _key_for(token)
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            audience=policy.audience or None,
            issuer=policy.issuer or None,
            options={"verify_aud": bool(policy.audience)},
        )
    except jwt.ExpiredSignatureError as error:
        raise AuthenticationFailed("The token has expired.") from error
    except (jwt.PyJWTError, UnknownKey, OverflowError) as error:
        raise AuthenticationFailed(_BAD_TOKEN) from error
    except KeysUnavailable as error:
        raise IssuerAway from error


def _key_for(token: str) -> tuple[jwt.PyJWK | str, str]:
    """The algorithm decides which key is asked, so a public key never serves as an HMAC secret."""
    policy = settings.JWT_POLICY
    if not policy.jwks_url:
        return (
            policy.secret,
            "HS256",
        )  # the header, which costs a third of it all, is left to `decode`
    header = jwt.get_unverified_header(token)
    algorithm = header.get("alg")
    if algorithm == "HS256":
        return policy.secret, algorithm
    if algorithm in ("RS256", "ES256"):
        return _issuer_keys(policy.jwks_url).key(header.get("kid", "")), algorithm
    raise AuthenticationFailed(_BAD_TOKEN)


def _caller_of(claims: dict[str, Any]) -> Caller:
    """A token for a service need not name a learner."""
    is_operator, user_id = claims.get("role") == "service_role", claims.get("sub")
    if not (_is_user_id(user_id) or (is_operator and user_id is None)):
        raise AuthenticationFailed(_BAD_TOKEN)
    return Caller(user_id, is_operator=is_operator)


def _is_user_id(found: object) -> bool:
    return isinstance(found, str) and 0 < len(found) <= USER_ID_CHARACTERS and found.isprintable()


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


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class TrustedHeaderScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TrustedHeaderAuthentication
    name = "userIdHeader"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "user-id",
            "description": "Trusted mode only.",
        }
