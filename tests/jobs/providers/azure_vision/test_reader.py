"""Azure's real SDK against a server that has every fault: one request a call, and each fault as our error."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

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
from jobs.providers.azure_vision.provider import PROVIDER
from jobs.providers.azure_vision.reader import AzureTextReader, AzureVisionPolicy
from jobs.providers.base import Usage
from tests.fakes.azure_vision_server import FAULTS, KEY, LINES, FakeAzureVision

IMAGE = b"\xff\xd8\xff a picture"


@pytest.fixture
def server() -> Iterator[FakeAzureVision]:
    with FakeAzureVision() as fake:
        yield fake


def reader(server: FakeAzureVision, key: str = KEY) -> AzureTextReader:
    return AzureTextReader(AzureVisionPolicy(server.endpoint, key, timeout_seconds=0.5))


def failure(server: FakeAzureVision, *script: str) -> AttemptFailed:
    server.script(*script)
    with pytest.raises(AttemptFailed) as failed:
        reader(server).read(IMAGE)
    return failed.value


def test_lines_come_in_their_order_with_what_they_cost(server: FakeAzureVision) -> None:
    answer = reader(server).read(IMAGE)

    assert answer.value.text == "\n".join(LINES)
    assert (answer.provider, answer.model) == ("azure", "read")
    assert (answer.usage, answer.request_id) == (Usage(images=1), "request-1")
    assert server.served == [IMAGE]


EXPECTED: dict[str, type[AttemptFailed]] = {
    "400": ProviderRefused,
    "401": ProviderMisconfigured,
    "403": ProviderMisconfigured,
    "404": ProviderMisconfigured,
    "408": ProviderUnavailable,
    "415": ProviderRefused,
    "429": ProviderThrottled,
    "500": ProviderUnavailable,
    "503": ProviderUnavailable,
    "hang": ProviderTimeout,
    "drop": ConnectionLost,
    "half": ConnectionLost,
    "slow": ProviderTimeout,
    "drip": ProviderTimeout,
    "html": UnusableAnswer,
    "cut": UnusableAnswer,
    "no result": UnusableAnswer,
    "odd lines": UnusableAnswer,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_one_request_and_one_error_of_ours(
    server: FakeAzureVision, fault: str
) -> None:
    failed = failure(server, fault)

    assert type(failed) is EXPECTED[fault], repr(failed)
    assert len(server.served) == 1
    assert "secret" not in f"{failed} {getattr(failed, '__notes__', '')}"


def test_the_service_says_when_to_come_again(server: FakeAzureVision) -> None:
    assert failure(server, "429").retry_after == 7


def test_a_key_that_is_wrong_is_for_an_operator(server: FakeAzureVision) -> None:
    with pytest.raises(ProviderMisconfigured):
        reader(server, "another").read(IMAGE)


def test_what_was_looked_at_is_paid_for(server: FakeAzureVision) -> None:
    assert failure(server, "cut").usage == Usage(images=1)
    assert failure(server, "500").usage is None


def test_a_service_that_is_not_there_was_asked_nothing() -> None:
    with FakeAzureVision() as gone:
        pass
    with pytest.raises(ProviderUnavailable) as failed:
        reader(gone).read(IMAGE)

    assert not failed.value.may_be_billed


def test_its_answers_are_told_apart_by_a_version_of_its_own() -> None:
    assert AzureTextReader.version in PROVIDER.version(None, ())


def test_a_call_holds_its_place_longer_than_it_may_take(settings: Settings) -> None:
    settings.AZURE_VISION_TIMEOUT_SECONDS = 300.0
    assert PROVIDER.limits
    assert PROVIDER.limits(settings).lease_seconds > 300
