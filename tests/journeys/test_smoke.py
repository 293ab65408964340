"""What `make smoke` finds in an instance that keeps the contract, and in one that does not."""

import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt

from tests.forks import run
from tests.stack import ROOT, Stack


def test_an_instance_that_keeps_the_contract_passes(stack: Stack) -> None:
    done = _smoke(stack.url)
    assert done.returncode == 0, done.stdout
    assert "FAIL" not in done.stdout
    assert "skip" not in done.stdout


def test_an_instance_that_believes_tokens_alone_passes_with_one(stack: Stack) -> None:
    secret = "for a test that asks with a token"
    web = stack.start_web(TRUST_USER_ID_HEADER="0", JWT_SECRET=secret)
    done = _smoke(
        web.url, TOKEN=jwt.encode({"sub": "ann", "exp": int(time.time()) + 600}, secret, "HS256")
    )
    web.stop()

    assert done.returncode == 0, done.stdout


def test_an_instance_that_says_yes_to_everything_fails() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Yes)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = _smoke(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 1
    assert "answers 200" in done.stdout


def test_a_smoke_test_without_an_address_says_what_is_missing() -> None:
    done = _smoke("")
    assert (done.returncode, done.stderr) == (
        1,
        "Name the instance: make smoke URL=https://learn.example.org\n",
    )


class _Yes(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'{"success":true,"status":"healthy"}'
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal."""


def _smoke(url: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.programs.smoke", url]
    return run(command, cwd=ROOT, env={**os.environ, **environment}, text=True)
