"""Tells people that the database is away: the one alert whose rows cannot be written.

Whoever keeps house tells it, straight to where alerts are told, once for the fleet as far as Redis can say so, and again
when it is over.
"""

import logging
import smtplib
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import redis
from django.conf import settings
from django.core.cache import cache

from unilingo.common.clock import Clock
from unilingo.common.webhook import WebhookFailed, post
from unilingo.models import Notice
from unilingo.monitoring.alerts import Alert
from unilingo.monitoring.notices import (
    ATTEMPTS,
    RETRY_MAX_SECONDS,
    RETRY_SECONDS,
    notice_body,
    send_mail_of,
)

logger = logging.getLogger(__name__)

# Seconds it has to be away, and to be back: a restart that nobody noticed is no news.
RAISED_AFTER, CLEARED_AFTER = 10.0, 10.0
_TOLD_KEY, _TOLD_SECONDS = "database-down-told", 3600
# A look at a SQLite that is locked lasts five seconds, and a lease is renewed in five.
_AWAY_KEY, _AWAY_SECONDS = "database-away", 10


@dataclass(slots=True)
class _Change:
    """The database has gone, or is back; `taken`: by which channels that has been told."""

    is_away: bool
    due: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    taken: set[Notice.Channel] = field(default_factory=set)
    attempts: int = 0


@dataclass(slots=True)
class DatabaseNotice:
    """Of one process that keeps house; `note` is called after each round."""

    clock: Clock
    _last: _Change | None = None
    _is_told: bool = False
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def note(self, is_away: bool, now: datetime) -> None:
        """Safe for threads: a round that hangs is seen by another one."""
        with self._turn:
            self._note(is_away, now)

    def _note(self, is_away: bool, now: datetime) -> None:
        if is_away:
            seen_away()
        if self._last is None or self._last.is_away != is_away:
            pause = RAISED_AFTER if is_away else CLEARED_AFTER
            self._last = _Change(is_away, self.clock.monotonic() + pause)
        if is_away and self._is_told:
            _keep_told()
        elif is_away != self._is_told and self.clock.monotonic() >= self._last.due:
            self._is_told = self._raised(now) if is_away else not self._cleared(now)

    def _raised(self, now: datetime) -> bool:
        is_done = not _mark_told() or self._tell(now)
        if not is_done:
            _unmark_told()
        return is_done

    def _cleared(self, now: datetime) -> bool:
        is_done = not _unmark_told() or self._tell(now)
        if not is_done:
            _keep_told()
        return is_done

    def _tell(self, now: datetime) -> bool:
        """Is nobody left to be told? Who has not taken it is told again, later and later, as of every alert."""
        change = self._last
        assert change is not None
        alert, policy = Alert.DATABASE_DOWN, settings.NOTICE_POLICY
        body = notice_body(alert, change.is_away, {}, now)
        facts = {"alert": str(alert), "raised": change.is_away}
        if not change.attempts:
            words = alert.sentence if change.is_away else "database is back"
            logger.error(words, extra=facts)
        channels: dict[Notice.Channel, Callable[[], None]] = {}
        if policy.webhook:
            channels[Notice.Channel.WEBHOOK] = partial(post, policy.webhook, change.id, body, now)
        if policy.emails:
            channels[Notice.Channel.EMAIL] = partial(send_mail_of, body)
        for channel in channels.keys() - change.taken:
            try:
                channels[channel]()
                change.taken.add(channel)
            except (WebhookFailed, smtplib.SMTPException, OSError) as error:
                more = {"channel": channel, "reason": type(error).__name__}
                logger.warning("notice not taken", extra={**facts, **more})
        pause = min(RETRY_SECONDS * 2**change.attempts, RETRY_MAX_SECONDS)
        change.attempts += 1
        change.due = self.clock.monotonic() + pause
        return change.taken >= channels.keys() or change.attempts >= ATTEMPTS


def seen_away() -> None:
    """Whoever looks at the fleet next, in whatever process, has to know that until now nobody could write."""
    with suppress(redis.RedisError, ConnectionError):
        cache.set(_AWAY_KEY, 1, _AWAY_SECONDS)


def was_away() -> bool:
    """Until a moment ago, as far as Redis can say."""
    try:
        return bool(cache.get(_AWAY_KEY))
    except (redis.RedisError, ConnectionError):
        return False


def _mark_told() -> bool:
    """False: another process has told it. Without Redis each tells."""
    try:
        return bool(cache.add(_TOLD_KEY, 1, _TOLD_SECONDS))
    except (redis.RedisError, ConnectionError):
        return True


def _keep_told() -> None:
    """It may last longer than Redis remembers: who hears of the end must still find that it was told."""
    with suppress(redis.RedisError, ConnectionError):
        cache.set(_TOLD_KEY, 1, _TOLD_SECONDS)


def _unmark_told() -> bool:
    try:
        return bool(cache.delete(_TOLD_KEY))
    except (redis.RedisError, ConnectionError):
        return True
