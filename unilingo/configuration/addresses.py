"""Where the database, Redis, the broker and files that come in are, as the environment says."""

import glob
import hashlib
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from redis import Redis
from redis.connection import SSLConnection, parse_url

from unilingo.configuration import env

# A unix socket's path must fit into sockaddr_un, 104 bytes on macOS and 108 on Linux.
_SOCKET_PATH_BYTES = 100

# libpq's: a server that cannot be reached any more is noticed in ten seconds, not in the kernel's quarter of an hour.
_POSTGRES_TIMEOUTS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}


def embedded_socket(data: Path) -> Path:
    """Where the embedded server of this data folder listens: the same answer in every process."""
    path = data / "redis" / "server.sock"
    if len(bytes(path)) <= _SOCKET_PATH_BYTES:
        return path
    name = hashlib.sha256(bytes(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"unilingo-{name}" / "server.sock"


def database(data: Path) -> dict[str, Any]:
    """DATABASE_URL as Django's settings; without it a SQLite file in the data folder."""
    default = f"sqlite:///{data / 'db.sqlite3'}"
    address = env.secret_url("DATABASE_URL", default, ("sqlite", "postgres", "postgresql"))
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
        file = Path(config["NAME"])
        with suppress(OSError):
            env.close_to_others(*file.parent.glob(f"{glob.escape(file.name)}*"))
        return config | {
            "ENGINE": "unilingo.sqlite",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 5,
                "init_command": ";".join(f"PRAGMA {pragma}" for pragma in pragmas),
            },
        }
    if not config["NAME"]:
        env.refuse("DATABASE_URL", "must end with the name of a database")
    return config | {
        "ENGINE": "unilingo.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _POSTGRES_TIMEOUTS | config.get("OPTIONS", {}),
    }


def redis_url(data: Path) -> str:
    default = f"unix://{embedded_socket(data)}"
    address = env.secret_url("REDIS_URL", default, ("redis", "rediss", "unix"))
    try:
        Redis(**redis_client_arguments(address))
    except TypeError:
        env.refuse("REDIS_URL", "has an option that redis-py does not know")
    return address


def broker_url(redis_address: str) -> str:
    """BROKER_URL, else the same Redis, in kombu's words, whose scheme for a unix socket differs."""
    schemes = ("redis", "rediss", "unix", "amqp", "amqps")
    return env.secret_url("BROKER_URL", redis_address, schemes).replace(
        "unix://", "redis+socket://", 1
    )


_LOCAL_STORAGE = "django.core.files.storage.FileSystemStorage"
_BUCKETS = "storages.backends.s3"
# botocore's own, a minute in each of five attempts, would have a bucket that hangs hold every thread.
_BUCKET_CLIENT = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 2}}


def upload_storage(data: Path) -> dict[str, Any]:
    """Where files that come in are kept: a folder, or a class of django-storages with its options."""
    backend = env.text("UPLOAD_STORAGE", _LOCAL_STORAGE)
    try:
        storage = import_string(backend)
    except (ImportError, ImproperlyConfigured, ValueError):
        storage = None
    if not isinstance(storage, type):
        env.refuse(
            "UPLOAD_STORAGE",
            "must name a class that is installed, as in storages.backends.s3.S3Storage",
        )
    options = env.json_object("UPLOAD_STORAGE_OPTIONS")
    if backend == _LOCAL_STORAGE:
        location = env.folder("UPLOADS_DIR", data / "uploads")
        modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        options = {"location": str(location), **modes, **options}
        try:
            storage(**options)
        except TypeError:
            env.refuse("UPLOAD_STORAGE_OPTIONS", "has an option that a folder does not know")
    elif backend.startswith(_BUCKETS):
        options["client_config"] = _bucket_client(options)
    return {"BACKEND": backend, "OPTIONS": options}


def _bucket_client(options: dict[str, Any]) -> Any:
    """What django-storages makes of its options where it is given no `client_config`, with timeouts."""
    from botocore.config import Config

    made = {
        "s3": {"addressing_style": options.get("addressing_style")},
        "signature_version": options.get("signature_version"),
        "proxies": options.get("proxies"),
    }
    try:
        return Config(**(made | _BUCKET_CLIENT | options.get("client_config", {})))
    except TypeError:
        env.refuse("UPLOAD_STORAGE_OPTIONS", "has a client_config that botocore does not know")


def redis_client_arguments(address: str) -> dict[str, Any]:
    """The address as arguments of `redis.Redis`."""
    parsed: dict[str, Any] = dict(parse_url(address))  # type: ignore[no-untyped-call]
    arguments = {
        name: value for name, value in parsed.items() if name not in ("path", "connection_class")
    }
    if "path" in parsed:
        arguments["unix_socket_path"] = parsed["path"]
    elif parsed.get("connection_class") is SSLConnection:
        arguments["ssl"] = True
    return arguments


def link(name: str, part: str) -> str:
    """An address in which `part` stands for what it leads to."""
    given = env.url(name, "", ("https", "http"))
    if given and part not in given:
        env.refuse(name, f"must have {part} in it")
    return given
