"""A request as it comes in: its body, bounded, and what else Django reads of it."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager, suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings

from unilingo.http import body_limit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

DRAINED_BYTES = 64 << 20
DRAINED_SECONDS = 10.0
# Before gunicorn's own timeout (30), which lets go of the connection without a word.
SILENCE_SECONDS = 20.0
# A body may take a second longer for each of so many bytes: one that comes drop by drop has an end too.
BYTES_A_SECOND = 4096


class ClientGone(Exception):
    """The client left before its request was read."""


class BodyStalled(Exception):
    """Nothing more of the body has come for SILENCE_SECONDS, or it comes too slowly."""


class BodyUnkept(Exception):
    """There is no room for it on the disk."""

    def __init__(self, *, is_read: bool) -> None:
        self.is_read = is_read


class BodyTooLarge(Exception):
    """More bytes than unilingo.http.body_limit."""

    def __init__(self, limit: int, *, is_read: bool) -> None:
        self.limit = limit
        self.is_read = is_read


def addressed(scope: Scope) -> Scope:
    """By the path alone, also where it comes as through a proxy: the host before it then takes the place of Host.

    https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
    """
    scheme, is_absolute, rest = scope["path"].partition("://")
    if not is_absolute or scheme.lower() not in ("http", "https"):
        return scope
    host, _, path = rest.partition("/")
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    return {**scope, "path": f"/{path}", "headers": [*headers, (b"host", host.encode())]}


@contextmanager
def kept_body() -> Iterator[IO[bytes]]:
    """What is long lies on disk; closing what has found no room there says so once more."""
    body = SpooledTemporaryFile(settings.REQUEST_MAX_BYTES)  # noqa: SIM115
    try:
        yield body
    finally:
        with suppress(OSError):
            body.close()


async def read_body(scope: Scope, receive: Receive, body: IO[bytes]) -> int:
    """Fill `body`, which keeps what is long on disk. Returns how many bytes it holds."""
    size, more = 0, True
    limit = settings.REQUEST_MAX_BYTES  # which view it is, is looked up for a long body only
    now = asyncio.get_running_loop().time
    began = now()
    while more:
        slowest = began + SILENCE_SECONDS + size / BYTES_A_SECOND
        try:
            async with asyncio.timeout_at(min(slowest, now() + SILENCE_SECONDS)):
                message = await receive()
        except TimeoutError as error:
            raise BodyStalled from error
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        more = message.get("more_body", False)
        if size > limit:
            limit = limit_of(scope)
        if size > limit:
            raise BodyTooLarge(limit, is_read=not more)
        try:
            body.write(chunk)
            if not more:
                body.seek(0)  # which writes what is still in memory
        except OSError as error:
            raise BodyUnkept(is_read=not more) from error
    return size


def limit_of(scope: Scope) -> int:
    return body_limit(scope["path"], _header(scope, b"content-type"))


def expected_bytes(scope: Scope) -> int:
    """How long the body says to be; one that does not say is taken to be as long as it may."""
    if _header(scope, b"transfer-encoding"):
        return limit_of(scope)
    declared = _header(scope, b"content-length")
    return int(declared) if declared.isdigit() else 0


async def drain(scope: Scope, receive: Receive) -> None:
    """Discard what a client still sends, within bounds: one that is cut off while it sends never sees the answer."""
    if _header(scope, b"expect"):
        return  # it waits to be told whether to send
    left = DRAINED_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAINED_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                left -= len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def _header(scope: Scope, wanted: bytes) -> str:
    found = (value for name, value in scope["headers"] if name == wanted)
    return next(found, b"").decode("latin-1")


def wsgi_environ(scope: Scope, body: IO[bytes] | None = None, size: int = 0) -> dict[str, Any]:
    """The request as WSGI (PEP 3333) describes it, which Django's faster request class reads; without a body, its head."""
    host, port = scope.get("server") or ("localhost", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body or io.BytesIO(),
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue  # user_id would pass for user-id, past a gateway that sets only that
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        value = raw_value.decode("latin-1")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        joint = "; " if name == "COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    environ["CONTENT_LENGTH"] = str(size)
    return environ
