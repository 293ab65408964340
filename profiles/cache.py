"""What was read of a learner, remembered in Redis (django-redis) under the version that it was read at.

The versions are columns of the profile and move with each write, so a write is seen by every process at its commit,
also one that came while the old state was being read, and also when Redis was away at that moment. What is remembered
under an old version is never asked for again and expires.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django_redis import get_redis_connection
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import LockError, RedisError

from profiles.models import Profile

logger = logging.getLogger(__name__)

AWAY = (ConnectionInterrupted, RedisError)
# Who reads holds the lock so long at most; the others wait a little longer and then read themselves.
LOCK_SECONDS = 10
WAIT_SECONDS = 12
POLL_SECONDS = 0.02
_GLOB = re.compile(r"[\\*?\[\]^-]")


def profile_key(profile: Profile) -> str:
    return f"profile:{_of(profile)}:{profile.profile_version}"


def manifest_key(profile: Profile) -> str:
    return f"manifest:{_of(profile)}:{profile.manifest_version}"


def manifest_version_key(profile: Profile) -> str:
    """Of the manifest's hash alone, for who asks only whether it has changed."""
    return f"{manifest_key(profile)}:version"


def get_or_read(key: str, seconds: int, read: Callable[[], Any]) -> tuple[Any, bool]:
    """What is remembered under the key, else what `read` says; and whether it was remembered.

    However many ask at once, one reads and the others wait for it. Without Redis, and for 0 seconds, everybody reads.
    """
    if not seconds:
        return read(), False
    try:
        known = cache.get(key)
    except AWAY as error:
        _log(error)
        return read(), False
    if known is not None:
        return known, True
    with _one_at_a_time(key):
        known = _get(key)
        if known is not None:
            return known, True
        found = read()
        _set(key, found, seconds)
        return found, False


def forget(user_id: str) -> None:
    """Drop what is remembered of somebody who left, under every version. While Redis is away it stays there, unreadable,
    until it expires; so does what somebody is writing at this moment.
    """
    name = _GLOB.sub(r"\\\g<0>", user_id)
    try:
        for kind in ("profile", "manifest"):
            cache.delete_pattern(f"{kind}:{name}:*")  # type: ignore[attr-defined]  # django-redis's
        if settings.REDIS_IS_EMBEDDED:
            get_redis_connection().bgrewriteaof()  # it would stay in the file of all writes
    except AWAY as error:
        _log(error)


def _of(profile: Profile) -> str:
    # A learner who left and came back begins at version 0 again.
    return f"{profile.user_id}:{profile.created_at.timestamp()}"


@contextmanager
def _one_at_a_time(key: str) -> Iterator[None]:
    lock = cache.lock(  # type: ignore[attr-defined]  # django-redis's
        f"{key}:lock", timeout=LOCK_SECONDS, sleep=POLL_SECONDS, blocking_timeout=WAIT_SECONDS
    )
    try:
        held = lock.acquire()
    except AWAY as error:
        _log(error)
        held = False
    try:
        yield
    finally:
        if held:
            try:
                lock.release()
            except LockError:
                pass  # it took so long that the lock has gone to another
            except AWAY as error:
                _log(error)


def _get(key: str) -> Any:
    try:
        return cache.get(key)
    except AWAY as error:
        _log(error)
        return None


def _set(key: str, found: Any, seconds: int) -> None:
    try:
        cache.set(key, found, seconds)
    except AWAY as error:
        _log(error)


def _log(error: Exception) -> None:
    logger.warning("profile cache not used", extra={"reason": type(error).__name__})
