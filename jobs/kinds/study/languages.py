"""What is said of the languages of a request before any work is done."""

from collections.abc import Mapping
from typing import Any

from jobs.providers import registry
from jobs.providers.base import Language


def refusal(inputs: Mapping[str, Any]) -> str:
    return registry.refuses_languages(*_pair(inputs))


def warnings(inputs: Mapping[str, Any]) -> list[str]:
    missing = registry.missing_for_languages(*_pair(inputs))
    return [missing] if missing else []


def _pair(inputs: Mapping[str, Any]) -> tuple[Language, Language]:
    return Language(**inputs["nativeLanguage"]), Language(**inputs["targetLanguage"])
