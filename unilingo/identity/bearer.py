"""A bearer token's claims: checked by the keys of this server or of an outside issuer, and made for accounts."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, User
from django.utils import timezone
from rest_framework.exceptions import APIException, AuthenticationFailed

from unilingo.common.clock import SystemClock
from unilingo.identity.jwks import IssuerKeys, KeysUnavailable, UnknownKey

# The learners that are accounts of this server, apart from whoever an outside issuer calls by a number.
ACCOUNT_PREFIX = "account-"
BAD_TOKEN = "The token is not valid."


class IssuerAway(APIException):
    """Nothing can be said of a token while its issuer's keys are not known."""

    status_code = 503
    default_detail = "The token cannot be checked at the moment. Please try again soon."


def account_id(user: AbstractBaseUser) -> str:
    """The user id of an account of this server."""
    return f"{ACCOUNT_PREFIX}{user.pk}"


def issue_token(user: AbstractBaseUser) -> str:
    """A JWT for an account of this server, good for JWT_SECONDS."""
    assert isinstance(user, User)
    now = timezone.now()
    claims: dict[str, Any] = {
        "sub": account_id(user),
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


def claims_of(token: str) -> tuple[dict[str, Any], bool]:
    """The claims of a valid token, and whether an outside issuer signed it. Raises AuthenticationFailed, IssuerAway."""
    try:
        keys, algorithm = _keys_for(token)
        return _decoded(token, keys, algorithm), algorithm != "HS256"
    except jwt.ExpiredSignatureError as error:
        raise AuthenticationFailed("The token has expired.") from error
    except (jwt.PyJWTError, UnknownKey, OverflowError) as error:
        raise AuthenticationFailed(BAD_TOKEN) from error
    except KeysUnavailable as error:
        raise IssuerAway from error


def _decoded(token: str, keys: Sequence[jwt.PyJWK | str], algorithm: str) -> dict[str, Any]:
    """By the first of the keys that signed it. A token that never ends is none."""
    policy = settings.JWT_POLICY
    for key in keys:
        with suppress(jwt.InvalidSignatureError):
            return jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=policy.audience or None,
                issuer=policy.issuer or None,
                options={"verify_aud": bool(policy.audience), "require": ["exp"]},
            )
    raise jwt.InvalidSignatureError


def _keys_for(token: str) -> tuple[Sequence[jwt.PyJWK | str], str]:
    """The algorithm decides which keys are asked, so a public key never serves as an HMAC secret."""
    policy = settings.JWT_POLICY
    if not policy.jwks_url:
        return (
            policy.secrets,
            "HS256",
        )  # the header, which costs a third of it all, is left to `decode`
    header = jwt.get_unverified_header(token)
    algorithm = header.get("alg")
    if algorithm == "HS256":
        return policy.secrets, algorithm
    if algorithm in ("RS256", "ES256"):
        return [_issuer_keys(policy.jwks_url).key(header.get("kid", ""))], algorithm
    raise AuthenticationFailed(BAD_TOKEN)
