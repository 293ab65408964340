"""Azure's Image Analysis behind the TextReader interface, through its real SDK.

Protocol: https://learn.microsoft.com/azure/ai-services/computer-vision/concept-ocr. The SDK
would try again by itself; here one call is one request, and trying again is the business of the guard and the job.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from azure.ai.vision.imageanalysis import ImageAnalysisClient
from azure.ai.vision.imageanalysis.models import ImageAnalysisResult, VisualFeatures
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import (
    AzureError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
    ServiceResponseError,
    ServiceResponseTimeoutError,
)
from urllib3.exceptions import ReadTimeoutError

from jobs.errors import (
    AttemptFailed,
    ConnectionLost,
    ProviderMisconfigured,
    ProviderRefused,
    ProviderThrottled,
    ProviderTimeout,
    ProviderUnavailable,
    UnusableAnswer,
)
from jobs.providers.azure_vision import VERSION
from jobs.providers.base import Answer, Usage
from jobs.providers.in_time import in_time
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


class AzureTextReader:
    """A TextReader. Safe to share between threads."""

    provider = "azure"
    model = "read"
    version = VERSION

    def __init__(self, policy: AzureVisionPolicy) -> None:
        self._timeout_seconds = policy.timeout_seconds
        self._client = ImageAnalysisClient(
            policy.endpoint,
            AzureKeyCredential(policy.api_key),
            api_version=self.version,
            retry_total=0,
            connection_timeout=min(_CONNECT_SECONDS, policy.timeout_seconds),
            read_timeout=policy.timeout_seconds,
            logging_enable=False,
        )

    def read(self, image: bytes) -> Answer[Sighting]:
        """The SDK bounds each wait for bytes but not their sum."""
        return in_time(self._timeout_seconds, "azure-vision", partial(self._call, image))

    def _call(self, image: bytes, ended: "Future[Answer[Sighting]]") -> None:
        try:
            ended.set_result(self._read(image))
        except AttemptFailed as failure:
            ended.set_exception(failure)

    def _read(self, image: bytes) -> Answer[Sighting]:
        headers: dict[str, str] = {}

        def keep(response: Any) -> None:
            headers.update(response.http_response.headers)

        try:
            result = self._client.analyze(image, [VisualFeatures.READ], raw_response_hook=keep)
            seen = _seen(result)
        except AzureError as error:
            raise failure_of(error) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
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
        case ServiceResponseTimeoutError():
            failure: AttemptFailed = ProviderTimeout()
        case IncompleteReadError() | ServiceResponseError():
            failure = ConnectionLost()
        case ServiceRequestError() if _is_silence(error.inner_exception):
            failure = ProviderTimeout()
        case _:
            failure = ProviderUnavailable()
    failure.add_note(f"azure-vision: {type(error).__name__}")
    return failure


def _is_silence(cause: BaseException | None) -> bool:
    """The SDK takes a service that falls silent in the middle of its answer for one that was never reached."""
    return any(isinstance(why, ReadTimeoutError) for why in getattr(cause, "args", ()))


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
