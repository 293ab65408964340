"""The only reader of the environment. A value that makes no sense stops the start with one line that names it."""

import hashlib
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit

import environ
from redis.connection import SSLConnection

T = TypeVar("T")

_env = environ.Env()

# A unix socket's path must fit into sockaddr_un, 104 bytes on macOS and 108 on Linux.
_SOCKET_PATH_BYTES = 100


class BadSetting(SystemExit):
    """Raised at start for a value that cannot be used; Python prints its text and exits with 1."""


def refuse(name: str, why: str) -> NoReturn:
    raise BadSetting(f"unilingo: {name} {why}")


def _read(name: str, default: T, convert: Callable[[str], T], expected: str) -> T:
    raw = _env.str(name, default="").strip()
    if raw == "":
        return default
    try:
        return convert(raw)
    except ValueError:
        refuse(name, f"must be {expected}, not {raw[:40]!r}")


def text(name: str, default: str = "") -> str:
    return _read(name, default, str, "text")


def secret(name: str, default: str = "") -> str:
    """NAME, or the content of the file that NAME_FILE names."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        refuse(f"{name}_FILE", "names a file that cannot be read")


def flag(name: str, default: bool) -> bool:
    def convert(raw: str) -> bool:
        words = {"1": True, "true": True, "yes": True, "on": True}
        words |= {"0": False, "false": False, "no": False, "off": False}
        if raw.lower() not in words:
            raise ValueError
        return words[raw.lower()]

    return _read(name, default, convert, "true or false")


def integer(name: str, default: int, *, at_least: int = 0, at_most: int = 2**31) -> int:
    def convert(raw: str) -> int:
        value = int(raw)
        if not at_least <= value <= at_most:
            raise ValueError
        return value

    bound = f" up to {at_most}" if at_most < 2**31 else ""
    return _read(name, default, convert, f"a whole number from {at_least}{bound}")


def number(name: str, default: float, *, above: float = 0.0) -> float:
    def convert(raw: str) -> float:
        value = float(raw)
        if not above < value < 1e9:
            raise ValueError
        return value

    return _read(name, default, convert, f"a number above {above:g}")


def listing(name: str, default: tuple[str, ...] = ()) -> list[str]:
    raw = text(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else list(default)


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    def convert(raw: str) -> str:
        if raw.lower() not in options:
            raise ValueError
        return raw.lower()

    return _read(name, default, convert, "one of " + ", ".join(options))


def url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    def convert(raw: str) -> str:
        parts = urlsplit(raw)
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise ValueError
        _ = parts.port  # raises ValueError for a port that is not a number
        return raw

    return _read(
        name,
        default,
        convert,
        "an address that starts with " + " or ".join(f"{s}://" for s in schemes),
    )


def data_dir() -> Path:
    path = Path(text("DATA_DIR", ".data")).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        refuse("DATA_DIR", "names a folder that cannot be made")
    return path


def embedded_socket(data: Path) -> Path:
    """Where the embedded server of this data folder listens: the same answer in every process."""
    path = data / "redis" / "server.sock"
    if len(bytes(path)) <= _SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(bytes(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"unilingo-{name}" / "server.sock"


def secret_key(data: Path) -> str:
    """SECRET_KEY, else one made once for this data folder and kept there."""
    given = secret("SECRET_KEY")
    if given:
        return given
    path = data / "secret-key"
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


def database(data: Path) -> dict[str, Any]:
    """DATABASE_URL as Django's settings; without it a SQLite file in the data folder."""
    default = f"sqlite:///{data / 'db.sqlite3'}"
    address = url("DATABASE_URL", default, ("sqlite", "postgres", "postgresql"))
    config: dict[str, Any] = environ.Env.db_url_config(address)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # docs/decisions/0003: WAL, one writer at a time behind a fair lock, connections kept by their threads.
        pragmas = (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "temp_store=MEMORY",
            "mmap_size=134217728",
            "cache_size=-20000",
        )
        return config | {
            "ENGINE": "unilingo.sqlite",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": ";".join(f"PRAGMA {pragma}" for pragma in pragmas),
            },
        }
    return config | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}


def redis_url(data: Path) -> str:
    default = f"unix://{embedded_socket(data)}"
    return url("REDIS_URL", default, ("redis", "rediss", "unix"))


def broker_url(redis_address: str) -> str:
    """The same server in kombu's words, whose scheme for a unix socket differs."""
    return redis_address.replace("unix://", "redis+socket://", 1)


def redis_client_arguments(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """What redis-py parsed from an address, as arguments of `redis.Redis`."""
    arguments = {
        name: value for name, value in parsed.items() if name not in ("path", "connection_class")
    }
    if "path" in parsed:
        arguments["unix_socket_path"] = parsed["path"]
    elif parsed.get("connection_class") is SSLConnection:
        arguments["ssl"] = True
    return arguments


def is_set(name: str) -> bool:
    return text(name) != ""


@dataclass(frozen=True, slots=True)
class JobPolicy:
    """How often and how long a job is tried. A lease is how long a silent worker keeps its job."""

    max_attempts: int
    retry_base_seconds: float
    retry_max_seconds: float
    lease_seconds: float


def job_policy() -> JobPolicy:
    return JobPolicy(
        max_attempts=integer("JOB_MAX_ATTEMPTS", 3, at_least=1, at_most=100),
        retry_base_seconds=number("RETRY_BASE_SECONDS", 2.0),
        retry_max_seconds=number("RETRY_MAX_SECONDS", 30.0),
        lease_seconds=number("JOB_LEASE_SECONDS", 15.0, above=0.5),
    )


@dataclass(frozen=True, slots=True)
class JwtPolicy:
    """Whose tokens are accepted: HS256 by `secret`, RS256 and ES256 by the keys at `jwks_url`."""

    secret: str
    jwks_url: str
    audience: str
    issuer: str


def jwt_policy(secret_key: str) -> JwtPolicy:
    own = hashlib.sha256(b"jwt:" + secret_key.encode()).hexdigest()
    given = secret("JWT_SECRET", own)
    if len(given) < 32:
        refuse("JWT_SECRET", "must have at least 32 characters")
    return JwtPolicy(
        secret=given,
        jwks_url=url("JWT_JWKS_URL", "", ("http", "https")),
        audience=text("JWT_AUDIENCE"),
        issuer=text("JWT_ISSUER"),
    )
