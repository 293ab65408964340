"""The files for nginx and Caddy in docs/deployment/, with the real servers before a real web process."""

import http.client
import json
import os
import re
import select
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.clients import Answer, form
from tests.servers import die_with_parent, free_port, wait_for_port
from tests.stack import FLASHCARDS, ROOT, Stack, running_stack

HOST = "unilingo.example.org"
SECRET = "known to these tests, and long enough to be one"
MEBIBYTE = 1 << 20
# What one TLS record holds, and any socket takes at once.
PIECE = 1 << 14


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """As in production."""
    settings = {"DEBUG": "0", "ALLOWED_HOSTS": HOST, "TRUSTED_PROXIES": "1", "JWT_SECRET": SECRET}
    with running_stack(webs=0, workers=1, **settings) as running:
        running.launch_web()
        wait_for_port(int(running.url.rsplit(":", 1)[1]), running.webs[0].popen)
        yield running


@contextmanager
def _nginx(stack: Stack, folder: Path, port: int) -> Iterator[None]:
    made = f"-nodes -days 1 -subj /CN={HOST} -keyout privkey.pem -out fullchain.pem"
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", *made.split()]
    subprocess.run(certificate, cwd=folder, check=True, capture_output=True)
    ours = (ROOT / "docs/deployment/nginx.conf").read_text(encoding="utf-8")
    ours = ours.replace("/etc/ssl/unilingo", str(folder)).replace("443 ssl", f"{port} ssl")
    ours = ours.replace("127.0.0.1:3001", stack.url.removeprefix("http://"))
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "main.conf"
    main.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
        f"http {{ {temporary} {ours} }}\n"
    )
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    with _running(["nginx", "-p", str(folder), "-c", str(main), *user], port):
        yield


@contextmanager
def _caddy(stack: Stack, folder: Path, port: int) -> Iterator[None]:
    ours = (ROOT / "docs/deployment/Caddyfile").read_text(encoding="utf-8")
    ours = ours.replace(f"\n{HOST} {{", f"\n{HOST}:{port} {{\n\ttls internal")
    ours = ours.replace("127.0.0.1:3001", stack.url.removeprefix("http://"))
    config = folder / "Caddyfile"
    alone = "{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n"
    config.write_text(alone + ours)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    command = ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
    with _running(command, port, home):
        yield


PROXIES = {"nginx": _nginx, "caddy": _caddy}


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    return name


@pytest.fixture(scope="module")
def port(proxy: str, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    number = free_port()
    with PROXIES[proxy](stack, tmp_path_factory.mktemp(proxy), number):
        yield number


@contextmanager
def _running(command: list[str], port: int, more: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(
        command,
        env=os.environ | (more or {}),
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    try:
        wait_for_port(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


class _Pinned(http.client.HTTPSConnection):
    """To this machine, by the name of the certificate."""

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        # Later versions send tickets after the handshake, which look like the begin of an answer.
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        self.sock = context.wrap_socket(self.sock, server_hostname=HOST)


def _until_answered(connection: _Pinned, body: bytes) -> Iterator[bytes]:
    """As browsers and curl send: they see an answer that comes early, after which Caddy soon closes."""
    for start in range(0, len(body), PIECE):
        if select.select([connection.sock], [connection.sock], [])[0]:
            return
        yield body[start : start + PIECE]


@contextmanager
def _asked(
    port: int, method: str, path: str, body: bytes | None = None, **headers: str
) -> Iterator[http.client.HTTPResponse]:
    token = jwt.encode({"sub": "ann", "exp": 4_000_000_000}, SECRET, "HS256")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Host": HOST, "Authorization": f"Bearer {token}", **named}
    if body:
        sent["Content-Length"] = str(len(body))
    with closing(_Pinned("127.0.0.1", port, timeout=60)) as connection:
        pieces = _until_answered(connection, body) if body else None
        connection.request(method, path, pieces, {n: v for n, v in sent.items() if v})
        with connection.getresponse() as answer:
            yield answer


def _ask(port: int, *request: Any, **headers: Any) -> Answer:
    with _asked(port, *request, **headers) as answer:
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, names, answer.read())


def test_requests_come_through_by_the_right_name_and_are_not_sent_to_https_again(port: int) -> None:
    answer = _ask(port, "GET", "/api/jobs")

    assert answer.status == 200
    assert "max-age" in answer.headers["strict-transport-security"]


def test_who_waits_is_not_cut_off_by_the_proxy(port: int) -> None:
    body = json.dumps(FLASHCARDS | {"topic": f"Cells {port}"}).encode()
    answer = _ask(
        port, "POST", "/api/ai/generate-flashcards", body,
        Content_Type="application/json", Prefer="wait=30",
    )  # fmt: skip

    assert (answer.status, answer.json["status"]) == (200, "completed")


def test_the_first_event_of_a_stream_comes_at_once(port: int) -> None:
    with _asked(port, "GET", "/api/job-events") as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.readline().startswith((b"event: connected", b"retry:", b"id:"))


def test_the_largest_upload_passes_and_nobodys_is_refused_by_the_program(port: int) -> None:
    pictures = [
        (f"{n}.png", b"\x89PNG\r\n\x1a\n" + os.urandom(10 * MEBIBYTE - 8)) for n in range(5)
    ]
    body, kind = form({"images": pictures})

    taken = _ask(port, "POST", "/api/process-image", body, Content_Type=kind)
    refused = _ask(port, "POST", "/api/process-image", body, Content_Type=kind, Authorization="")

    assert taken.status == 202
    assert (refused.status, refused.json["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_waits_longer_than_any_answer_is_held(name: str) -> None:
    text = (ROOT / "docs/deployment" / name).read_text(encoding="utf-8")

    [seconds] = re.findall(r"read_timeout (\d+)s", text)
    assert int(seconds) > 60
