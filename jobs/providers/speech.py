"""What whoever judges readings aloud is asked for, and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from jobs.providers.base import Answer, Capable, Language

WordError = Literal["None", "Mispronunciation", "Omission", "Insertion"]
Confidence = Literal["sure", "unsure"]


@dataclass(frozen=True, slots=True)
class Recording:
    """A reading aloud of `reference` in `language`: 16-bit mono PCM, 16,000 samples a second, without a header."""

    pcm: bytes
    reference: str
    language: Language

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 32_000


@dataclass(frozen=True, slots=True)
class PhonemeScore:
    """Scores go from 0 to 100."""

    phoneme: str
    accuracy: float


@dataclass(frozen=True, slots=True)
class WordScore:
    """A word of the reference, or one that was inserted. `accuracy` of an omitted word is 0.

    An error is always sure; unsure is what may have been one. `start` and `end` are seconds of the recording, where they
    are known; `heard` is what was said in place of the word, in IPA.
    """

    word: str
    accuracy: float
    error: WordError
    phonemes: tuple[PhonemeScore, ...] = ()
    confidence: Confidence = "sure"
    start: float | None = None
    end: float | None = None
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """How a reading aloud went, in Azure's scores (0 to 100)."""

    accuracy: float
    fluency: float
    completeness: float
    pronunciation: float
    recognized_text: str
    words: tuple[WordScore, ...]

    @classmethod
    def summed_up(
        cls,
        scores: tuple[float, float, float],
        recognized_text: str,
        words: Sequence[WordScore],
        share: float = 1.0,
    ) -> "Assessment":
        """Of accuracy, fluency and completeness, as Azure's own sample does it: the lowest weighs most.

        `share`: what counts of that, where the reading as a whole is not one of the text.
        """
        low, middle, high = sorted(scores)
        pronunciation = round(share * (0.6 * low + 0.2 * middle + 0.2 * high), 1)
        accuracy, fluency, completeness = (round(score, 1) for score in scores)
        return cls(accuracy, fluency, completeness, pronunciation, recognized_text, tuple(words))


class SpeechAssessor(Capable, Protocol):
    """Judges how a text was read aloud."""

    def assess(self, recording: Recording) -> Answer[Assessment]:
        """Raises AttemptFailed."""
        ...
