"""Passwords cannot be tried out, at whichever of the three doors; and whoever knows theirs gets in."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from resilience.policies import Unit, Window
from tests.people import nobody
from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer
from unilingo.common.clock import SystemClock
from unilingo.identity import guesses

RIGHT = "correct horse"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("strict", "redis_server")]


@pytest.fixture(autouse=True)
def account(settings: Settings, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIGN_IN_LIMIT = 3
    monkeypatch.setattr(guesses, "_local", guesses.LocalCounts(SystemClock()))
    User.objects.create_superuser("ann", password=RIGHT)


def _ask(password: str, username: str = "ann") -> Any:
    return nobody().post("/api/auth/token", {"username": username, "password": password})


def test_after_some_wrong_passwords_even_the_right_one_is_refused_for_a_while() -> None:
    wrong = [_ask(f"guess {number}").status_code for number in range(3)]

    refused = _ask(RIGHT)

    assert wrong == [401, 401, 401]
    assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert 0 < int(refused["Retry-After"]) <= 910


def test_right_passwords_are_not_counted() -> None:
    assert [_ask(RIGHT).status_code for _ in range(8)] == [200] * 8


def test_the_doors_count_together() -> None:
    _ask("guess")
    Client().post("/login", {"username": "ann", "password": "guess"})
    Client().post("/admin/login/", {"username": "ANN", "password": "guess"})

    browser = Client()
    browser.post("/admin/login/", {"username": "ann", "password": RIGHT})

    assert "_auth_user_id" not in browser.session
    assert _ask(RIGHT).status_code == 429


def test_another_name_is_not_locked_out_until_the_address_has_guessed_ten_times_as_often() -> None:
    User.objects.create_user("ben", password=RIGHT)
    for number in range(3):
        _ask(f"guess {number}")
    assert _ask(RIGHT, "ben").status_code == 200

    for number in range(27):
        _ask("guess", f"name {number}")

    assert _ask(RIGHT, "ben").status_code == 429


def test_while_redis_is_away_each_process_counts_for_itself(redis_server: ValkeyServer) -> None:
    with redis_server.away():
        assert [_ask(RIGHT).status_code for _ in range(5)] == [200] * 5
        assert [_ask("guess").status_code for _ in range(5)] == [401] * 3 + [429] * 2
        assert _ask(RIGHT).status_code == 429


def test_what_a_process_counts_is_forgotten_with_its_window_and_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hands = HandClock()
    counts = guesses.LocalCounts(hands)
    window = {"ann": Window(Unit.REQUESTS, 2, 900)}
    waits = [counts.take(window)]
    hands.advance(300)
    waits += [counts.take(window), counts.take(window)]
    hands.advance(600)
    assert waits + [counts.take(window), counts.take(window)] == [0, 0, 600, 0, 300]

    monkeypatch.setattr(guesses, "KEPT_AT_MOST", 3)
    for number in range(5):
        counts.take({f"name {number}": Window(Unit.REQUESTS, 1, 900)})
    assert len(counts._times) == 3
