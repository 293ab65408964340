"""Ending what another thread waits for."""

import socket
from contextlib import suppress


def cut(connection: socket.socket) -> None:
    """Whoever reads from it has come to its end."""
    with suppress(OSError):
        # Not SSLSocket.shutdown, which takes the TLS state away from the thread that reads.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
