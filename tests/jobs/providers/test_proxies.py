"""A company's proxy, through which alone the outside is reached."""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from jobs.errors import ProviderUnavailable
from jobs.providers.azure_speech.assessor import AzureSpeechAssessor, AzureSpeechPolicy
from jobs.providers.azure_vision.reader import AzureTextReader, AzureVisionPolicy
from jobs.providers.base import Language
from jobs.providers.connect_ahead import ConnectAhead
from jobs.providers.deadline_transport import DeadlineTransport
from jobs.providers.openai.model import OpenAIPolicy, OpenAITextModel
from jobs.providers.proxies import Proxies
from jobs.providers.speech import Recording
from tests.fakes.azure_speech_server import FakeAzureSpeech
from tests.fakes.openai_server import FakeOpenAI
from tests.jobs.providers.lesson_requests import KEYWORDS
from tests.speech import speak

KEY = "secret-0123456789"
HANGS = b"HTTP/1.1 "
# A name that no resolver knows: only the proxy does.
OUTSIDE = "provider.test"
SECONDS = 5.0


class Proxy:
    """Knows one host by every name; `heads`: what it was asked. `says`: that in place of letting anybody through; nothing
    when it only closes.
    """

    def __init__(self, port: int) -> None:
        self.heads: list[str] = []
        self.says: bytes | None = None
        self._port = port
        self._held: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://ann:p%40ss@127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._admit, daemon=True).start()

    @property
    def proxies(self) -> Proxies:
        return {"http": self.url, "https": self.url}

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
        if self.says is not None:
            client.sendall(self.says)
            if self.says != HANGS:
                client.close()
            return self._held.append(client)
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


def _ask(scheme: str, proxies: Proxies) -> object:
    policy = OpenAIPolicy(KEY, f"{scheme}://{OUTSIDE}/v1", timeout_seconds=0.5, proxies=proxies)
    model = OpenAITextModel(policy)
    with model.ready():
        return model.keywords(KEYWORDS)


def _look(scheme: str, proxies: Proxies) -> object:
    reader = AzureTextReader(AzureVisionPolicy(f"{scheme}://{OUTSIDE}", KEY, 0.5, proxies))
    with reader.ready():
        return reader.read(b"picture")


def _assess(scheme: str, proxies: Proxies) -> object:
    address = f"{scheme.replace('http', 'ws')}://{OUTSIDE}"
    reading = Recording(speak("Cells."), "Cells.", Language("en-GB", "English"))
    policy = AzureSpeechPolicy(KEY, endpoint=address, timeout_seconds=0.5, proxies=proxies)
    return AzureSpeechAssessor(policy).assess(reading)


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
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        yield made
        made.close()


def _call(url: str, proxies: Proxies) -> int:
    ahead = ConnectAhead(url, SECONDS, proxies)
    with (
        httpx2.Client(transport=DeadlineTransport(SECONDS, SECONDS, ahead)) as http,
        ahead.opened(),
    ):
        return http.get(f"{url}/v1/models").status_code


def test_a_call_goes_through_the_proxy_with_its_password(scheme: str, proxy: Proxy) -> None:
    assert _call(f"{scheme}://{OUTSIDE}", proxy.proxies) == 200

    asked = {"http": f"GET http://{OUTSIDE}/v1/models ", "https": f"CONNECT {OUTSIDE}:443 "}
    [head] = proxy.heads
    assert head.startswith(asked[scheme])
    assert "Proxy-Authorization: Basic YW5uOnBAc3M=" in head


def test_what_no_proxy_names_and_what_is_on_this_machine_is_called_without(
    scheme: str, proxy: Proxy
) -> None:
    proxies = {**proxy.proxies, "no": "elsewhere.test,.test"}
    with pytest.raises(httpx2.ConnectError):
        _call(f"{scheme}://{OUTSIDE}", proxies)
    with FakeOpenAI() as here:
        assert _call(here.base_url.removesuffix("/v1"), proxies) == 200

    assert proxy.heads == []


def test_a_reading_goes_through_it_too() -> None:
    """Azure's SDK for speech reads no such variable."""
    with FakeAzureSpeech(key=KEY) as server:
        proxy = Proxy(httpx2.URL(server.endpoint).port or 0)

        _assess("ws", proxy.proxies)

        proxy.close()
    [head] = proxy.heads
    assert head.startswith(f"CONNECT {OUTSIDE}:80 ")
    assert "Basic YW5uOnBAc3M=" in head


@pytest.mark.parametrize("call", [_ask, _look, _assess])
@pytest.mark.parametrize(
    "says", [HANGS, b"", b"220 mail.test ESMTP\r\n", b"HTTP/1.1 403 Forbidden\r\n\r\n"]
)
def test_what_a_proxy_never_let_through_costs_nothing(
    call: Callable[[str, Proxies], object], says: bytes
) -> None:
    proxy = Proxy(0)
    proxy.says = says

    with pytest.raises(ProviderUnavailable) as caught:
        call("https", proxy.proxies)

    proxy.close()
    assert proxy.heads[0].startswith(f"CONNECT {OUTSIDE}:443 ")
    assert not caught.value.may_be_billed


@pytest.mark.parametrize("call", [_ask, _look])
def test_what_a_proxy_let_through_may_have_cost_though_no_answer_comes_back(
    call: Callable[[str, Proxies], object],
) -> None:
    """Where nothing is encrypted it is given the whole request at once."""
    proxy = Proxy(0)
    proxy.says = HANGS

    with pytest.raises(ProviderUnavailable) as caught:
        call("http", proxy.proxies)

    proxy.close()
    assert caught.value.may_be_billed
