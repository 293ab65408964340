"""PCM as speech engines take it (speech.Recording), and how loud it is."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

SAMPLE_RATE = 16_000
FRAME_SECONDS = 0.02


def waveform(pcm: bytes) -> Floats:
    """From -1 to 1."""
    samples: Floats = np.frombuffer(pcm, dtype="<i2").astype(np.float32)
    return samples / 32768


def levels(samples: Floats) -> Floats:
    """Of each FRAME_SECONDS, in decibels of full scale."""
    size = round(FRAME_SECONDS * SAMPLE_RATE)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    # A microphone's constant offset is no sound.
    frames = frames - frames.mean(axis=1, keepdims=True)
    power = np.square(frames).mean(axis=1)
    decibels: Floats = 10 * np.log10(power + 1e-12)
    return decibels
