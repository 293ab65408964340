"""Tells people that the database is away: the one alert whose rows cannot be written.

Whoever keeps house tells it, straight to where alerts are told, once for the fleet as far as Redis can say so, and again
when it is over.
"""

import logging
import smtplib
import uuid
from dataclasses import dataclass
from datetime import datetime

import redis
from django.conf import settings
from django.core.cache import cache

from unilingo.common.clock import Clock
from unilingo.common.webhook import WebhookFailed, post
from unilingo.monitoring.alerts import ALERT_TEXTS, Alert
from unilingo.monitoring.notices import notice_body, send_mail_of

logger = logging.getLogger(__name__)

# Seconds it has to be away, and to be back: a restart that nobody noticed is no news.
RAISED_AFTER, CLEARED_AFTER = 10.0, 10.0
_TOLD_KEY, _TOLD_SECONDS = "database-down-told", 3600


@dataclass(slots=True)
class DatabaseNotice:
    """Of one process that keeps house; `note` is called after each round."""

    clock: Clock
    _since: float | None = None
    _was_away: bool = False
    _is_told: bool = False

    def note(self, is_away: bool, now: datetime) -> None:
        if self._since is None or is_away != self._was_away:
            self._since, self._was_away = self.clock.monotonic(), is_away
        lasted = self.clock.monotonic() - self._since
        if is_away and not self._is_told and lasted >= RAISED_AFTER:
            self._is_told = not _mark_told() or _tell(True, now)
        elif not is_away and self._is_told and lasted >= CLEARED_AFTER:
            self._is_told = _unmark_told() and not _tell(False, now)


def _mark_told() -> bool:
    """False: another process has told it. Without Redis each tells."""
    try:
        return bool(cache.add(_TOLD_KEY, 1, _TOLD_SECONDS))
    except (redis.RedisError, ConnectionError):
        return True


def _unmark_told() -> bool:
    try:
        return bool(cache.delete(_TOLD_KEY))
    except (redis.RedisError, ConnectionError):
        return True


def _tell(is_raised: bool, now: datetime) -> bool:
    """Has everybody taken it? Who has not is told again in the next round."""
    alert = Alert.DATABASE_DOWN
    body, policy = notice_body(alert, is_raised, {}, now), settings.NOTICE_POLICY
    facts = {"alert": str(alert), "raised": is_raised}
    logger.error(ALERT_TEXTS[alert].sentence if is_raised else "database is back", extra=facts)
    try:
        if policy.webhook:
            post(policy.webhook, str(uuid.uuid4()), body, now)
        if policy.emails:
            send_mail_of(body)
    except (WebhookFailed, smtplib.SMTPException, OSError) as error:
        logger.warning("notice not taken", extra={**facts, "reason": type(error).__name__})
        _unmark_told()
        return False
    return True
