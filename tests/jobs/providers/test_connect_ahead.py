"""A call finds its connection open when it is admitted, takes no other, and is none the worse where none can be opened."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from jobs.providers.connect_ahead import ConnectAhead
from jobs.providers.deadline_transport import DeadlineTransport
from tests.fakes.openai_server import FakeOpenAI
from tests.servers import free_port
from tests.stack import wait_until

SECONDS = 5.0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls") / "made.pem"
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1"
    names = f"-subj /CN=here -addext subjectAltName=IP:127.0.0.1 -keyout {made} -out {made}"
    command = ["openssl", "req", "-x509", *curve.split(), *names.split()]
    subprocess.run(command, check=True, capture_output=True)
    return made


@pytest.fixture(params=["http", "https"])
def server(request: pytest.FixtureRequest, certificate: Path) -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as fake:
        if request.param == "https":
            fake.speak_tls(certificate)
        yield fake


class Caller:
    def __init__(self, url: str, certificate: Path) -> None:
        self.ahead = ConnectAhead(url, SECONDS, {})
        self.ahead.tls.load_verify_locations(certificate)
        self._http = httpx2.Client(transport=DeadlineTransport(SECONDS, SECONDS, self.ahead))
        self._url = url

    def call(self) -> int:
        return self._http.get(f"{self._url}/models").status_code


@pytest.fixture
def caller(server: FakeOpenAI, certificate: Path) -> Caller:
    return Caller(server.base_url, certificate)


def test_a_call_takes_what_was_opened_for_it_and_the_next_one_a_connection_of_its_own(
    server: FakeOpenAI, caller: Caller
) -> None:
    with caller.ahead.opened():
        wait_until(lambda: server.connections == 1, SECONDS, "a connection")
        assert not server.served
        assert caller.call() == 200
        assert server.connections == 1
        assert caller.call() == 200

    assert server.connections == 2


def test_what_no_call_took_is_closed(server: FakeOpenAI, caller: Caller) -> None:
    with caller.ahead.opened():
        pass

    wait_until(lambda: server.ended_connections == 1, SECONDS, "the end of the connection")
    assert not server.served


def test_what_the_server_has_ended_meanwhile_is_not_taken(
    server: FakeOpenAI, caller: Caller
) -> None:
    server.patience = 0.05
    with caller.ahead.opened():
        wait_until(lambda: server.ended_connections == 1, SECONDS, "the end of the connection")
        server.patience = None
        assert caller.call() == 200

    assert server.connections == 2


def test_where_nobody_answers_the_call_says_so_and_the_next_ones_wait_once(
    certificate: Path,
) -> None:
    port = free_port()
    caller = Caller(f"http://127.0.0.1:{port}/v1", certificate)
    with caller.ahead.opened(), pytest.raises(httpx2.ConnectError):
        caller.call()
    with FakeOpenAI(port) as server:
        with caller.ahead.opened():
            assert server.connections == 0
            assert caller.call() == 200
        assert server.connections == 1
