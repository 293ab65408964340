"""A company's proxy, through which alone the outside is reached."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy
from jobs.providers.base import Language
from jobs.providers.connect_ahead import ConnectAhead
from jobs.providers.deadline_transport import DeadlineTransport
from jobs.providers.speech import Recording
from tests.fakes.azure_speech_server import FakeAzureSpeech
from tests.fakes.openai_server import FakeOpenAI
from tests.speech import speak

# A name that no resolver knows: only the proxy does.
OUTSIDE = "provider.test"
SECONDS = 5.0


class Proxy:
    """Knows one host by every name; `heads`: what it was asked."""

    def __init__(self, port: int) -> None:
        self.heads: list[str] = []
        self._port = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://ann:p%40ss@127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._admit, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _admit(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(
                    target=self._serve, args=self._door.accept()[:1], daemon=True
                ).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65536)
            if not piece:
                return
            head += piece
        self.heads.append(head.decode())
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            if head.startswith(b"CONNECT"):
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                server.sendall(head.replace(f"http://{OUTSIDE}".encode(), b"", 1))
            back = threading.Thread(target=self._pass, args=(server, client))
            back.start()
            self._pass(client, server)
            back.join()

    @staticmethod
    def _pass(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls") / "made.pem"
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1"
    names = f"-subj /CN=here -addext subjectAltName=DNS:{OUTSIDE} -keyout {made} -out {made}"
    command = ["openssl", "req", "-x509", *curve.split(), *names.split()]
    subprocess.run(command, check=True, capture_output=True)
    return made


@pytest.fixture(params=["http", "https"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def proxy(scheme: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    with FakeOpenAI() as server:
        if scheme == "https":
            server.speak_tls(certificate)
        made = Proxy(httpx2.URL(server.base_url).port or 0)
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, made.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        yield made
        made.close()


def _call(url: str) -> int:
    ahead = ConnectAhead(url, SECONDS)
    with (
        httpx2.Client(transport=DeadlineTransport(SECONDS, SECONDS, ahead)) as http,
        ahead.opened(),
    ):
        return http.get(f"{url}/v1/models").status_code


def test_a_call_goes_through_the_proxy_with_its_password(scheme: str, proxy: Proxy) -> None:
    assert _call(f"{scheme}://{OUTSIDE}") == 200

    asked = {"http": f"GET http://{OUTSIDE}/v1/models ", "https": f"CONNECT {OUTSIDE}:443 "}
    [head] = proxy.heads
    assert head.startswith(asked[scheme])
    assert "Proxy-Authorization: Basic YW5uOnBAc3M=" in head


def test_what_no_proxy_names_and_what_is_on_this_machine_is_called_without(
    scheme: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "elsewhere.test,.test")
    with pytest.raises(httpx2.ConnectError):
        _call(f"{scheme}://{OUTSIDE}")
    with FakeOpenAI() as here:
        assert _call(here.base_url.removesuffix("/v1")) == 200

    assert proxy.heads == []


def test_a_reading_goes_through_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure's SDK for speech reads no such variable."""
    policy = AzureSpeechPolicy("secret-0123456789", endpoint=f"ws://{OUTSIDE}")
    reading = Recording(speak("Cells."), "Cells.", Language("en-GB", "English"))
    with FakeAzureSpeech(key=policy.key) as server:
        proxy = Proxy(httpx2.URL(server.endpoint).port or 0)
        monkeypatch.setenv("http_proxy", proxy.url)

        AzureSpeechAssessor(policy).assess(reading)

        proxy.close()
    [head] = proxy.heads
    assert head.startswith(f"CONNECT {OUTSIDE}:80 ")
    assert "Basic YW5uOnBAc3M=" in head
