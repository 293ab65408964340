"""Posting to an address that somebody has configured: signed as https://www.standardwebhooks.com says, and never inwards.

A name is resolved once, every address it has is looked at, and that address is called: so neither a name of our own
network nor one that changes its mind between the look and the call reaches what only we can reach. Redirects are
not followed.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import os
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

from unilingo.common import sockets

TIMEOUT_SECONDS = 5.0
# For a call from its beginning to its status, however often something comes in between.
ANSWER_SECONDS = 10.0
# A secret that is written so holds its bytes in base64; another one is its own text.
SECRET_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class Receiver:
    """`secrets`: each signs, the newest first. `allows_private`: an address inside our own network may be called."""

    url: str
    secrets: Sequence[str]
    allows_private: bool = False


class WebhookFailed(Exception):
    """Not taken: the address is not allowed, nobody answered, or the answer was no 2xx. Its text names no address."""


class _Connection(http.client.HTTPConnection):
    """Speaks to `address`, which was looked at, under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self._address = address
        self._context = context

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), TIMEOUT_SECONDS)
        if self._context is None:
            self.sock = plain
            return
        self.sock = self._context.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()

    def cut(self) -> None:
        if self.sock:
            sockets.cut(self.sock)


def post(to: Receiver, message_id: str, body: Mapping[str, Any], now: datetime) -> None:
    """Raises WebhookFailed."""
    parts = urlsplit(to.url)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    host = parts.hostname or ""
    address = _address_of(host, port, allows_private=to.allows_private)
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    connection = _Connection(host, port, address, ssl.create_default_context() if is_tls else None)
    path = iri_to_uri((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    deadline = threading.Timer(ANSWER_SECONDS, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", path, content, headers(to.secrets, message_id, content, now))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise WebhookFailed(type(error).__name__) from error
    finally:
        deadline.cancel()
        connection.close()
    if not 200 <= status < 300:
        raise WebhookFailed(f"status {status}")


def headers(
    secrets: Sequence[str], message_id: str, content: bytes, now: datetime
) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), content))
    digests = (hmac.new(_key(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "UniLingo",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(d).decode()}" for d in digests),
    }


def new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(os.urandom(24)).decode()


def _key(secret: str) -> bytes:
    if not secret.startswith(SECRET_PREFIX):
        return secret.encode()
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX))


def _address_of(host: str, port: int, *, allows_private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise WebhookFailed("the name has no address") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allows_private and not all(map(is_public, addresses)):
        raise WebhookFailed("the address is not a public one")
    return addresses[0]


def is_public(address: str) -> bool:
    """A globally routable unicast address, also behind an IPv6 spelling of an IPv4 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
