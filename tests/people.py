"""People who call the API through Django's test client: by a token, by a claimed name, or as nobody."""

import json
import time
from typing import Any

import jwt
from django.conf import settings
from django.test import Client

from unilingo.common.head import ROOM
from unilingo.server.heads import Room

ASKED = {"content": "A cell is the unit of life.", "subject": "Biology", "topic": "Cells"}
FORM = "multipart/form-data; boundary=x"
GENERATE = "/api/ai/generate-flashcards"


def token(sub: object = "ann", *, key: str | None = None, **claims: Any) -> str:
    """An HS256 token that is good for a minute, unless `claims` say otherwise; None leaves a claim out."""
    wanted = {"sub": sub, "exp": int(time.time()) + 60, **claims}
    present = {name: value for name, value in wanted.items() if value is not None}
    return jwt.encode(present, key or settings.JWT_POLICY.secret, "HS256")


class Person:
    """Sends `headers` with every request, and bodies as JSON."""

    def __init__(self, **headers: str) -> None:
        self.django = Client(headers={n.replace("_", "-"): v for n, v in headers.items()})

    def get(self, path: str, **headers: str) -> Any:
        return self.django.get(path, headers={n.replace("_", "-"): v for n, v in headers.items()})

    def post(self, path: str, body: object, **headers: str) -> Any:
        named = {n.replace("_", "-"): v for n, v in headers.items()}
        return self.django.post(path, body, content_type="application/json", headers=named)

    def on_head(self, path: str, kind: str = FORM, **headers: str) -> Any:
        """What is said to the head of a request with a long body. 100: it may come."""
        with Room(1) as room:
            meta: Any = {ROOM: room, "CONTENT_TYPE": kind}
            named = {n.replace("_", "-"): v for n, v in headers.items()}
            return self.django.generic("POST", path, headers=named, **meta)

    def send(self, method: str, path: str, body: object) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.django.generic(method, path, data, content_type="application/json")

    def call(self, method: str, path: str) -> Any:
        return self.django.generic(method, path, b"", content_type="application/json")


def bearer(text: str) -> Person:
    return Person(Authorization=f"Bearer {text}")


def signed_in(user_id: str, **claims: Any) -> Person:
    return bearer(token(user_id, **claims))


def claiming(user_id: str) -> Person:
    return Person(user_id=user_id)


def nobody() -> Person:
    return Person()
