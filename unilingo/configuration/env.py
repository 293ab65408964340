"""The only reader of the environment. A value that makes no sense stops the start with one line that names it."""

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from redis.connection import parse_url

T = TypeVar("T")

MOST_DOLLARS = 999_999

# Set for a library, before anything imports it: onnxruntime would keep an id in the home folder and tell its maker.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")


class BadSetting(SystemExit):
    """Raised at start for a value that cannot be used; Python prints its text and exits with 1."""


def refuse(name: str, why: str) -> NoReturn:
    raise BadSetting(f"unilingo: {name} {why}")


def _read(name: str, default: T, convert: Callable[[str], T], expected: str) -> T:
    # Not through environ.Env: that takes a value which starts with $ for the name of another variable.
    raw = os.environ.get(name, "").strip()
    if raw == "":
        return default
    try:
        return convert(raw)
    except ValueError:
        refuse(name, f"must be {expected}")


def text(name: str, default: str = "") -> str:
    return _read(name, default, str, "text")


def secret(name: str, default: str = "") -> str:
    """NAME, or the content of the file that NAME_FILE names."""
    path = text(f"{name}_FILE")
    if not path:
        return text(name, default)
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        refuse(f"{name}_FILE", "names a file that cannot be read")
    if not content:
        refuse(f"{name}_FILE", "names a file that is empty")
    return content


def secrets_of(name: str) -> list[str]:
    """Several secrets by commas, as `secret` reads one."""
    return [part.strip() for part in secret(name).split(",") if part.strip()]


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


def number(name: str, default: float, *, above: float = 0.0, at_most: float = 1e9) -> float:
    def convert(raw: str) -> float:
        value = float(raw)
        if not above < value <= at_most:
            raise ValueError
        return value

    bound = f" up to {at_most:g}" if at_most < 1e9 else ""
    return _read(name, default, convert, f"a number above {above:g}{bound}")


def dollars(name: str, default: Decimal | None) -> Decimal | None:
    """None, written `none`: no limit."""

    def convert(raw: str) -> Decimal | None:
        if raw.lower() == "none":
            return None
        try:
            value = Decimal(raw)
        except InvalidOperation as error:
            raise ValueError from error
        if not (value.is_finite() and 0 <= value < MOST_DOLLARS):
            raise ValueError
        return value

    return _read(name, default, convert, f"none, or dollars below {MOST_DOLLARS}")


def price(name: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """Dollars per million tokens: read, read from a cache, and written. `0`: it costs nothing."""

    def convert(raw: str) -> tuple[Decimal, Decimal, Decimal]:
        try:
            values = [Decimal(part.strip()) for part in raw.split(",")]
        except InvalidOperation as error:
            raise ValueError from error
        if not all(value.is_finite() and 0 <= value < MOST_DOLLARS for value in values):
            raise ValueError
        if values == [0]:
            values *= 3
        read, cached, written = values
        return read, cached, written

    expected = "0, or dollars per million tokens: read,cached,written, as in 0.15,0.075,0.60"
    return _read(name, None, convert, expected)


def listing(name: str, default: tuple[str, ...] = ()) -> list[str]:
    raw = text(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else list(default)


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    def convert(raw: str) -> str:
        if raw.lower() not in options:
            raise ValueError
        return raw.lower()

    return _read(name, default, convert, "one of " + ", ".join(options))


def choices(name: str, default: tuple[str, ...], options: tuple[str, ...]) -> list[str]:
    """Several by commas, in their order."""

    def convert(raw: str) -> list[str]:
        given = [word.strip().lower() for word in raw.split(",")]
        if not set(given) <= set(options) or len(set(given)) < len(given):
            raise ValueError
        return given

    return _read(
        name, list(default), convert, "one or several, by commas, of " + ", ".join(options)
    )


def json_object(name: str) -> dict[str, Any]:
    def convert(raw: str) -> dict[str, Any]:
        found = json.loads(raw)
        if not isinstance(found, dict):
            raise ValueError
        return found

    return _read(name, {}, convert, "a JSON object")


def hosts(name: str, default: tuple[str, ...]) -> list[str]:
    found = listing(name, default)
    if any(set(host) & set("/ @?#") for host in found):
        refuse(name, "must be host names, as in example.org,.example.org")
    return found


def origins(name: str) -> list[str]:
    """Origins as browsers send them: scheme and host, no path."""
    found = listing(name)
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != origin:
            refuse(name, "must be origins, as in https://app.example.org,http://localhost:8081")
    return found


# With these schemes an address without a host means nothing.
_NETWORK = ("http", "https", "ws", "wss", "redis", "rediss", "amqp", "amqps")


def url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    return _address(name, text(name), schemes) or default


def secret_url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    """An address that may hold a password, and so may come from a file."""
    return _address(name, secret(name), schemes) or default


def _address(name: str, given: str, schemes: tuple[str, ...]) -> str:
    if not given:
        return ""
    try:
        parts = urlsplit(given)
        place = parts.hostname if parts.scheme in _NETWORK else parts.netloc or parts.path
        _ = parts.port  # raises ValueError for a port that is not a number
        if parts.scheme in ("redis", "rediss", "unix"):
            parse_url(given)  # type: ignore[no-untyped-call]
    except ValueError:
        place = None
    if not place or parts.scheme not in schemes:
        starts = " or ".join(f"{scheme}://" for scheme in schemes)
        refuse(name, f"must be an address that starts with {starts}")
    return given


def proxies() -> dict[str, str]:
    """By the scheme of what is asked for through them, as HTTPS_PROXY, HTTP_PROXY or ALL_PROXY says; `no`: what NO_PROXY does."""
    given = getproxies_environment()
    found = {"no": given.get("no", "")}
    # What stands for all is often of another kind, and is not asked for where each has its own.
    schemes = ("http", "https") if {"http", "https"} <= given.keys() else ("http", "https", "all")
    for scheme in schemes:
        if address := given.get(scheme, ""):
            address = address if "://" in address else f"http://{address}"
            found[scheme] = _address(f"{scheme.upper()}_PROXY", address, ("http", "https"))
    return found


def folder(name: str, default: Path) -> Path:
    def convert(raw: str) -> Path:
        try:
            return Path(raw).expanduser()
        except RuntimeError as error:
            raise ValueError from error

    return _read(name, default, convert, "a folder; nobody of the name behind ~ is known here")


def monitoring_token() -> str:
    token = secret("MONITORING_TOKEN")
    if token.count(".") == 2:
        refuse("MONITORING_TOKEN", "must not have two dots: it would be taken for a JWT")
    return token


def data_dir() -> Path:
    """Everything in it, and whatever else this process makes, is for its own account alone: there are keys and texts in it."""
    os.umask(0o077)
    path = folder("DATA_DIR", Path(".data")).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        close_to_others(path)
        tempfile.TemporaryFile(dir=path).close()
    except OSError:
        refuse("DATA_DIR", "names a folder that cannot be written to")
    return path


def close_to_others(*paths: Path) -> None:
    """What is ours and was left open, by an earlier version or by hand; what is somebody else's stays as it is."""
    for found in paths:
        if found.stat().st_uid == os.geteuid() and found.stat().st_mode & 0o077:
            found.chmod(0o700 if found.is_dir() else 0o600)


def secret_key(data: Path) -> str:
    """SECRET_KEY, else one made once for this data folder and kept there."""
    given = secret("SECRET_KEY")
    if given:
        return given
    try:
        with open(data / "secret-key", "a+", encoding="ascii", opener=_for_us_alone) as file:
            # Several processes start at once: the first one writes, the others wait and read.
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            kept = file.read()
            if not kept:
                kept = secrets.token_urlsafe(48)
                file.write(kept)
            return kept
    except (OSError, ValueError):
        refuse("DATA_DIR", "holds a file secret-key that cannot be used")


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def for_child(**changes: str) -> dict[str, str]:
    """The environment as a child process gets it."""
    return {**os.environ, **changes}


def is_set(name: str) -> bool:
    return text(name) != "" or text(f"{name}_FILE") != ""
