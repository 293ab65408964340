"""Azure's Image Analysis behind the TextReader interface, through its real SDK.

Protocol: https://learn.microsoft.com/azure/ai-services/computer-vision/concept-ocr. The SDK
would try again by itself; here one call is one request, and trying again is the business of the guard and the job.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from azure.ai.vision.imageanalysis import ImageAnalysisClient
from azure.ai.vision.imageanalysis.models import ImageAnalysisResult, VisualFeatures
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import AzureError, DecodeError, HttpResponseError

from jobs.errors import (
    AttemptFailed,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderThrottled,
    ProviderUnavailable,
    UnusableAnswer,
)
from jobs.providers.azure_vision import VERSION
from jobs.providers.azure_vision.transport import OurTransport
from jobs.providers.base import Answer, Usage
from jobs.providers.connect_ahead import ConnectAhead
from jobs.providers.deadline_transport import DeadlineTransport, broken_off
from jobs.providers.proxies import Proxies
from jobs.providers.retry_after import retry_after_seconds
from jobs.providers.vision import SeenLine, Sighting

_CONNECT_SECONDS = 5.0
_BY_STATUS: dict[int, type[AttemptFailed]] = {
    401: ProviderMisconfigured,
    403: ProviderMisconfigured,
    404: ProviderMisconfigured,
    408: ProviderUnavailable,
    429: ProviderThrottled,
}
# One image was looked at.
_USAGE = Usage(images=1)


@dataclass(frozen=True, slots=True)
class AzureVisionPolicy:
    """`timeout_seconds`: for one call, from sending to the last byte."""

    endpoint: str
    api_key: str
    timeout_seconds: float
    proxies: Proxies = field(default_factory=dict, repr=False)


class AzureTextReader:
    """A TextReader. Safe to share between threads."""

    provider = "azure"
    model = "read"
    version = VERSION

    def __init__(self, policy: AzureVisionPolicy) -> None:
        seconds = policy.timeout_seconds
        connect_seconds = min(_CONNECT_SECONDS, seconds)
        self._ahead = ConnectAhead(policy.endpoint, connect_seconds, policy.proxies)
        transport = DeadlineTransport(seconds, seconds, self._ahead)
        self._client = ImageAnalysisClient(
            policy.endpoint,
            AzureKeyCredential(policy.api_key),
            api_version=self.version,
            retry_total=0,
            transport=OurTransport(transport, connect_seconds),
            logging_enable=False,
        )

    def ready(self) -> AbstractContextManager[None]:
        return self._ahead.opened()

    def read(self, image: bytes) -> Answer[Sighting]:
        headers: dict[str, str] = {}

        def keep(response: Any) -> None:
            headers.update(response.http_response.headers)

        try:
            result = self._client.analyze(image, [VisualFeatures.READ], raw_response_hook=keep)
            seen = _seen(result)
        except httpx2.TransportError as error:
            raise broken_off(error, "azure-vision") from error
        except AzureError as error:
            raise failure_of(error) from error
        except (AttributeError, KeyError, TypeError, ValueError, httpx2.DecodingError) as error:
            raise _unusable(error) from error
        return Answer(
            seen,
            self.provider,
            self.model,
            usage=_USAGE,
            request_id=_plain(headers, "apim-request-id"),
        )


def _seen(result: ImageAnalysisResult) -> Sighting:
    """Blocks and lines come in reading order. Raises what a body of another shape brings."""
    if result.read is None:
        raise ValueError("no readResult")
    lines = tuple(_line(line) for block in result.read.blocks for line in block.lines)
    return Sighting(lines, float(result.metadata.width), float(result.metadata.height))


def _line(line: Any) -> SeenLine:
    across = [float(corner.x) for corner in line.bounding_polygon]
    down = [float(corner.y) for corner in line.bounding_polygon]
    sure = [float(word.confidence) for word in line.words]
    confidence = sum(sure) / len(sure) if sure else 1.0
    return SeenLine(str(line.text), min(across), min(down), max(across), max(down), confidence)


def failure_of(error: AzureError) -> AttemptFailed:
    """Holds nothing the server wrote but its status and its code, as a note."""
    match error:
        case DecodeError():
            return _unusable(error)
        case HttpResponseError():
            return _refusal(error)
    failure = ProviderUnavailable()
    failure.add_note(f"azure-vision: {type(error).__name__}")
    return failure


def _refusal(error: HttpResponseError) -> AttemptFailed:
    status = error.status_code or 0
    kind = _BY_STATUS.get(status, ProviderUnavailable if status >= 500 else ProviderRefused)
    sent: Mapping[str, str] = getattr(error.response, "headers", {})
    headers = {name.lower(): value for name, value in sent.items()}
    failure = kind(retry_after=retry_after_seconds(headers, status))
    code = str(getattr(error.error, "code", "") or "")
    words = (str(status), code if code.isalnum() else "", _plain(headers, "apim-request-id"))
    failure.add_note("azure-vision: " + " ".join(filter(None, words)))
    return failure


def _unusable(error: Exception) -> UnusableAnswer:
    failure = UnusableAnswer(usage=_USAGE)
    failure.add_note(f"azure-vision: {type(error).__name__}")
    return failure


def _plain(headers: Mapping[str, str], name: str) -> str:
    found = headers.get(name, "")
    return found if found.isascii() and found.replace("-", "").isalnum() else ""
