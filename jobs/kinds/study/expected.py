"""What the calls for study text take, in tokens: to say a price before, and not what is booked."""

import math

# What a prompt adds to each call, with its schema; of the estimate a usual text takes half.
AROUND = 1_500
USUAL_PART = 0.5
PART_CHARACTERS = 20_000


def input_tokens(text_tokens: int, calls: int) -> tuple[int, int]:
    """As a rule, and at most, of calls that together read so much text."""
    most = text_tokens + calls * AROUND
    return round(most * USUAL_PART), most


def parts(content: str) -> int:
    return max(1, math.ceil(len(content) / PART_CHARACTERS))
