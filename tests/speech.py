"""Speech for tests, made by eSpeak NG: a voice that reads what it is told, well or with deliberate errors.

All of it is 16-bit mono PCM of 16,000 samples a second.
"""

import io
import subprocess
import sys
from functools import cache
from typing import Any

import av
import numpy as np

from jobs.providers.sound import SAMPLE_RATE
from tests.house.tree import ROOT


@cache
def speak(text: str, voice: str = "en-us", words_per_minute: int = 150) -> bytes:
    """`[[...]]` in the text are phonemes in eSpeak's own notation."""
    command = [sys.executable, "-m", "tests.espeak", voice, str(words_per_minute), text]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    rate, _, samples = said.partition(b"\n")
    return bytes(_at_16_khz(np.frombuffer(samples, np.int16), int(rate)).tobytes())


def _at_16_khz(samples: Any, rate: int) -> Any:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    pieces = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([piece.to_ndarray()[0] for piece in pieces])


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * SAMPLE_RATE) * 2)


def noise(seconds: float, level: float = 0.1, seed: int = 0) -> bytes:
    samples = np.random.default_rng(seed).normal(0, level * 32767, round(seconds * SAMPLE_RATE))
    return bytes(samples.clip(-32768, 32767).astype("<i2").tobytes())


def seconds_of(pcm: bytes) -> float:
    return len(pcm) / 2 / SAMPLE_RATE


_FILES = {
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "mp3"),
    "m4a": ("mp4", "aac"),
    "webm": ("webm", "libopus"),
    "ogg": ("ogg", "libopus"),
    "flac": ("flac", "flac"),
    "aac": ("adts", "aac"),
    "caf": ("caf", "pcm_s16be"),
    "aiff": ("aiff", "pcm_s16be"),
}


def as_file(pcm: bytes, ending: str = "wav", bit_rate: int = 32_000, rate: int = 0) -> bytes:
    """As a browser or a telephone would hand it in. `rate` 0: as the codec likes it."""
    container, codec = _FILES[ending]
    rate = rate or (48_000 if codec == "libopus" else SAMPLE_RATE)
    target = io.BytesIO()
    samples = np.frombuffer(pcm, dtype="<i2")
    with av.open(target, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout="mono")
        if not codec.startswith("pcm"):
            stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = 0
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=rate)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return target.getvalue()
