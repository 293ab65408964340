"""A connection that is open before its call is admitted: a call then arrives when it was admitted.

It is opened where httpcore2 opens any: in its network backend. https://www.encode.io/httpcore/network-backends/
"""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpcore2
import httpx2

from jobs.providers.proxies import Proxies, proxy_of
from resilience import sending

# Where nobody answers, each call would wait twice; so long nothing is opened ahead of it.
REST_SECONDS = 30.0


class ConnectAhead(httpcore2.SyncBackend):
    """To one server; safe for threads. What cannot be opened ahead the call opens, and tells why it cannot."""

    def __init__(self, url: str, seconds: float, proxies: Proxies) -> None:
        self.tls = httpx2.create_ssl_context()
        self.tls.set_alpn_protocols(["http/1.1"])
        self._url = httpx2.URL(url)
        # What is opened ahead leads to it; the tunnel and the TLS in that are the call's.
        self.proxy = proxy_of(self._url, proxies)
        if self.proxy:
            self._url = self.proxy.url
        self._seconds = seconds
        self._mine = threading.local()
        self._rests_until = 0.0

    @contextmanager
    def opened(self) -> Iterator[None]:
        """For the next connection of this thread. What it does not take is closed."""
        self._mine.stream = self._open()
        try:
            yield
        finally:
            if stream := self._taken():
                stream.close()

    def connect_tcp(self, *to: Any, **by: Any) -> httpcore2.NetworkStream:
        stream = self._taken()
        if not (stream and _is_alive(stream)):
            stream = super().connect_tcp(*to, **by)
        return _Request(stream, self._seconds)

    def _taken(self) -> httpcore2.NetworkStream | None:
        stream, self._mine.stream = getattr(self._mine, "stream", None), None
        return stream

    def _open(self) -> httpcore2.NetworkStream | None:
        if monotonic() < self._rests_until:
            return None
        host, is_tls = self._url.raw_host.decode(), self._url.scheme == "https"
        try:
            port = self._url.port or (443 if is_tls else 80)
            stream = super().connect_tcp(host, port, self._seconds)
            return stream.start_tls(self.tls, host, self._seconds) if is_tls else stream
        except (httpcore2.NetworkError, httpcore2.TimeoutException, ValueError):
            self._rests_until = monotonic() + REST_SECONDS
            return None


class _Request(httpcore2.NetworkStream):
    """What the pool takes for a bare connection, though TLS may be agreed on. Its one request, which the pool writes head
    first, is sent in one piece, for which it is early enough or not; one for a tunnel comes before it, and is answered in
    as many `seconds` as connecting may take.
    """

    def __init__(self, stream: httpcore2.NetworkStream, seconds: float) -> None:
        self._stream = stream
        self._seconds = seconds
        self._has_tls = bool(stream.get_extra_info("ssl_object"))
        self._head: bytes | None = None
        self._is_sent = False

    def start_tls(self, *to: Any, **by: Any) -> httpcore2.NetworkStream:
        if not self._has_tls:
            self._stream = self._stream.start_tls(*to, **by)
        self._has_tls = False  # a further one is for the server behind a proxy
        return self

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._head is None:
            self._head = buffer
            return
        if self._head.startswith(b"CONNECT "):
            buffer, self._head = self._head + buffer, None
        elif not self._is_sent:
            sending.begins()
            self._is_sent, buffer = True, self._head + buffer
        self._stream.write(buffer, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout if self._is_sent else self._seconds)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _is_alive(stream: httpcore2.NetworkStream) -> bool:
    """Reads, as what TLS 1.3 sends after its handshake lies there unread and looks like an end."""
    connection = stream.get_extra_info("socket")
    connection.settimeout(0)
    try:
        connection.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        pass
    stream.close()
    return False
