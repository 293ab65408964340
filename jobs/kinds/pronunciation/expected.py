"""How long a reading aloud is."""

from collections.abc import Mapping
from typing import Any

from jobs.kind import Expected
from resilience.usage import Units

SECONDS_AT_MOST = 60.0
WORDS_A_SECOND = 2.0


def expected(inputs: Mapping[str, Any]) -> Expected:
    """By the text as a rule: what was recorded is known once it is decoded."""
    words = len(str(inputs.get("referenceText", "")).split())
    usual = min(SECONDS_AT_MOST, max(1.0, words / WORDS_A_SECOND))
    return Expected(Units(audio_seconds=usual), Units(audio_seconds=SECONDS_AT_MOST))
