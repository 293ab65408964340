"""What the acoustic model (hama) hears: for each frame of 20 ms, how likely each phone is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import hama
import numpy as np
import numpy.typing as npt

from jobs.providers.local_speech.alignment import Evidence
from jobs.providers.local_speech.phones import ALIKE, VOWELS
from jobs.providers.sound import FRAME_SECONDS as LEVEL_SECONDS
from jobs.providers.sound import SAMPLE_RATE, Floats, levels, waveform

FRAME_SAMPLES = hama.asr.ASR_OUTPUT_FRAME_SAMPLES
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
# The model hears up to 30 s at once; half as many take it a sixth less time, a third as many cost it words.
PIECE_SECONDS = 14.0
# A longer recording is cut in its quietest moment of so many seconds before that.
CUT_WITHIN_SECONDS = 7.0
CUT_IN_SECONDS = 0.3
BLANK_IS_PAUSE = 0.6


@dataclass(frozen=True, slots=True)
class Belief:
    """At most, of the frames of a phone: the probability of it or one like it, of itself, and of any other one (`heard`)."""

    alike: float
    exact: float
    other: float
    heard: str


class Posteriors:
    """`frames[t, k]`: probability of token k of the model at frame t."""

    def __init__(self, frames: npt.NDArray[np.float64], tokens: Sequence[str]) -> None:
        self.frames = frames
        self._tokens = tokens
        self._number = {token: number for number, token in enumerate(tokens)}
        silent = [self._number["<blank>"], self._number["<wb>"]]
        self.blank = frames[:, silent].sum(axis=1)
        self._spoken = frames.copy()
        self._spoken[:, silent] = 0

    def evidence(self, phones: Iterable[str]) -> Evidence:
        names = sorted(set(phones))
        columns = [self.frames[:, self._alike(phone)].sum(axis=1) for phone in names]
        index = {phone: column for column, phone in enumerate(names)}
        return Evidence(np.column_stack(columns), index, self.blank, self._spoken.max(axis=1))

    def belief(self, phone: str, first: int, last: int) -> Belief:
        alike = self._alike(phone)
        within = self.frames[first : last + 1]
        others = self._spoken[first : last + 1].copy()
        others[:, alike] = 0
        best = others.max(axis=0)
        other = int(best.argmax())
        exact = float(within[:, self._number[phone]].max())
        likeliest = float(within[:, alike].sum(axis=1).max())
        return Belief(likeliest, exact, float(best[other]), self._tokens[other])

    def phones_at(self, frames: Iterable[int]) -> list[str]:
        """What was heard in these frames, each phone once however long it lasted."""
        heard: list[str] = []
        last, before = -1, -2
        for frame in frames:
            token = int(self.frames[frame].argmax())
            if token != last or frame > before + 1:
                name = self._tokens[token]
                if name not in ("<blank>", "<wb>"):
                    heard.append(name)
            last, before = token, frame
        return heard

    def vowels(self, likely: float) -> Iterator[tuple[int, str, float]]:
        """The frames that are so likely a vowel, which one, and how likely."""
        columns = [self._number[name] for name in VOWELS if name in self._number]
        best = self.frames[:, columns].max(axis=1)
        for frame in np.flatnonzero(best > likely).tolist():
            name = columns[int(self.frames[frame, columns].argmax())]
            yield frame, self._tokens[name], float(best[frame])

    def pauses(self, first: int, last: int) -> list[range]:
        """Each run of frames between these in which nothing is said."""
        is_quiet = self.blank[first : last + 1] > BLANK_IS_PAUSE
        edges = np.diff(np.concatenate([[False], is_quiet, [False]]).astype(int))
        begins, ends = (first + np.flatnonzero(edges == step) for step in (1, -1))
        return [
            range(begin, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ]

    def _alike(self, phone: str) -> list[int]:
        names = {phone}.union(*(group for group in ALIKE if phone in group))
        return [self._number[name] for name in names if name in self._number]


class AcousticModel:
    """hama's recogniser of phones; safe for threads."""

    def __init__(self) -> None:
        self._model: Any = hama.ASRModel()
        self.tokens: list[str] = self._model.decoder_tokens

    def hear(self, pcm: bytes) -> Posteriors:
        pieces = [self._hear(piece) for piece in split_at_pauses(waveform(pcm))]
        return Posteriors(np.concatenate(pieces), self.tokens)

    def _hear(self, samples: Floats) -> npt.NDArray[np.float64]:
        feeds = {
            "waveform": samples.reshape(1, -1),
            "waveform_lengths": np.array([len(samples)], dtype=np.int64),
        }
        scores, lengths = self._model.session.run(["log_probs", "out_lengths"], feeds)
        kept = scores[0][: int(lengths[0])].astype(np.float64)
        raised = np.exp(kept - kept.max(axis=1, keepdims=True))
        probabilities: npt.NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
        return probabilities


def split_at_pauses(
    samples: Floats, seconds: float = PIECE_SECONDS, within: float = CUT_WITHIN_SECONDS
) -> list[Floats]:
    """Pieces of at most so many seconds, cut where it is quietest of the last ones."""
    most, begin = round(seconds * SAMPLE_RATE), round((seconds - within) * SAMPLE_RATE)
    pieces = []
    while len(samples) > most:
        cut = begin + _quietest(samples[begin:most])
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]


def _quietest(samples: Floats) -> int:
    """The middle of the quietest CUT_IN_SECONDS."""
    window = round(CUT_IN_SECONDS / LEVEL_SECONDS)
    loudness = np.convolve(levels(samples), np.ones(window), mode="valid")
    return round((int(loudness.argmin()) + window / 2) * LEVEL_SECONDS * SAMPLE_RATE)
