"""What is said of the languages of a request before any work is done."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from jobs.kind import Capability
from jobs.providers import registry
from jobs.providers.base import Language

NATIVE, TARGET = "nativeLanguage", "targetLanguage"


def refusal(inputs: Mapping[str, Any]) -> str:
    """Why nothing can be made for them, empty where something can."""
    maker = registry.chosen(Capability.TEXT)[0]
    native, target = Language(**inputs[NATIVE]), Language(**inputs[TARGET])
    return maker.refuses(settings, native, target, inputs.get("content", ""))


def missing(inputs: Mapping[str, Any]) -> str:
    """What the result will lack, empty where nothing is known to be; work without two languages lacks nothing."""
    if NATIVE not in inputs or TARGET not in inputs:
        return ""
    maker = registry.chosen(Capability.TEXT)[0]
    return maker.misses(settings, Language(**inputs[NATIVE]), Language(**inputs[TARGET]))
