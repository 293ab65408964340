"""What may go wrong between us and a receiver ends in WebhookFailed, soon."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from time import monotonic

import pytest

from tests.receiver import running_receiver
from unilingo.common import webhook
from unilingo.common.webhook import Receiver, WebhookFailed, post

NOW = datetime(2026, 11, 28, tzinfo=UTC)


@contextmanager
def _dripping(beginning: bytes, drop: bytes) -> Iterator[str]:
    """A server that answers with `beginning`, and then with `drop` again and again for as long as somebody reads."""

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection, suppress(OSError):
            connection.sendall(beginning)
            while not done.wait(0.05):
                connection.sendall(drop)

    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}/"
        done.set()
        thread.join()


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example", "a\x00b"])
def test_a_name_that_cannot_be_one_fails_like_one_without_an_address(host: str) -> None:
    with pytest.raises(WebhookFailed, match="no address"):
        post(Receiver(f"http://{host}/", ["secret"], True), "id", {}, NOW)


def test_an_address_may_hold_any_letters() -> None:
    with running_receiver() as receiver:
        post(Receiver(f"{receiver.url}&wer=Jürgen Ω", ["secret"], True), "id", {}, NOW)

        assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    ("scheme", "beginning", "drop"),
    [
        ("http", b"HTTP/1.1 200 ", b"x"),
        ("http", b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        # The head of a TLS record, and the record comes in single bytes.
        ("https", b"\x16\x03\x03\x40\x00", b"\x02"),
    ],
)
def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, scheme: str, beginning: bytes, drop: bytes
) -> None:
    monkeypatch.setattr(webhook, "ANSWER_SECONDS", 0.3)
    began = monotonic()

    with _dripping(beginning, drop) as place, suppress(WebhookFailed):
        post(Receiver(f"{scheme}://{place}", ["secret"], True), "id", {}, NOW)

    assert monotonic() - began < 3
