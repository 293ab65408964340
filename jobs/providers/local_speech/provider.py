"""The embedded engine that judges readings aloud, as the program knows it."""

from typing import Any

from jobs.kind import Capability
from jobs.provider import LOCAL, Provider
from jobs.providers.local_speech import LANGUAGES, VERSION


def _make(settings: Any) -> Any:
    from jobs.providers.local_speech.assessor import LocalSpeechAssessor

    return LocalSpeechAssessor()


PROVIDER = Provider(
    name=LOCAL,
    word=LOCAL,
    capability=Capability.SPEECH,
    make=_make,
    version=lambda settings, prompts: f"{LOCAL} {VERSION}",
    speaks=lambda language: language.base in LANGUAGES,
)
