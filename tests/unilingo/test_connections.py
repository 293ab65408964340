"""Clients that take their time on purpose, by real sockets: none of them holds a connection for long, nor shuts others out."""

import asyncio
import logging
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.glogging import Logger

from unilingo.server import connections
from unilingo.server.connections import Connection

HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SILENCE_SECONDS", 0.3)
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "REFUSED_SECONDS", 0.1)
    monkeypatch.setattr(Connection, "open_ones", {})
    monkeypatch.setattr(Connection, "refused_ones", set())
    monkeypatch.setattr(Connection, "_told_at", float("-inf"))


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    """As many bytes as the address says; `/never` is never answered."""
    if scope["path"] == "/never":
        await asyncio.Event().wait()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    body = b"x" * int(scope["path"].strip("/") or 1)
    await send({"type": "http.response.body", "body": body})


Connect = Callable[[bytes], Awaitable[socket.socket]]


@asynccontextmanager
async def _serving(most: int = 100) -> AsyncIterator[Connect]:
    loop, config = asyncio.get_running_loop(), Config()
    worker = SimpleNamespace(
        **{"cfg": config, "log": Logger(config), "asgi": _answer, "loop": loop, "alive": True},
        **{"nr": 0, "nr_conns": 0, "max_requests": 10**9, "worker_connections": most},
    )
    server = await loop.create_server(lambda: Connection(worker), "127.0.0.1", 0)
    clients: list[socket.socket] = []

    async def connect(sent: bytes = b"") -> socket.socket:
        client = socket.create_connection(server.sockets[0].getsockname())
        client.setblocking(False)
        clients.append(client)
        await loop.sock_sendall(client, sent)
        return client

    try:
        yield connect
    finally:
        for client in clients:
            client.close()
        server.close()
        for connection in Connection.open_ones:
            connection.transport.abort()
        await asyncio.sleep(0.2)
    assert worker.nr_conns == 0


async def _rest(client: socket.socket, within: float = 5.0) -> bytes:
    """All that still comes, until the other end closes."""
    received = b""
    async with asyncio.timeout(within):
        try:
            while chunk := await asyncio.get_running_loop().sock_recv(client, 65536):
                received += chunk
        except ConnectionResetError:
            pass
    return received


def _run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def test_a_head_that_never_ends_is_told_so_and_closed() -> None:
    async def drop_by_drop() -> None:
        async with _serving() as connect:
            client = await connect(HEAD)
            for _ in range(4):
                await asyncio.sleep(0.05)
                client.sendall(b"X-More: 1\r\n")
            answer = await _rest(client)
            assert answer.startswith(b"HTTP/1.1 408")
            assert b'"code":"REQUEST_TIMEOUT"' in answer

    _run(drop_by_drop())


def test_a_connection_on_which_nothing_comes_is_closed_without_a_word() -> None:
    async def silent() -> None:
        async with _serving() as connect:
            assert await _rest(await connect(b"")) == b""

    _run(silent())


def test_who_takes_nothing_of_an_answer_is_cut_off() -> None:
    async def unread() -> None:
        async with _serving() as connect:
            await connect(b"GET /50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            await asyncio.sleep(0.2)
            assert len(Connection.open_ones) == 1
            await asyncio.sleep(1.0)
            assert not Connection.open_ones

    _run(unread())


def test_who_takes_an_answer_slowly_gets_it_whole() -> None:
    async def slowly() -> None:
        async with _serving() as connect:
            client = await connect(b"GET /20000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            got = 0
            while got < 20_000_000:
                got += len(await asyncio.get_running_loop().sock_recv(client, 2_000_000))
                await asyncio.sleep(0.05)

    _run(slowly())


def test_a_new_connection_takes_the_place_of_the_oldest_that_has_nothing_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def crowd() -> None:
        async with _serving(most=3) as connect:
            busy = await connect(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
            await asyncio.sleep(0.05)
            idle = [await connect(b"GET") for _ in range(50)]
            assert await _rest(idle[0]) == b""
            answer = await _rest(await connect(HEAD + b"Connection: close\r\n\r\n"))
            assert answer.startswith(b"HTTP/1.1 200")
            assert len(Connection.open_ones) <= 3
            with pytest.raises(TimeoutError):
                await _rest(busy, within=0.05)

    with caplog.at_level(logging.WARNING):
        _run(crowd())
    assert [record.getMessage() for record in caplog.records] == ["as many connections as may be"]


def test_where_all_are_busy_one_more_is_told_to_come_again() -> None:
    async def full() -> None:
        async with _serving(most=2) as connect:
            for _ in range(2):
                await connect(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n")
            await asyncio.sleep(0.05)
            answer = await _rest(await connect(HEAD + b"\r\n"))
            assert answer.startswith(b"HTTP/1.1 503")
            assert b"Retry-After: 5" in answer
            assert b'"code":"NOT_READY"' in answer

    _run(full())


@pytest.mark.parametrize(
    ("soft", "hard", "raised_to", "connections_allowed"),
    [
        (1024, 4096, 2256, 1000),
        (1024, 1024, 1024, 384),
        (100, 100, 100, 1),
        (4096, 4096, 4096, 1000),
        (1024, resource.RLIM_INFINITY, 2256, 1000),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, resource.RLIM_INFINITY, 1000),
    ],
)
def test_as_many_connections_as_there_may_be_open_files(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, raised_to: int, connections_allowed: int
) -> None:
    limits = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.append(new))

    assert connections.most(1000) == connections_allowed
    assert limits[-1][0] == raised_to
