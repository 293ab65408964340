"""The embedded engine that reads pictures, as the program knows it."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import LOCAL, Provider
from jobs.providers.local_vision import VERSION


def _make(settings: Any) -> Any:
    from jobs.providers.local_vision.reader import LocalTextReader

    return LocalTextReader()


PROVIDER = Provider(
    name=LOCAL,
    word=LOCAL,
    capability=Capability.VISION,
    make=_make,
    version=lambda settings, prompts: f"{LOCAL} {VERSION}",
)
