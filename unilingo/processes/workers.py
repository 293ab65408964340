"""Which workers and web processes are alive: each says so with a key in Redis that expires when it stops doing so."""

import logging
from typing import Any

import redis
from django.core.cache import cache

logger = logging.getLogger(__name__)

BEAT_SECONDS = 5.0
EXPIRES_SECONDS = 15
# Kept by every sign of anybody: it lapses while Redis takes no signs, and before the signs do that were given until then.
_SAID, _SAID_SECONDS = "alive-said", EXPIRES_SECONDS // 2
# Whoever gives no sign in the time in which signs lapse is missed, from when they are taken again.
_NEW, _NEW_SECONDS = "alive-new", EXPIRES_SECONDS


def say_alive(role: str, name: str, facts: Any) -> None:
    """`role` is `worker`, `web` or `housekeeping`. Without Redis nobody hears it, and nothing else happens."""
    try:
        cache.set(f"alive:{role}:{name}", facts, EXPIRES_SECONDS)
        if cache.add(_SAID, 1, _SAID_SECONDS):
            cache.set(_NEW, 1, _NEW_SECONDS)
        else:
            cache.touch(_SAID, _SAID_SECONDS)
    except (redis.RedisError, ConnectionError) as error:
        logger.debug("not said to be alive", extra={"reason": type(error).__name__})


def facts_of(role: str) -> dict[str, Any] | None:
    """What each living process of the role has said last, by its name; None when Redis is away."""
    prefix = f"alive:{role}:"
    try:
        keys = list(cache.iter_keys(f"{prefix}*"))  # type: ignore[attr-defined]  # django-redis
        found = cache.get_many(keys)
        return {key.removeprefix(prefix): facts for key, facts in sorted(found.items())}
    except (redis.RedisError, ConnectionError):
        return None


def alive(role: str = "worker") -> int | None:
    """How many processes of the role are alive; None when Redis is away."""
    found = facts_of(role)
    return None if found is None else len(found)


def are_signs_new() -> bool:
    """Redis takes signs again since a moment ago, so whoever is missed may only not have said so yet."""
    try:
        return bool(cache.get(_NEW))
    except (redis.RedisError, ConnectionError):
        return True
