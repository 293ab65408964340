"""A token issuer on a loopback port, with keys that can change, fail, or hang up."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())

PUBLIC_PEM = RSA_KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def rsa_jwk(key: rsa.RSAPrivateKey = RSA_KEY, key_id: str = "rsa-1", **extra: str) -> Any:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, **extra}


def ec_jwk(key_id: str = "ec-1") -> Any:
    return {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": key_id}


@dataclass
class Issuer:
    """`body` is what the address answers; `asked` counts how often it was."""

    url: str
    body: bytes = b""
    status: int = 200
    asked: int = 0

    def publish(self, *keys: Any) -> None:
        self.status, self.body = 200, json.dumps({"keys": keys}).encode()


def signed(claims: dict[str, Any], key: Any, algorithm: str, key_id: str | None) -> str:
    return jwt.encode(claims, key, algorithm, headers={"kid": key_id} if key_id else None)


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            self.send_response(issuer.status)
            self.send_header("Content-Length", str(len(issuer.body)))
            self.end_headers()
            self.wfile.write(issuer.body)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}/keys.json")
    issuer.publish(rsa_jwk(), ec_jwk())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token with a signature of no bytes."""
    parts = (
        base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in (header, claims)
    )
    return b".".join([*parts, b""]).decode()
