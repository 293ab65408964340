"""How often a job is tried, how often one may ask, and whose tokens are accepted, as the environment says."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from unilingo.configuration import env


@dataclass(frozen=True, slots=True)
class JobPolicy:
    """How often and how long a job is tried. A lease is how long a silent worker keeps its job."""

    max_attempts: int
    retry_base_seconds: float
    retry_max_seconds: float
    lease_seconds: float


def job_policy() -> JobPolicy:
    return JobPolicy(
        max_attempts=env.integer("JOB_MAX_ATTEMPTS", 3, at_least=1, at_most=100),
        retry_base_seconds=env.number("RETRY_BASE_SECONDS", 2.0),
        retry_max_seconds=env.number("RETRY_MAX_SECONDS", 30.0),
        lease_seconds=env.number("JOB_LEASE_SECONDS", 15.0, above=0.5),
    )


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """Requests in `seconds`; 0: no limit."""

    per_user: int
    per_address: int
    seconds: int


def request_limits() -> dict[str, RequestLimit]:
    ai = env.integer("USER_LIMIT_AI", 20), env.integer("ADDRESS_LIMIT_AI", 200)
    spoken = (
        env.integer("USER_LIMIT_PRONUNCIATION", 10),
        env.integer("ADDRESS_LIMIT_PRONUNCIATION", 100),
    )
    upload = env.integer("USER_LIMIT_UPLOAD", 15), env.integer("ADDRESS_LIMIT_UPLOAD", 150)
    general = env.integer("USER_LIMIT_GENERAL", 600), env.integer("ADDRESS_LIMIT_GENERAL", 6000)
    return {
        "ai": RequestLimit(*ai, seconds=60),
        "pronunciation": RequestLimit(*spoken, seconds=60),
        "upload": RequestLimit(*upload, seconds=60),
        "general": RequestLimit(*general, seconds=900),
    }


@dataclass(frozen=True, slots=True)
class JwtPolicy:
    """Whose tokens are accepted: HS256 by `secret` or one that it has replaced, RS256 and ES256 by the keys at `jwks_url`."""

    secret: str
    previous: tuple[str, ...]
    jwks_url: str
    audience: str
    issuer: str

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.secret, *self.previous)


def jwt_policy(secret_key: str, fallbacks: Sequence[str]) -> JwtPolicy:
    """Without JWT_SECRET tokens are signed by what follows from SECRET_KEY, and go on with it when that is replaced."""
    given = env.secret("JWT_SECRET", _jwt_secret(secret_key))
    previous = [*env.secrets_of("JWT_SECRET_PREVIOUS"), *map(_jwt_secret, fallbacks)]
    for name, values in (("JWT_SECRET", [given]), ("JWT_SECRET_PREVIOUS", previous)):
        if any(len(value) < 32 for value in values):
            env.refuse(name, "must have at least 32 characters")
    return JwtPolicy(
        secret=given,
        previous=tuple(previous),
        jwks_url=env.url("JWT_JWKS_URL", "", ("http", "https")),
        audience=env.text("JWT_AUDIENCE"),
        issuer=env.text("JWT_ISSUER"),
    )


def _jwt_secret(secret_key: str) -> str:
    return hashlib.sha256(b"jwt:" + secret_key.encode()).hexdigest()
