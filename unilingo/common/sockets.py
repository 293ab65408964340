"""Shutting down a socket that another thread reads from."""

import socket
from contextlib import suppress


def cut(connection: socket.socket) -> None:
    """Its reader gets end of file."""
    with suppress(OSError):
        # Not SSLSocket.shutdown, which takes the TLS state away from the thread that reads.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
