"""What a call consumes, expected before it and measured after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Units:
    """What providers charge for. Cached tokens are part of the input, reasoning tokens part of the output."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    audio_seconds: float = 0
    images: int = 0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Consumed:
    """What the provider says a call took. `raw` is its own usage object, kept for later questions.

    `is_estimated`: it did not say, or nothing that can be. `silence_seconds`: of an answer that came in pieces the
    longest wait for one, by which its slowness is judged.
    """

    units: Units
    raw: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""
    is_estimated: bool = False
    silence_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a provider before it is made.

    `permit` names this call and no other: the job, and behind a colon the attempt and the number of the call in it.
    `user`: whose turn and whose allowance it is. `units`: the most it can take, so that what is
    reserved is never less than what is spent. `is_retry`: counts against the fleet's retry quota.
    `waiter`: who stands in line for it, a job; without a name the call itself.
    """

    permit: str
    user: str
    kind: str
    model: str
    units: Units
    is_retry: bool = False
    waiter: str = ""


def job_of(permit: str) -> str:
    """The job that a call was made for."""
    return permit.partition(":")[0]
