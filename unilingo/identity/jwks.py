"""The public keys of the token issuer: fetched when needed, never oftener than it can bear, kept while it is away."""

import logging
import threading

import jwt

from unilingo.common.clock import Clock

logger = logging.getLogger(__name__)

LIFESPAN_SECONDS = 300.0
# An unknown key id is free to invent, so it may cause a fetch only this often; so may an issuer that is away.
PAUSE_SECONDS = 30.0
TIMEOUT_SECONDS = 3.0


class UnknownKey(Exception):
    """The issuer has no key of this id."""


class KeysUnavailable(Exception):
    """The issuer could not be asked, and no key of its is known."""


class IssuerKeys:
    def __init__(self, url: str, clock: Clock) -> None:
        self._source = jwt.PyJWKClient(url, cache_jwk_set=False, timeout=TIMEOUT_SECONDS)
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")

    def key(self, key_id: str) -> jwt.PyJWK:
        """Raises UnknownKey, KeysUnavailable."""
        is_known = key_id in self._keys
        is_old = self._clock.monotonic() - self._fetched_at > LIFESPAN_SECONDS
        # Who has a key goes on with it while another thread asks; who has none waits for that answer.
        if (is_old or not is_known) and self._lock.acquire(blocking=not is_known):
            try:
                self._fetch()
            finally:
                self._lock.release()
        if not self._keys:
            raise KeysUnavailable
        if key_id not in self._keys:
            raise UnknownKey
        return self._keys[key_id]

    def _fetch(self) -> None:
        now = self._clock.monotonic()
        if now - self._tried_at < PAUSE_SECONDS:
            return
        self._tried_at = now
        try:
            keys = self._source.get_signing_keys()
        except (jwt.PyJWTError, OSError, ValueError) as error:
            logger.warning("issuer keys not fetched", extra={"reason": type(error).__name__})
            return
        self._keys = {key.key_id: key for key in keys if key.key_id}
        self._fetched_at = now
