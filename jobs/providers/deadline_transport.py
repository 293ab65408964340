"""HTTP with a bound on its silence and on the whole call: httpx2 itself bounds each read only, so a dripping body never ends.

A call is cut when nothing worth waiting for was heard of it for so long, at its end, or when the transport is closed.
Then its socket is shut down, which ends whatever the calling thread is waiting for, at once; only connecting has its
own timeout, and what fails until then has cost nothing. What is worth waiting for says the reader: without a word of
it, the silence bounds the whole call.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpcore2
import httpx2

from jobs.errors import AttemptFailed, ConnectionLost, ProviderTimeout, ProviderUnavailable
from jobs.providers.connect_ahead import ConnectAhead
from unilingo.common import sockets

# Events of httpcore2's documented "trace" extension; each returns the connection's current stream.
_CONNECTED = (
    *("connection.connect_tcp.complete", "connection.start_tls.complete"),
    "proxy.start_tls.complete",
)
# Of one; what a proxy is asked for a tunnel by is one too.
_SENDING = "http11.send_request_headers.started"


class DeadlineTransport(httpx2.HTTPTransport):
    """A call that is cut raises httpx2.ReadTimeout. A response has `extensions["heard"]()`, to be called for every piece.

    Connections are not kept for the next call: a reused one that the server has just closed would fail
    a call that may have been paid for, and a handshake is little beside the seconds a model takes.
    """

    def __init__(self, silence_seconds: float, call_seconds: float, ahead: ConnectAhead) -> None:
        super().__init__(verify=ahead.tls)
        self._pool = _pool(ahead)
        self.ahead = ahead
        self._seconds = silence_seconds, call_seconds
        self._calls: set[_Call] = set()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        call = _Call(*self._seconds, self._calls)
        request.extensions = {**request.extensions, "trace": call.trace}
        try:
            with call.cut_means_timeout():
                response = super().handle_request(request)
        except BaseException:
            call.end()
            raise
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Body(response.stream, call)
        response.extensions["heard"] = call.heard
        return response

    def close(self) -> None:
        for call in list(self._calls):
            call.cut()
        super().close()


def _pool(ahead: ConnectAhead) -> httpcore2.ConnectionPool:
    how: dict[str, Any] = {
        "ssl_context": ahead.tls,
        "max_connections": None,
        "max_keepalive_connections": 0,
        "network_backend": ahead,
    }
    if ahead.proxy is None:
        return httpcore2.ConnectionPool(**how)
    if ahead.proxy.url.scheme == "https":
        how["proxy_ssl_context"] = ahead.tls
    return httpcore2.HTTPProxy(str(ahead.proxy.url), ahead.proxy.raw_auth, **how)


class _Call:
    """One request until its body has been read."""

    def __init__(self, silence: float, longest: float, calls: "set[_Call]") -> None:
        self._socket: socket.socket | None = None
        self._is_sent = False
        self.is_cut = False
        self._calls = calls
        self._calls.add(self)
        self._silence = silence
        self._last = monotonic() + longest
        self._ended = threading.Event()
        self.heard()
        threading.Thread(target=self._watch, daemon=True).start()

    def heard(self) -> None:
        self._until = min(monotonic() + self._silence, self._last)

    def _watch(self) -> None:
        while (left := self._until - monotonic()) > 0:
            if self._ended.wait(left):
                return
        self.cut()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_cut:
                self.cut()
        if event == _SENDING:
            self._is_sent = info["request"].method != b"CONNECT"

    def cut(self) -> None:
        self.is_cut = True
        if self._socket is not None:
            sockets.cut(self._socket)

    def end(self) -> None:
        self._ended.set()
        self._calls.discard(self)

    @contextmanager
    def cut_means_timeout(self) -> Iterator[None]:
        try:
            yield
        except httpx2.ProxyError:
            raise  # it refuses the tunnel
        except httpx2.TransportError as error:
            if not self._is_sent:
                is_late = isinstance(error, httpx2.TimeoutException)
                kind = httpx2.ConnectTimeout if is_late else httpx2.ConnectError
                raise kind("Nothing has been sent.") from error
            if self.is_cut:
                raise httpx2.ReadTimeout("The call was cut.") from error
            raise


class _Body(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, call: _Call) -> None:
        self._stream = stream
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        with self._call.cut_means_timeout():
            yield from self._stream
            # A body without a length ends cleanly where it was cut.
            if self._call.is_cut:
                raise httpx2.ReadError("The call was cut.")

    def close(self) -> None:
        self._call.end()
        self._stream.close()


def broken_off(error: Exception, provider: str) -> AttemptFailed:
    """What httpx2 raises where no whole answer came, as our error."""
    failure: AttemptFailed = ProviderUnavailable()
    if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError | httpx2.WriteError):
        failure = ConnectionLost()
    if isinstance(error, httpx2.ReadTimeout | httpx2.WriteTimeout):
        failure = ProviderTimeout()
    failure.add_note(f"{provider}: {type(error).__name__}")
    return failure
