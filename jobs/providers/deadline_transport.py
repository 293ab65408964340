"""HTTP with a bound on the whole call: httpx2 itself bounds each read only, so a dripping body never ends.

At the deadline, or when the transport is closed, the call's socket is shut down. That ends whatever the
calling thread is waiting for, at once; only connecting has its own timeout.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2

from unilingo.common import sockets

# Events of httpcore2's documented "trace" extension; each returns the connection's current stream.
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")


class DeadlineTransport(httpx2.HTTPTransport):
    """A call that is cut raises httpx2.ReadTimeout.

    Connections are not kept for the next call: a reused one that the server has just closed would fail
    a call that may have been paid for, and a handshake is little beside the seconds a model takes.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(limits=httpx2.Limits(max_keepalive_connections=0))
        self._seconds = seconds
        self._calls: set[_Call] = set()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        call = _Call(self._seconds, self._calls)
        request.extensions = {**request.extensions, "trace": call.trace}
        try:
            with call.cut_means_timeout():
                response = super().handle_request(request)
        except BaseException:
            call.end()
            raise
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Body(response.stream, call)
        return response

    def close(self) -> None:
        for call in list(self._calls):
            call.cut()
        super().close()


class _Call:
    """One request until its body has been read."""

    def __init__(self, seconds: float, calls: "set[_Call]") -> None:
        self._socket: socket.socket | None = None
        self.is_cut = False
        self._calls = calls
        self._calls.add(self)
        self._timer = threading.Timer(seconds, self.cut)
        self._timer.daemon = True
        self._timer.start()

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_cut:
                self.cut()

    def cut(self) -> None:
        self.is_cut = True
        if self._socket is not None:
            sockets.cut(self._socket)

    def end(self) -> None:
        self._timer.cancel()
        self._calls.discard(self)

    @contextmanager
    def cut_means_timeout(self) -> Iterator[None]:
        try:
            yield
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            # Nothing has been sent yet, which the caller has to know.
            raise
        except httpx2.TransportError as error:
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
