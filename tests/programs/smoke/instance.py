"""A deployed instance as the checks call it: over HTTP, as one learner, and as an operator where a token is given."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from urllib.parse import urljoin

import httpx2

PATIENCE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: httpx2.Headers
    text: str
    milliseconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Instance:
    """`token`: a learner's JWT, without which the instance has to believe the `user-id` header."""

    url: str
    user_id: str
    token: str = ""
    monitoring_token: str = ""
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self._client = httpx2.Client(timeout=PATIENCE_SECONDS, follow_redirects=False)

    def close(self) -> None:
        self._client.close()

    @property
    def learner(self) -> dict[str, str]:
        return (
            {"Authorization": f"Bearer {self.token}"} if self.token else {"user-id": self.user_id}
        )

    @property
    def operator(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.monitoring_token}"} if self.monitoring_token else {}

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("GET", path, headers or {})

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("POST", path, headers or {}, body)

    def events(self, path: str) -> Iterator[tuple[str, Any]]:
        """Name and payload of each event, to the end of the stream."""
        with self._client.stream("GET", urljoin(self.url, path)) as response:
            assert response.status_code == 200, f"the stream answers {response.status_code}"
            name = ""
            for line in response.iter_lines():
                kind, _, value = line.partition(": ")
                if kind == "event":
                    name = value
                elif kind == "data":
                    yield name, json.loads(value)

    def _ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Answer:
        began = perf_counter()
        given = self._client.request(method, urljoin(self.url, path), headers=headers, json=body)
        return Answer(given.status_code, given.headers, given.text, (perf_counter() - began) * 1000)
