"""Load on one HTTP server of this machine: keep-alive connections that send ready-made requests."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlsplit

Requests = Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Figures:
    """Latencies in seconds, sorted, of the requests answered within `seconds`."""

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, percent: float) -> float:
        index = min(len(self.latencies) - 1, int(len(self.latencies) * percent / 100))
        return self.latencies[index] * 1000


def get(path: str, *headers: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: localhost", "user-id: bench", *headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, body: Mapping[str, object], user_id: str) -> bytes:
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nuser-id: {user_id}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def saturate(url: str, requests: Requests, *, connections: int, seconds: float) -> Figures:
    """As fast as it goes: each connection sends its next request when it has its answer."""
    return asyncio.run(_closed_loop(url, requests, connections, seconds))


def pace(url: str, requests: Requests, *, per_second: float, seconds: float) -> Figures:
    """At a fixed rate, whatever the answers take: each request has a connection that is free or new."""
    return asyncio.run(_open_loop(url, requests, per_second, seconds))


async def _closed_loop(url: str, requests: Requests, connections: int, seconds: float) -> Figures:
    latencies: list[float] = []
    began = perf_counter()

    async def client() -> None:
        connection = await Connection.to(url)
        while perf_counter() - began < seconds:
            latencies.append(await connection.ask(next(requests)))
        connection.close()

    await asyncio.gather(*(client() for _ in range(connections)))
    return Figures(sorted(latencies), perf_counter() - began)


async def _open_loop(url: str, requests: Requests, per_second: float, seconds: float) -> Figures:
    latencies: list[float] = []
    free: list[Connection] = []

    async def one(due: float) -> None:
        connection = free.pop() if free else await Connection.to(url)
        await connection.ask(next(requests))
        latencies.append(
            perf_counter() - due
        )  # from when it was due: a late start is the server's queue
        free.append(connection)

    began = perf_counter()
    tasks = []
    for number in range(int(per_second * seconds)):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    elapsed = perf_counter() - began
    for connection in free:
        connection.close()
    return Figures(sorted(latencies), elapsed)


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def to(cls, url: str) -> "Connection":
        address = urlsplit(url)
        return cls(*await asyncio.open_connection(address.hostname, address.port))

    async def ask(self, request: bytes) -> float:
        """Send, read the answer, and say how long that took. Anything but a 2xx or a 304 ends the run."""
        began = perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith((b"HTTP/1.1 2", b"HTTP/1.1 304")):
            raise RuntimeError(head.decode("latin-1"))
        length = next(
            int(line[15:])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        )
        await self._reader.readexactly(length)
        return perf_counter() - began

    def close(self) -> None:
        self._writer.close()


def repeat(request: bytes) -> Requests:
    while True:
        yield request


def each(make: Callable[[int], bytes]) -> Requests:
    """A different request each time."""
    number = 0
    while True:
        number += 1
        yield make(number)
