"""What the calls for a set of cards will take."""

from collections.abc import Mapping
from typing import Any

from jobs.kind import Expected
from jobs.kinds.flashcards.asking import plan
from jobs.kinds.study.expected import PART_CHARACTERS, input_tokens
from jobs.providers.tokens import estimated_tokens
from resilience.usage import Units

CARDS_OF_CALL = 10
USUAL_CARD, MOST_CARD, MOST_AROUND = 70, 220, 500


def expected(inputs: Mapping[str, Any]) -> Expected:
    """Each part is read once for every ten of its cards, and one more call may ask for what is missing."""
    content, cards = str(inputs.get("content", "")), int(inputs.get("atMost", 40))
    planned = plan(len(content), cards, CARDS_OF_CALL, PART_CHARACTERS)
    calls = planned.parts * planned.calls
    text_tokens = estimated_tokens(content)
    usual_read, _ = input_tokens(text_tokens, planned.parts)
    _, most_read = input_tokens(text_tokens * planned.calls, calls)
    more = most_read // calls
    most_written = (calls + 1) * (MOST_AROUND + MOST_CARD * planned.at_once)
    return Expected(
        Units(input_tokens=usual_read, output_tokens=USUAL_CARD * cards),
        Units(input_tokens=most_read + more, output_tokens=most_written),
        calls=calls + 1,
    )
