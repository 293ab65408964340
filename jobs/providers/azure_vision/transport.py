"""Azure's SDK over the HTTP that all calls use: its connection is open before its call is admitted.

https://learn.microsoft.com/python/api/azure-core/azure.core.pipeline.transport.httptransport
"""

from typing import Any

import httpx2
from azure.core.pipeline.transport import HttpResponse, HttpTransport

from jobs.providers.deadline_transport import DeadlineTransport


class OurTransport(HttpTransport[Any, HttpResponse]):
    """Raises httpx2's errors, which the SDK lets pass."""

    def __init__(self, transport: DeadlineTransport, connect_seconds: float) -> None:
        timeout = httpx2.Timeout(None, connect=connect_seconds)
        self._client = httpx2.Client(transport=transport, timeout=timeout)

    def send(self, request: Any, **_: Any) -> HttpResponse:
        answer = self._client.request(
            request.method, request.url, headers=request.headers, content=request.content
        )
        return _Response(request, answer)

    def open(self) -> None:
        """Each call has a connection of its own."""

    def close(self) -> None:
        self._client.close()

    def __exit__(self, *_: object) -> None:
        self.close()


class _Response(HttpResponse):
    def __init__(self, request: Any, answer: httpx2.Response) -> None:
        super().__init__(request, answer)
        self.status_code, self.reason = answer.status_code, answer.reason_phrase
        self.headers = answer.headers
        self.content_type = answer.headers.get("content-type")

    def body(self) -> bytes:
        content: bytes = self.internal_response.content
        return content

    def json(self) -> Any:
        return self.internal_response.json()
