"""How often one may ask: per user and per address, known work free, and everybody served while nobody can count."""

import pytest
from pytest_django import Settings

from tests.jobs.api.files import send
from tests.people import ASKED, GENERATE, claiming, nobody
from tests.servers import ValkeyServer
from unilingo.configuration.policies import RequestLimit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings: Settings, redis_server: ValkeyServer) -> None:
    """Three requests for cards a minute for a user and five for an address; four others."""
    settings.REQUEST_LIMITS = {
        "ai": RequestLimit(per_user=3, per_address=5, seconds=60),
        "general": RequestLimit(per_user=4, per_address=0, seconds=900),
    }


def asking(user_id: str, count: int, subject: str = "Biology") -> list[int]:
    """The statuses of that many requests for work that is always new."""
    bodies = [ASKED | {"subject": f"{subject} {user_id} {number}"} for number in range(count)]
    return [claiming(user_id).post(GENERATE, body).status_code for body in bodies]


def test_one_request_too_many_is_told_when_to_come_again() -> None:
    assert asking("ann", 3) == [202] * 3
    refused = claiming("ann").post(GENERATE, ASKED)

    assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")
    assert 59 <= int(refused["Retry-After"]) <= 61
    assert refused.json()["error"] == (
        f"User rate limit exceeded for ai. Try again after {refused['X-RateLimit-Reset']}"
    )
    assert refused["RateLimit-Policy"] == '"ai";q=3;w=60'
    assert refused["RateLimit"] == f'"ai";r=0;t={refused["Retry-After"]}'
    assert refused["X-RateLimit-Remaining"] == "0"


def test_every_answer_says_what_is_left() -> None:
    answers = [claiming("ann").post(GENERATE, ASKED | {"subject": word}) for word in "abc"]

    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0"]
    assert answers[0]["X-RateLimit-Limit"] == "3"


def test_those_who_share_an_address_share_its_limit() -> None:
    assert asking("ann", 3) + asking("ben", 2) == [202] * 5
    refused = claiming("eve").post(GENERATE, ASKED)

    assert refused.status_code == 429
    assert refused.json()["error"].startswith("Address rate limit exceeded for ai.")


@pytest.mark.parametrize(
    ("proxies", "statuses"),
    [
        (0, [202, 202, 429]),  # nobody is believed about where he comes from
        (1, [202, 202, 202]),  # our proxy is: it has added the last address
        (2, [202, 202, 429]),  # two proxies: the one before the last counts, and it is the same
    ],
)
def test_an_address_is_what_the_trusted_proxies_say(
    settings: Settings, proxies: int, statuses: list[int]
) -> None:
    settings.TRUSTED_PROXIES = proxies
    settings.REQUEST_LIMITS = {"ai": RequestLimit(per_user=0, per_address=2, seconds=60)}
    answered = [
        claiming(f"user-{number}")
        .post(GENERATE, ASKED, X_Forwarded_For=f"10.9.9.{number}, 10.0.0.7, 192.0.2.{number}")
        .status_code
        for number in range(3)
    ]
    assert answered == statuses


def test_known_work_is_not_counted_and_never_refused() -> None:
    statuses = [claiming("ann").post(GENERATE, ASKED).status_code for _ in range(9)]

    assert statuses == [202] * 9
    assert asking("ann", 3) == [202, 202, 429]
    assert claiming("ann").post(GENERATE, ASKED).status_code == 202


def test_what_is_not_valid_is_not_counted() -> None:
    for _ in range(9):
        assert claiming("ann").post(GENERATE, ASKED | {"topic": 7}).status_code == 400

    assert asking("ann", 3) == [202] * 3


def test_other_requests_have_a_window_of_their_own() -> None:
    assert [claiming("ann").get("/api/jobs").status_code for _ in range(5)] == [200] * 4 + [429]
    assert asking("ann", 1) == [202]


def test_status_and_health_are_never_refused() -> None:
    path = claiming("ann").post(GENERATE, ASKED).json()["statusUrl"]

    assert {claiming("ann").get(path).status_code for _ in range(9)} == {200}
    assert {nobody().get("/api/health").status_code for _ in range(9)} == {200}


def test_everybody_is_served_while_redis_is_away(redis_server: ValkeyServer) -> None:
    with redis_server.away():
        assert asking("ann", 5) == [202] * 5


def test_only_forms_that_are_not_valid_count_among_the_general_requests() -> None:
    def form(**fields: str) -> int:
        return send(claiming("ann"), GENERATE, **fields).status_code  # type: ignore[no-any-return]

    assert [form(**ASKED) for _ in range(6)] == [202] * 6
    assert [form(subject="Biology") for _ in range(5)] == [400] * 4 + [429]
    assert form(**ASKED) == 429
    assert asking("ann", 2) == [202] * 2


def test_a_long_body_is_refused_on_its_head_where_a_window_is_full() -> None:
    def on_head(**headers: str) -> int:
        return claiming("ann").on_head(GENERATE, **headers).status_code

    assert claiming("ann").on_head(GENERATE, "text/plain").status_code == 415
    assert [on_head() for _ in range(5)] == [100] * 5
    claiming("ann").post(GENERATE, ASKED, Idempotency_Key="once")
    assert asking("ann", 2) == [202] * 2

    assert [on_head(), on_head(Idempotency_Key="new")] == [429] * 2
    assert on_head(Idempotency_Key="once") == 100
