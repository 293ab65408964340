"""Whoever wants to know how a job ends is told, once, signed, again until it is taken, and never inside our network."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from jobs import lifecycle, privacy
from jobs.models import Job
from jobs.pruning import prune
from jobs.webhooks import services
from jobs.webhooks.allowance import warn_of_allowances
from jobs.webhooks.models import Delivery, Endpoint, Subscription
from jobs.webhooks.sending import GIVEN_UP_AFTER, OLD_SECRET_SIGNS_FOR, send_due
from resilience.models import BudgetPeriod
from tests.jobs.rows import FAILURE, claimed
from tests.people import ASKED, GENERATE, claiming
from tests.receiver import Listener, running_receiver

pytestmark = pytest.mark.django_db(transaction=True)

DONE = {"success": True, "flashcards": []}


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Listener]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with running_receiver() as running:
        yield running


def _endpoint(url: str | None, who: str = "ann") -> str:
    answer = claiming(who).send("PUT", "/api/webhook", {"url": url})
    assert answer.status_code == 200, answer.content
    secret: str = answer.json()["secret"]
    return secret


def _asked(**more: Any) -> Job:
    answer = claiming("ann").post(GENERATE, ASKED | more)
    assert answer.status_code == 202, answer.content
    return Job.objects.get(pk=answer.json()["jobId"])


def _complete(job: Job) -> None:
    assert lifecycle.complete(claimed(job, now=timezone.now()), DONE, now=timezone.now())


def test_the_users_endpoint_is_told_what_the_event_says_and_can_verify_it(
    receiver: Listener,
) -> None:
    secret = _endpoint(receiver.url)
    job = _asked()
    _complete(job)

    send_due(timezone.now())

    ((headers, body),) = receiver.heard
    told = Webhook(secret).verify(body, dict(headers))
    assert (told["type"], told["jobId"], told["status"]) == ("job.completed", job.id, "completed")
    assert told["result"] == DONE
    assert headers["webhook-id"] == str(Delivery.objects.get().id)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"completed", b"cancelled"), dict(headers))


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_every_end_is_told(receiver: Listener, end: str) -> None:
    job = _asked(callbackUrl=receiver.url)
    if end == "failed":
        lifecycle.fail(claimed(job, now=timezone.now()), FAILURE, now=timezone.now())
    else:
        lifecycle.cancel(job.id, now=timezone.now())

    send_due(timezone.now())

    assert [json.loads(body)["type"] for _, body in receiver.heard] == [f"job.{end}"]


def test_the_same_work_asked_for_twice_is_told_to_both(receiver: Listener) -> None:
    first = _asked(callbackUrl=receiver.url)
    second = _asked(callbackUrl=receiver.url + "&again")
    third = _asked(callbackUrl=receiver.url)
    _complete(first)

    send_due(timezone.now())

    assert first.id == second.id == third.id
    assert len(receiver.heard) == 2


def test_what_is_not_taken_is_sent_again_with_the_same_id_for_a_day(receiver: Listener) -> None:
    receiver.statuses = [500, 302]
    _complete(_asked(callbackUrl=receiver.url))
    now = timezone.now()

    for _ in range(5):
        send_due(now)
        now += timedelta(minutes=1)

    ids = {headers["webhook-id"] for headers, _ in receiver.heard}
    assert (len(receiver.heard), len(ids)) == (3, 1)
    assert Delivery.objects.get().delivered_at is not None


def test_it_is_given_up_after_a_day(receiver: Listener) -> None:
    receiver.statuses = [500] * 1000
    _complete(_asked(callbackUrl=receiver.url))
    now, end = timezone.now(), timezone.now() + 2 * GIVEN_UP_AFTER

    while now < end:
        send_due(now)
        now += timedelta(minutes=10)

    delivery = Delivery.objects.get()
    assert (delivery.next_attempt_at, delivery.delivered_at) == (None, None)
    assert (delivery.last_failure, 8 <= delivery.attempts <= 40) == ("status 500", True)


def test_a_secret_that_was_renewed_signs_for_another_day(receiver: Listener) -> None:
    old = _endpoint(receiver.url)
    new = _endpoint(receiver.url)
    _complete(_asked())
    send_due(timezone.now())

    ((headers, body),) = receiver.heard
    for secret in (old, new):
        Webhook(secret).verify(body, dict(headers))

    Endpoint.objects.update(secret_changed_at=timezone.now() - OLD_SECRET_SIGNS_FOR)
    services.send_again(Delivery.objects.get().id, timezone.now())
    send_due(timezone.now())
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(receiver.heard[1][1], dict(receiver.heard[1][0]))


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "example.org", "http://", "https://user@example.org/", "http://a:b/",
        "http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://localhost:1/",
        "http://[::ffff:127.0.0.1]/", "http://metadata.internal/", "x" * 501, 7,
        "http://localhost./", "http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://10.0.0.1.:80/",
        "https://exa mple.org/", "https://exa\nmple.org/",
    ],
)  # fmt: skip
def test_an_address_that_may_not_be_called_is_refused_before_anything_is_done(url: Any) -> None:
    asked = claiming("ann").post(GENERATE, ASKED | {"callbackUrl": url})
    put = claiming("ann").send("PUT", "/api/webhook", {"url": url})

    assert (asked.status_code, asked.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(asked.json()["details"]["fields"]) == ["callbackUrl"]
    assert put.status_code == 400
    assert not Job.objects.exists()


def test_a_name_that_leads_inside_is_not_called(receiver: Listener, settings: Settings) -> None:
    port = receiver.url.split(":")[2].split("/")[0]
    job = _asked(callbackUrl="https://example.org/hook")
    Subscription.objects.update(url=f"http://localhost:{port}/")
    settings.WEBHOOK_ALLOW_PRIVATE = False
    _complete(job)

    send_due(timezone.now())

    assert receiver.heard == []
    assert Delivery.objects.get().last_failure == "the address is not a public one"


def test_where_an_operator_has_them_off_that_is_said(settings: Settings) -> None:
    settings.WEBHOOKS = False

    answer = claiming("ann").post(GENERATE, ASKED | {"callbackUrl": "https://example.org/"})

    assert answer.status_code == 400
    assert answer.json()["details"]["fields"]["callbackUrl"] == services.OFF


def test_a_user_can_see_where_is_told_and_never_the_secret(receiver: Listener) -> None:
    address = claiming("ann").get
    assert address("/api/webhook").json() == {"success": True, "url": None}

    _endpoint(receiver.url)

    assert address("/api/webhook").json() == {"success": True, "url": receiver.url}
    assert claiming("ben").get("/api/webhook").json()["url"] is None
    _endpoint(None)
    assert address("/api/webhook").json()["url"] is None


def test_no_address_any_more_means_nobody_is_told(receiver: Listener) -> None:
    _endpoint(receiver.url)
    job = _asked()
    _endpoint(None)
    _complete(job)

    assert send_due(timezone.now()) == 0


def test_who_is_erased_is_not_told(receiver: Listener) -> None:
    _endpoint(receiver.url)
    _asked(callbackUrl=receiver.url + "&job")

    privacy.erase("ann")

    assert not Endpoint.objects.exists()
    assert not Subscription.objects.exists()
    assert not Delivery.objects.exists()


def test_the_addresses_of_a_job_go_with_it(receiver: Listener, settings: Settings) -> None:
    old, kept = _asked(callbackUrl=receiver.url), _asked(callbackUrl=receiver.url, topic="Other")
    _complete(old)

    prune(timezone.now() + timedelta(days=settings.JOB_RETENTION_DAYS, minutes=1))

    assert Subscription.objects.get().job_id == kept.id


def test_an_allowance_that_is_nearly_or_wholly_spent_is_told_once_each(receiver: Listener) -> None:
    _endpoint(receiver.url)
    now = timezone.now()
    for percent in (50, 80, 80, 100, 100):
        month = now.date().replace(day=1)
        BudgetPeriod.objects.update_or_create(
            scope="user:ann", month=month, defaults={"warned_percent": percent}
        )
        warn_of_allowances(now)
    send_due(now)

    assert sorted(json.loads(body)["percent"] for _, body in receiver.heard) == [80, 100]
    assert {json.loads(body)["type"] for _, body in receiver.heard} == {"allowance.warning"}
