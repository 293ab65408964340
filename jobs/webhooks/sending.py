"""Sends what the outbox holds, several at once, each until it is taken or a day is over."""

import logging
import threading
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from django.db.models import F
from django.utils import timezone

from jobs.webhooks.models import Delivery, Endpoint
from unilingo.common.duty import duty
from unilingo.common.threads import side_by_side
from unilingo.common.webhook import Receiver, WebhookFailed, new_secret, post

logger = logging.getLogger(__name__)

BATCH = 32
AT_ONCE = 8
RETRY_SECONDS = 5
RETRY_MAX_SECONDS = 4 * 3600
GIVEN_UP_AFTER = timedelta(hours=24)
OLD_SECRET_SIGNS_FOR = timedelta(hours=24)
RETENTION = timedelta(days=30)

_sending = threading.Lock()


@duty("jobs.send_webhooks")
def send_webhooks() -> None:
    """A receiver that does not answer must not hold up what else is due, so on a thread of its own."""
    now = timezone.now()
    if Delivery.objects.filter(next_attempt_at__lte=now).exists() and _sending.acquire(
        blocking=False
    ):
        threading.Thread(target=_send_all, name="webhooks", daemon=True).start()


def _send_all() -> None:
    try:
        while send_due(timezone.now()):
            continue
    except Error as error:
        logger.warning("webhooks not sent", extra={"reason": type(error).__name__})
    finally:
        connection.close()
        _sending.release()


def send_due(now: datetime) -> int:
    """Send what is due. Answers how many deliveries this process has claimed."""
    Delivery.objects.filter(created_at__lt=now - RETENTION).delete()
    due = Delivery.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at")[:BATCH]
    claimed = [delivery for delivery in due if _claim(delivery, now)]
    side_by_side([lambda d=delivery: _send(d, now) for delivery in claimed], AT_ONCE)  # type: ignore[misc]  # bound now
    return len(claimed)


def _claim(delivery: Delivery, now: datetime) -> bool:
    """The right to send this attempt. The next one is planned at once, in case this process dies."""
    pause = timedelta(seconds=min(RETRY_SECONDS * 2**delivery.attempts, RETRY_MAX_SECONDS))
    is_last = now + pause > delivery.created_at + GIVEN_UP_AFTER
    mine = Delivery.objects.filter(pk=delivery.pk, next_attempt_at=delivery.next_attempt_at)
    following = None if is_last else now + pause
    return mine.update(attempts=F("attempts") + 1, next_attempt_at=following) == 1


def _send(delivery: Delivery, now: datetime) -> None:
    to = Receiver(delivery.url, _secrets(delivery.user_id, now), settings.WEBHOOK_ALLOW_PRIVATE)
    this = Delivery.objects.filter(pk=delivery.pk)
    try:
        post(to, str(delivery.id), delivery.body, now)
    except (WebhookFailed, OSError) as error:
        why = str(error) if isinstance(error, WebhookFailed) else type(error).__name__
        this.update(last_failure=why[:80])
        logger.info("webhook not taken", extra={"reason": why, "attempt": delivery.attempts + 1})
        return
    this.update(delivered_at=now, next_attempt_at=None, last_failure="")


def _secrets(user_id: str, now: datetime) -> list[str]:
    """Who has named addresses and never asked for a secret gets one all the same, and can have it renewed to know it."""
    endpoint, _ = Endpoint.objects.get_or_create(
        user_id=user_id, defaults={"secret": new_secret(), "secret_changed_at": now}
    )
    is_recent = endpoint.secret_changed_at > now - OLD_SECRET_SIGNS_FOR
    previous = [endpoint.previous_secret] if endpoint.previous_secret and is_recent else []
    return [endpoint.secret, *previous]
