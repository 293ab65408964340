"""One caller for each request: token before session before claimed name; and who counts as an operator."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client, RequestFactory
from django.urls import get_resolver
from pytest_django import Settings

from tests.people import ASKED, GENERATE, Person, bearer, claiming, nobody, signed_in
from unilingo.common.client import client_address, client_network, is_direct_loopback
from unilingo.identity.auth import IsOperator
from unilingo.identity.bearer import issue_token

pytestmark = pytest.mark.django_db

OPERATING = "/api/sse/stats"
OPERATORS_TOKEN = "a long operator's token"


def _owner(answer: Any, who: Person) -> bool:
    """Whether `who` is the one who asked for the job of the answer."""
    assert answer.status_code == 202, answer.content
    return bool(who.get(answer.json()["statusUrl"]).status_code == 200)


@pytest.mark.usefixtures("strict")
def test_a_claimed_name_is_nobody_outside_of_trusted_mode() -> None:
    assert claiming("ann").get("/api/jobs").status_code == 401
    assert nobody().post(GENERATE, ASKED | {"userId": "ann"}).status_code == 401


def test_a_claimed_name_is_somebody_in_trusted_mode() -> None:
    by_header = claiming("ann").post(GENERATE, ASKED)
    by_body = nobody().post(GENERATE, ASKED | {"userId": " ann "})

    assert _owner(by_header, claiming("ann"))
    assert _owner(by_body, claiming("ann"))
    assert not _owner(by_header, claiming("ben"))


def test_in_trusted_mode_who_names_nobody_may_follow_a_job_whose_id_they_know() -> None:
    job = claiming("ann").post(GENERATE, ASKED).json()

    assert nobody().get(job["statusUrl"]).status_code == 200
    assert nobody().get(f"/api/job-events?jobId={job['jobId']}").status_code == 200
    assert nobody().get("/api/jobs").status_code == 401
    assert nobody().get("/api/job-events").status_code == 401


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/flashcards"),
        ("PATCH", "/api/profile/ann"),
        ("PUT", "/api/progress/lesson/unit"),
        ("POST", "/api/jobs/job/cancel"),
    ],
)
def test_no_body_may_name_somebody_else(method: str, path: str) -> None:
    answer = signed_in("ann").send(method, path, {"userId": "ben"})

    assert (answer.status_code, answer.json()["code"]) == (403, "USER_MISMATCH")


@pytest.mark.usefixtures("strict")
def test_the_token_of_a_stream_opens_that_stream_and_nothing_else() -> None:
    other_work = ASKED | {"topic": "Walls"}
    first, second = (signed_in("ann").post(GENERATE, a).json() for a in (ASKED, other_work))
    query = first["eventsUrl"].partition("?")[2]
    other = query.replace(first["jobId"], second["jobId"])

    assert nobody().get(first["eventsUrl"]).status_code == 200
    assert nobody().get(f"/api/job-events?{other}").status_code == 401
    assert nobody().get(f"{first['statusUrl']}?{query}").status_code == 401
    assert nobody().get(f"{first['eventsUrl']}x").status_code == 401


@pytest.mark.usefixtures("strict")
def test_the_token_of_a_stream_ends(settings: Settings) -> None:
    url = signed_in("ann").post(GENERATE, ASKED).json()["eventsUrl"]

    settings.STREAM_TOKEN_SECONDS = -1

    assert nobody().get(url).status_code == 401


@pytest.mark.parametrize("user_id", ["x" * 129, "a\tb", "\x7f"])
def test_a_claimed_name_that_is_none_is_refused(user_id: str) -> None:
    assert claiming(user_id).get("/api/jobs").json()["code"] == "VALIDATION_ERROR"


@pytest.mark.usefixtures("strict")
def test_a_session_is_somebody_and_writes_need_its_csrf_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_user("ann"))
    browser.get("/")
    csrf = browser.cookies["csrftoken"].value

    def send(**headers: str) -> int:
        return browser.post(GENERATE, ASKED, "application/json", headers=headers).status_code

    assert browser.get("/api/jobs").status_code == 200
    assert send() == 403
    assert send(**{"X-CSRFToken": "x" * 64}) == 403
    assert send(**{"X-CSRFToken": csrf}) == 202


@pytest.mark.usefixtures("strict")
def test_a_session_and_a_token_of_one_account_are_one_person() -> None:
    user = User.objects.create_user("ann")
    browser = Person()
    browser.django.force_login(user)

    assert _owner(browser.post(GENERATE, ASKED), bearer(issue_token(user)))


@pytest.mark.usefixtures("strict")
def test_an_account_and_who_an_issuer_calls_by_its_number_are_two_people() -> None:
    user = User.objects.create_user("ann")
    browser = Person()
    browser.django.force_login(user)

    assert not _owner(browser.post(GENERATE, ASKED), signed_in(str(user.pk)))


@pytest.mark.usefixtures("strict")
def test_a_token_counts_before_a_session() -> None:
    person = signed_in("ben")
    person.django.force_login(User.objects.create_user("ann"))

    assert _owner(person.post(GENERATE, ASKED), signed_in("ben"))


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(("is_staff", "status"), [(True, 200), (False, 403)])
def test_staff_who_are_signed_in_are_operators(is_staff: bool, status: int) -> None:
    browser = Person()
    browser.django.force_login(User.objects.create_user("eve", is_staff=is_staff))

    assert browser.get(OPERATING).status_code == status


@pytest.mark.usefixtures("strict")
def test_a_token_of_staff_is_worth_what_the_account_is_worth_now() -> None:
    user = User.objects.create_user("eve", is_staff=True)
    eve = bearer(issue_token(user))
    assert eve.get(OPERATING).status_code == 200

    User.objects.filter(pk=user.pk).update(is_staff=False)
    assert eve.get(OPERATING).status_code == 403

    User.objects.filter(pk=user.pk).update(is_active=False)
    assert eve.get("/api/jobs").status_code == 401

    user.delete()
    assert eve.get("/api/jobs").status_code == 401


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    ("path", "body", "permission"),
    [
        ("/api/admin/budget/kill-switch", {"enabled": False}, "change_killswitch"),
        ("/api/admin/budget/set-limit", {"limit": None}, "change_budget"),
        ("/api/circuit-breakers/reset/openai", {}, "change_breakertransition"),
        ("/api/profile/ann/invalidate", {"type": "all"}, "change_profile"),
        ("/monitoring/kinds/lesson", {"paused": False}, "change_pausedkind"),
    ],
)
def test_staff_change_what_they_may_change_in_the_admin(
    path: str, body: dict[str, Any], permission: str
) -> None:
    user = User.objects.create_user("eve", is_staff=True)
    eve = bearer(issue_token(user))
    assert eve.post(path, body).status_code == 403

    user.user_permissions.add(Permission.objects.get(codename=permission))

    assert eve.post(path, body).status_code != 403


def test_every_operators_view_that_changes_something_says_what_staff_need_for_it() -> None:
    views = {
        pattern.callback.cls: getattr(pattern.callback.cls, "permission", None)
        for pattern in _patterns(get_resolver())
        if IsOperator
        in getattr(pattern.callback, "initkwargs", {}).get(
            "permission_classes",
            getattr(getattr(pattern.callback, "cls", None), "permission_classes", ()),
        )
        and hasattr(pattern.callback.cls, "post")
    }

    assert len(views) >= 6
    assert all(views.values()), views


def _patterns(resolver: Any) -> Iterator[Any]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern)
        else:
            yield pattern


@pytest.mark.usefixtures("strict", "redis_server")
@pytest.mark.parametrize(("limit", "last"), [(1, 429), (0, 401)])
def test_the_monitoring_token_cannot_be_guessed_for_long(
    settings: Settings, limit: int, last: int
) -> None:
    settings.MONITORING_TOKEN, settings.SIGN_IN_LIMIT = OPERATORS_TOKEN, limit
    operator = bearer(OPERATORS_TOKEN)
    assert [operator.get(OPERATING).status_code for _ in range(12)] == [200] * 12

    guesses = [bearer(f"guess {number}").get(OPERATING).status_code for number in range(11)]

    assert guesses == [401] * 10 + [last]


@pytest.mark.parametrize(
    ("seen", "network"),
    [
        ("10.0.0.9", "10.0.0.9"),
        ("10.0.0.9:5123", "10.0.0.9"),
        ("::ffff:10.0.0.9", "10.0.0.9"),
        ("[::ffff:10.0.0.9]:5123", "10.0.0.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]:5123", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("64:ff9b::10.0.0.9", "10.0.0.9"),
        ("[2002:a00:9:77::1]:5123", "10.0.0.9"),
        ("unix:", "unix:"),
    ],
)
def test_limits_by_address_take_for_one_who_is_one(seen: str, network: str) -> None:
    assert client_network(RequestFactory(REMOTE_ADDR=seen).get("/")) == network


@pytest.mark.usefixtures("strict")
def test_the_monitoring_token_operates_and_is_no_learner(settings: Settings) -> None:
    settings.MONITORING_TOKEN = OPERATORS_TOKEN
    operator = bearer(OPERATORS_TOKEN)
    job = signed_in("ann").post(GENERATE, ASKED).json()

    assert operator.get(OPERATING).status_code == 200
    for path in ("/api/jobs", "/api/job-events", job["statusUrl"], "/api/job-status/none"):
        assert operator.get(path).status_code == 403, path
    assert operator.post(GENERATE, ASKED).status_code == 403


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("sent", ["", "None", OPERATORS_TOKEN[:-1], OPERATORS_TOKEN + "x"])
def test_only_the_whole_monitoring_token_operates(settings: Settings, sent: str) -> None:
    settings.MONITORING_TOKEN = OPERATORS_TOKEN
    assert bearer(sent).get(OPERATING).status_code == 401

    settings.MONITORING_TOKEN = ""
    assert bearer(sent).get(OPERATING).status_code == 401


@pytest.mark.parametrize(
    ("debug", "address", "headers", "status"),
    [
        (True, "127.0.0.1", {}, 200),
        (True, "127.9.9.9", {}, 200),
        (True, "::1", {}, 200),
        (True, "10.0.0.1", {}, 401),
        (True, "", {}, 401),
        (True, "10.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 401),
        (True, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 401),
        (True, "127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 401),
        (True, "127.0.0.1", {"X-Real-IP": "127.0.0.1"}, 401),
        (False, "127.0.0.1", {}, 401),
    ],
)
def test_at_this_machine_one_operates_in_development_only(
    settings: Settings, debug: bool, address: str, headers: dict[str, str], status: int
) -> None:
    settings.DEBUG = debug

    answer = Client(REMOTE_ADDR=address, headers=headers).get(OPERATING)

    assert answer.status_code == status


@pytest.mark.parametrize("coding", ["utf-8", "latin-1"])
def test_a_claimed_name_is_the_same_in_the_header_the_body_and_the_address(coding: str) -> None:
    header = "zoë".encode(coding).decode("latin-1")  # as a server hands headers on

    assert nobody().post(GENERATE, {**ASKED, "userId": "zoë"}).status_code == 202
    assert len(claiming(header).get("/api/jobs").json()["jobs"]) == 1
    assert claiming(header).get("/api/profile/zoë").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "10.0.0.9"),
        (0, "1.1.1.1", "10.0.0.9"),
        (1, None, "10.0.0.9"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (1, "127.0.0.1,6.6.6.6,1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.8", "1.1.1.1"),
        (2, "1.1.1.1", "1.1.1.1"),
        (2, " , ,", "10.0.0.9"),
    ],
)
def test_only_so_many_proxies_are_believed(
    settings: Settings, proxies: int, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory(REMOTE_ADDR="10.0.0.9", headers=headers).get("/")

    assert client_address(request) == address


@pytest.mark.parametrize("address", ["", "unix:", "localhost", "0.0.0.0"])
def test_what_is_no_loopback_address_is_not_taken_for_one(address: str) -> None:
    assert not is_direct_loopback(RequestFactory(REMOTE_ADDR=address).get("/"))
