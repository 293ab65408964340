"""Tokens of a foreign issuer, by the public keys at its address, and how often that address may be asked."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jwt
import pytest
from pytest_django import Settings

from tests.people import bearer, token
from tests.resilience.hands import HandClock
from tests.together import at_once
from tests.unilingo.issuer import (
    EC_KEY,
    OTHER_RSA_KEY,
    PUBLIC_PEM,
    RSA_KEY,
    Issuer,
    ec_jwk,
    rsa_jwk,
    running_issuer,
    signed,
)
from unilingo.identity.jwks import (
    LIFESPAN_SECONDS,
    PAUSE_SECONDS,
    IssuerKeys,
    KeysUnavailable,
    UnknownKey,
)

ANN: dict[str, Any] = {"sub": "ann", "exp": int(time.time()) + 3600}


@pytest.fixture
def issuer(settings: Settings, strict: None) -> Iterator[Issuer]:
    with running_issuer() as running:
        settings.JWT_POLICY = replace(settings.JWT_POLICY, jwks_url=running.url)
        yield running


def _answer(text: str) -> Any:
    return bearer(text).get("/api/jobs")


@pytest.mark.django_db
def test_tokens_of_the_issuer_are_believed_and_its_keys_fetched_once(issuer: Issuer) -> None:
    for text in (
        signed(ANN, RSA_KEY, "RS256", "rsa-1"),
        signed(ANN, EC_KEY, "ES256", "ec-1"),
        signed(ANN, RSA_KEY, "RS256", "rsa-1"),
    ):
        assert _answer(text).status_code == 200

    assert issuer.asked == 1


@pytest.mark.django_db
def test_our_own_tokens_are_believed_beside_those_of_the_issuer(issuer: Issuer) -> None:
    assert _answer(token("ann")).status_code == 200
    assert issuer.asked == 0


@pytest.mark.django_db
def test_what_the_issuer_did_not_sign_is_refused(issuer: Issuer) -> None:
    now = int(time.time())
    bad = {
        "another key": signed(ANN, OTHER_RSA_KEY, "RS256", "rsa-1"),
        "no key id": signed(ANN, RSA_KEY, "RS256", None),
        "unknown key id": signed(ANN, RSA_KEY, "RS256", "rsa-2"),
        "RSA token, EC key": signed(ANN, RSA_KEY, "RS256", "ec-1"),
        "EC token, RSA key": signed(ANN, EC_KEY, "ES256", "rsa-1"),
        "another algorithm": signed(ANN, RSA_KEY, "RS512", "rsa-1"),
        "expired": signed(ANN | {"exp": now - 1}, RSA_KEY, "RS256", "rsa-1"),
        "no end": signed({"sub": "ann"}, RSA_KEY, "RS256", "rsa-1"),
        "an account of ours": signed(ANN | {"sub": "account-1"}, RSA_KEY, "RS256", "rsa-1"),
        "public key as HMAC secret": _hmac_by_public_key(),
    }
    for name, text in bad.items():
        assert _answer(text).status_code == 401, name


def _hmac_by_public_key() -> str:
    """PyJWT refuses to make this token, so it is put together by hand, as an attacker would."""
    hs256 = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    unsigned = jwt.encode(ANN, "x" * 32, "HS256", headers={"kid": "rsa-1"}).rsplit(".", 1)[0]
    signature = hs256.sign(unsigned.encode(), PUBLIC_PEM)
    return f"{unsigned}.{jwt.utils.base64url_encode(signature).decode()}"


@pytest.mark.django_db
def test_without_an_issuer_its_algorithms_are_not_believed(strict: None) -> None:
    assert _answer(signed(ANN, RSA_KEY, "RS256", "rsa-1")).status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize("status", [500, 404, 302])
def test_an_issuer_that_fails_is_no_verdict_on_the_token(issuer: Issuer, status: int) -> None:
    issuer.status = status

    answers = [_answer(signed(ANN, RSA_KEY, "RS256", "rsa-1")) for _ in range(5)]

    assert {a.status_code for a in answers} == {503}
    assert answers[0].json()["code"] == "NOT_READY"
    assert "Retry-After" in answers[0]
    assert issuer.asked == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"keys":[]}', b'{"keys":7}', b'{"keys":[{"kty":"RSA"}]}']
)
def test_keys_that_make_no_sense_are_no_keys(issuer: Issuer, body: bytes) -> None:
    issuer.body = body

    with pytest.raises(KeysUnavailable):
        IssuerKeys(issuer.url, HandClock()).key("rsa-1")


def test_invented_key_ids_do_not_make_us_ask_again_and_again(issuer: Issuer) -> None:
    clock = HandClock()
    keys = IssuerKeys(issuer.url, clock)
    for second in range(60):
        with pytest.raises(UnknownKey):
            keys.key(f"invented-{second}")
        clock.seconds += 1

    assert issuer.asked == 60 / PAUSE_SECONDS


def test_a_new_key_of_the_issuer_is_found_after_the_pause(issuer: Issuer) -> None:
    clock = HandClock()
    keys = IssuerKeys(issuer.url, clock)
    keys.key("rsa-1")
    issuer.publish(rsa_jwk(OTHER_RSA_KEY, "rsa-2"))

    clock.seconds += PAUSE_SECONDS

    assert keys.key("rsa-2").key_id == "rsa-2"
    with pytest.raises(UnknownKey):
        keys.key("rsa-1")


def test_a_key_taken_back_is_forgotten_when_its_time_is_over(issuer: Issuer) -> None:
    clock = HandClock()
    keys = IssuerKeys(issuer.url, clock)
    keys.key("rsa-1")
    issuer.publish(ec_jwk())

    clock.seconds += LIFESPAN_SECONDS + 1

    with pytest.raises(UnknownKey):
        keys.key("rsa-1")


def test_known_keys_serve_on_while_the_issuer_is_away(issuer: Issuer) -> None:
    clock = HandClock()
    keys = IssuerKeys(issuer.url, clock)
    keys.key("rsa-1")
    issuer.status = 500

    clock.seconds += LIFESPAN_SECONDS * 10

    assert keys.key("rsa-1").key_id == "rsa-1"


def test_a_crowd_at_a_cold_start_asks_once_and_all_are_served(issuer: Issuer) -> None:
    keys = IssuerKeys(issuer.url, HandClock())

    assert set(at_once(lambda _: keys.key("rsa-1").key_id, 16)) == {"rsa-1"}
    assert issuer.asked == 1
