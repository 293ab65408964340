"""Bearer tokens: whose are believed, and that a bad one is a 401 with no hint of what was wrong with it."""

import base64
import json
import time
from dataclasses import replace
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from pytest_django import Settings

from resilience.models import OperatorAction
from tests.people import Person, bearer, nobody, signed_in, token
from tests.unilingo.issuer import unsigned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict")]

HOUR = 3600
LONG_ALG = b'{"alg":%b}' % (b"9" * 5_000)
WRONG_KEY = "another secret of at least thirty-two bytes"


def _status(text: str) -> int:
    status: int = bearer(text).get("/api/jobs").status_code
    return status


def test_a_good_token_is_believed() -> None:
    assert _status(token("ann")) == 200
    assert _status(token("auth0|x" * 16)) == 200
    assert _status(token("Zoë \U0001f9ec")) == 200


def _bad_tokens() -> dict[str, str]:
    now = int(time.time())
    good = token("ann")
    head, claims, signature = good.split(".")
    return {
        "expired": token("ann", exp=now - 1),
        "not yet valid": token("ann", nbf=now + HOUR),
        "issued in the future": token("ann", iat=now + HOUR),
        "another secret": token("ann", key=WRONG_KEY),
        "no end": token("ann", exp=None),
        "no sub": token(None),
        "sub of spaces": token("   "),
        "sub of letters that nobody sees": token("\u3164 \u2800\u115f"),
        "sub with a space before it": token(" ann"),
        "sub with a space behind it": token("account-1\u00a0"),
        "empty sub": token(""),
        "sub is a number": _with_claims({"sub": 7}),
        "sub is a list": _with_claims({"sub": ["ann"]}),
        "sub too long": token("x" * 129),
        "sub with a line break": token("ann\nben"),
        "sub with a NUL": token("ann\x00"),
        "sub with half a pair": token("ann\ud800"),
        "exp is text": token("ann", exp="soon"),
        "exp is endless": _with_claims({"sub": "ann", "exp": float("inf")}),
        "exp is no number": _signed_raw(b'{"sub":"ann","exp":NaN}'),
        "iat is text": _with_claims({"sub": "ann", "iat": "now"}),
        "iat is endless": _signed_raw(b'{"sub":"ann","exp":4e9,"iat":1e400}'),
        "claims are no UTF-8": _signed_raw(b'{"sub":"\xff","exp":4e9}'),
        "claims are nothing": _signed_raw(b"null"),
        "claims within claims": _signed_raw(b"[" * 6_000),
        "head within a head": f"{_base64(b'[' * 6_000)}.{claims}.{signature}",
        "alg of 5,000 digits": f"{_base64(LONG_ALG)}.{claims}.{signature}",
        "a rule that must be known": jwt.encode(
            {"sub": "ann", "exp": now + 60}, settings.JWT_POLICY.secret, "HS256", {"crit": ["x"]}
        ),
        "alg none": unsigned({"alg": "none", "typ": "JWT"}, {"sub": "ann"}),
        "alg None": unsigned({"alg": "None"}, {"sub": "ann"}),
        "alg missing": unsigned({"typ": "JWT"}, {"sub": "ann"}),
        "alg is a list": unsigned({"alg": ["HS256"]}, {"sub": "ann"}),
        "alg is unknown": unsigned({"alg": "HS999"}, {"sub": "ann"}),
        "another HMAC": jwt.encode({"sub": "ann"}, WRONG_KEY * 3, "HS512"),
        "claims are a list": _signed(["ann"]),
        "signature cut": good[:-4],
        "signature gone": f"{head}.{claims}.",
        "claims changed": f"{head}.{claims[:-4]}AAAA.{signature}",
        "two parts": f"{head}.{claims}",
        "five parts": f"{good}.a.b",
        "empty": "",
        "spaces": "a b c",
        "garbage": "garbage",
        "dots": "...",
        "not ASCII": "\xe9\xff",
        "long": "x" * 20_000,
    }


def _with_claims(claims: dict[str, Any]) -> str:
    """Signed with the right secret and good for a minute, whatever the claims are."""
    return _signed({"exp": int(time.time()) + 60, **claims})


def _signed(claims: object) -> str:
    return _signed_raw(json.dumps(claims).encode())


def _signed_raw(claims: bytes) -> str:
    return jwt.PyJWS().encode(claims, settings.JWT_POLICY.secret, "HS256")


def _base64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@pytest.mark.parametrize("good", [True, False])
def test_a_key_that_was_replaced_is_good_for_the_tokens_it_has_signed(
    settings: Settings, good: bool
) -> None:
    old = token("ann")
    policy = settings.JWT_POLICY
    previous = (policy.secret,) if good else ()

    settings.JWT_POLICY = replace(policy, secret=WRONG_KEY, previous=previous)

    assert _status(old) == (200 if good else 401)
    assert _status(token("ann")) == 200


def test_bad_tokens_are_refused_and_say_no_more_than_that() -> None:
    for name, text in _bad_tokens().items():
        answer = bearer(text).get("/api/jobs")

        said = (answer.status_code, answer.json()["code"], answer.json()["error"])
        why = "The token has expired." if name == "expired" else "The token is not valid."
        assert said == (401, "UNAUTHENTICATED", why), name
        assert answer["WWW-Authenticate"].startswith("Bearer"), name


def test_a_bad_token_is_not_made_good_by_a_claimed_name(settings: Settings) -> None:
    settings.TRUST_USER_ID_HEADER = True

    answer = Person(Authorization=f"Bearer {token(key=WRONG_KEY)}", user_id="ann").get("/api/jobs")

    assert answer.status_code == 401


def test_another_scheme_is_nobody() -> None:
    assert Person(Authorization="Basic YW5uOmE=").get("/api/jobs").status_code == 401
    assert Person(Authorization=token()).get("/api/jobs").status_code == 401
    assert Person(Authorization=f"bearer  {token()}").get("/api/jobs").status_code == 200


@pytest.mark.parametrize(
    ("audience", "issuer", "claims", "status"),
    [
        ("app", "", {"aud": "app"}, 200),
        ("app", "", {"aud": ["web", "app"]}, 200),
        ("app", "", {"aud": "web"}, 401),
        ("app", "", {"aud": 7}, 401),
        ("app", "", {}, 401),
        ("", "", {"aud": "anything"}, 200),
        ("", "https://id.test", {"iss": "https://id.test"}, 200),
        ("", "https://id.test", {"iss": "https://id.test/"}, 401),
        ("", "https://id.test", {"iss": ["https://id.test"]}, 401),
        ("", "https://id.test", {}, 401),
    ],
)
def test_audience_and_issuer_count_where_they_are_set(
    settings: Settings, audience: str, issuer: str, claims: dict[str, Any], status: int
) -> None:
    settings.JWT_POLICY = replace(settings.JWT_POLICY, audience=audience, issuer=issuer)

    assert _status(_with_claims({"sub": "ann", **claims})) == status


@pytest.mark.parametrize(
    ("role", "status"),
    [("service_role", 200), ("authenticated", 403), (True, 403), (["service_role"], 403)],
)
def test_only_the_service_role_makes_an_operator(role: object, status: int) -> None:
    assert signed_in("ann", role=role).get("/api/sse/stats").status_code == status


def test_a_service_need_not_be_a_learner() -> None:
    service = bearer(token(None, role="service_role"))

    assert service.get("/api/sse/stats").status_code == 200
    assert service.get("/api/jobs").status_code == 403


def test_an_account_of_this_server_gets_a_token_that_is_good_here(settings: Settings) -> None:
    settings.JWT_POLICY = replace(settings.JWT_POLICY, audience="app", issuer="us")
    user = User.objects.create_user("ann", password="correct horse")

    answer = nobody().post("/api/auth/token", {"username": "ann", "password": "correct horse"})

    body = answer.json()
    claims = jwt.decode(body["token"], options={"verify_signature": False})
    assert (answer.status_code, body["tokenType"], body["expiresIn"]) == (200, "Bearer", HOUR)
    assert answer["Cache-Control"] == "no-store"
    assert claims["sub"] == f"account-{user.pk}"
    assert "role" not in claims
    assert _status(body["token"]) == 200


def test_the_token_of_staff_is_an_operator() -> None:
    User.objects.create_user("eve", password="correct horse", is_staff=True)
    asked = {"username": "eve", "password": "correct horse"}

    issued = nobody().post("/api/auth/token", asked).json()["token"]

    assert bearer(issued).get("/api/sse/stats").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"username": "ann", "password": "wrong"}, 401),
        ({"username": "nobody", "password": "correct horse"}, 401),
        ({"username": "gone", "password": "correct horse"}, 401),
        ({"username": "ann", "password": "correct horse "}, 401),
        ({"username": "ann"}, 400),
        ({"username": "ann", "password": None}, 400),
        ({"username": ["ann"], "password": "correct horse"}, 400),
        ({"username": 7, "password": 7}, 400),
        ({"username": "ann\x00", "password": "correct horse"}, 400),
        ({"username": "ann", "password": "\ud800"}, 400),
        ({"username": "a" * 151, "password": "correct horse"}, 400),
        ({"username": "ann", "password": "p" * 1001}, 400),
    ],
)
def test_only_name_and_password_together_give_a_token(body: object, status: int) -> None:
    User.objects.create_user("ann", password="correct horse")
    User.objects.create_user("gone", password="correct horse", is_active=False)

    answer = nobody().post("/api/auth/token", body)

    assert answer.status_code == status
    assert "token" not in answer.json()
    assert "correct horse" not in answer.content.decode()


@pytest.mark.parametrize(
    ("claims", "actor"),
    [
        ({}, "1"),
        ({"email": "eve@example.org", "name": "Eve"}, "eve@example.org (1)"),
        ({"email": "", "name": "Eve"}, "Eve (1)"),
        ({"email": ["eve@example.org"], "preferred_username": "eve"}, "eve (1)"),
        ({"sub": None, "name": "Nightly job"}, "Nightly job"),
        ({"name": "E\nve"}, "1"),
        ({"sub": "x" * 128, "name": "y" * 128}, ("y" * 128 + " (" + "x" * 128)[:150]),
    ],
)
def test_the_audit_names_who_a_token_says_it_is(claims: dict[str, Any], actor: str) -> None:
    text = token(**{"sub": "1", "role": "service_role", **claims})

    answer = bearer(text).post("/api/admin/budget/kill-switch", {"enabled": False})

    assert answer.status_code == 200, answer.content
    assert OperatorAction.objects.get().actor == actor
