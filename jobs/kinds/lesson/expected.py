"""What the calls for lessons will take."""

from collections.abc import Mapping
from typing import Any

from jobs.kind import Expected
from jobs.kinds.lesson import keywords, topics
from jobs.kinds.study.expected import AROUND, input_tokens, parts
from jobs.providers.tokens import estimated_tokens
from resilience.usage import Units

USUAL_ENTRY, MOST_ENTRY = 90, 280
USUAL_TALK, MOST_TALK = 900, 4_000
TOKENS_OF_KEYWORD, MOST_AROUND = 25, 500
TALKS_AT_MOST = 2
SENTENCES_OF_ENTRY = 60


def expected(inputs: Mapping[str, Any]) -> Expected:
    """Keywords of each part, topics, and for each topic a vocabulary and a conversation, which may be asked for twice."""
    content = str(inputs.get("content", ""))
    count = parts(content)
    least, most = keywords.wanted_count(len(content))
    lessons_usual, lessons_most = topics.wanted_count(least)[0], topics.wanted_count(most)[1]
    usual_read, most_read = input_tokens(estimated_tokens(content), count)
    return Expected(
        Units(
            input_tokens=usual_read + lessons_usual * 2 * AROUND,
            output_tokens=least * (TOKENS_OF_KEYWORD + USUAL_ENTRY) + lessons_usual * USUAL_TALK,
        ),
        Units(
            input_tokens=most_read
            + (1 + lessons_most * (1 + TALKS_AT_MOST)) * AROUND
            + most * SENTENCES_OF_ENTRY,
            output_tokens=count * (MOST_AROUND + TOKENS_OF_KEYWORD * most)
            + (MOST_AROUND + TOKENS_OF_KEYWORD * most)
            + lessons_most * (MOST_AROUND + TALKS_AT_MOST * MOST_TALK)
            + MOST_ENTRY * most,
        ),
        calls=count + 1 + lessons_most * (1 + TALKS_AT_MOST),
    )
