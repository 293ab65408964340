"""Sound files of any common kind, told by their content, as the PCM that speech engines take: providers.base.Recording."""

import io
from collections.abc import Iterator
from typing import Any

import numpy as np

from jobs.errors import NoSpeech, RecordingTooLong, UnreadableFile
from jobs.providers.sound import FRAME_SECONDS, SAMPLE_RATE, levels, waveform

AT_MOST_SECONDS = 60.0

# What a recording may claim of itself; outside of it one frame could decode to gigabytes.
_SAMPLE_RATES = range(4_000, 192_001)
_CHANNELS = range(1, 9)
# A frame is 0.02 to 0.1 s in every codec; raw PCM comes in larger pieces.
_FRAME_AT_MOST_SECONDS = 20.0
_CODECS = ("pcm_", "mp3", "aac", "opus", "vorbis", "flac", "alac", "amr", "adpcm_", "gsm")

# The shortest words take so long.
_SPEECH_AT_LEAST_SECONDS = 0.2
# What those moments reach at least, in decibels of full scale; a quiet room stays below.
_AUDIBLE_DB = -65.0
# The loudest moment of a recording that is loud enough, of full scale.
_PEAK = 0.5
# How far a voice stands out of what is heard between its syllables. Steady noise stays below 3 dB.
_CONTRAST_DB = 6.0

_BY_FOUR_BYTES = {
    b"\x1a\x45\xdf\xa3": "matroska",
    b"OggS": "ogg",
    b"fLaC": "flac",
    b"caff": "caf",
    b"#!AM": "amr",
}


def container_of(start: bytes) -> str | None:
    """FFmpeg's name of the container that begins with these bytes (12 are enough); None: it is no recording."""
    if start[:4] in (b"RIFF", b"RF64") and start[8:12] == b"WAVE":
        return "wav"
    if start[:3] == b"ID3" or (start[:1] == b"\xff" and start[1:2] and _is_mpeg_layer_3(start[1])):
        return "mp3"
    if start[4:8] == b"ftyp":
        return "mov"
    if start[:1] == b"\xff" and start[1:2] and start[1] & 0b11110110 == 0b11110000:
        return "aac"
    if start[:4] == b"FORM" and start[8:11] == b"AIF":
        return "aiff"
    return _BY_FOUR_BYTES.get(start[:4])


def _is_mpeg_layer_3(second: int) -> bool:
    return second & 0b11100000 == 0b11100000 and second & 0b00000110 == 0b00000010


def decode(content: bytes, at_most_seconds: float = AT_MOST_SECONDS) -> bytes:
    """Raises UnreadableFile, and RecordingTooLong as soon as that is known, whatever the file says of itself."""
    container = container_of(content[:12])
    if container is None:
        raise UnreadableFile
    most = round(at_most_seconds * SAMPLE_RATE)
    pieces = _pieces(content, container, most, {})
    if not pieces and container == "wav":
        # A recorder that was cut off never wrote how long its data is.
        pieces = _pieces(content, container, most, {"ignore_length": "1"})
    if sum(map(len, pieces)) < FRAME_SECONDS * SAMPLE_RATE:
        raise UnreadableFile
    return _better_channel(np.concatenate(pieces))


def _pieces(content: bytes, container: str, most: int, options: dict[str, str]) -> list[Any]:
    """What can be decoded; raises RecordingTooLong beyond `most` samples."""
    import av

    pieces: list[Any] = []
    length = 0
    try:
        for samples in _resampled(content, container, options):
            length += len(samples)
            if length > most:
                raise RecordingTooLong
            pieces.append(samples)
    except (av.FFmpegError, ValueError, IndexError, MemoryError):
        # What came before the damage may be the whole reading: browsers end a file abruptly.
        pass
    return pieces


def _better_channel(samples: Any) -> bytes:
    """The one in which a voice stands out most. A mix would lose it where one channel is the other turned upside down."""
    channels = [bytes(channel.tobytes()) for channel in samples.T]
    return max(channels, key=_contrast)


def _contrast(pcm: bytes) -> float:
    decibels = levels(waveform(pcm))
    return float(np.percentile(decibels, 95) - np.percentile(decibels, 10))


def _resampled(content: bytes, container: str, options: dict[str, str]) -> Iterator[Any]:
    """The first audio stream as 16 bits at 16 kHz, piece by piece: a row for each moment, a column for each of at most two channels."""
    import av

    # Into memory and by a named demuxer, so that no playlist or reference is followed to another place.
    with av.open(
        io.BytesIO(content), "r", format=container, options=options, metadata_errors="ignore"
    ) as opened:
        stream = next(iter(opened.streams.audio), None)
        # A damaged header may name no codec at all.
        codec = stream.codec_context if stream else None
        if stream is None or not str(codec and codec.name).startswith(_CODECS):
            raise UnreadableFile
        channels, layout = (2, "stereo") if stream.channels > 1 else (1, "mono")
        resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)
        for packet in opened.demux(stream):
            for frame in _frames(packet):
                _refuse_absurd(frame)
                for piece in resampler.resample(frame):
                    yield piece.to_ndarray().reshape(-1, channels)
        for piece in resampler.resample(None):
            yield piece.to_ndarray().reshape(-1, channels)


def _frames(packet: Any) -> list[Any]:
    """Without what is damaged: a player plays on behind it, too."""
    import av

    try:
        return list(packet.decode())
    except av.InvalidDataError:
        return []


def _refuse_absurd(frame: Any) -> None:
    is_sane = frame.sample_rate in _SAMPLE_RATES and frame.layout.nb_channels in _CHANNELS
    if not is_sane or frame.samples > _FRAME_AT_MOST_SECONDS * frame.sample_rate:
        raise UnreadableFile


def raised(pcm: bytes) -> bytes:
    """A quiet recording made louder, since engines take a quiet voice for none."""
    samples = waveform(pcm)
    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0.0 or peak >= _PEAK:
        return pcm
    return (samples * (_PEAK / peak) * 32767).astype("<i2").tobytes()


def refuse_silence(pcm: bytes) -> None:
    """Raises NoSpeech for silence and for steady noise, which no engine need be asked (and paid) about."""
    decibels = np.sort(levels(waveform(pcm)))
    at_least = round(_SPEECH_AT_LEAST_SECONDS / FRAME_SECONDS)
    if len(decibels) < at_least:
        raise NoSpeech
    loud, quiet = decibels[-at_least], decibels[len(decibels) // 10]
    if loud < _AUDIBLE_DB or loud - quiet < _CONTRAST_DB:
        raise NoSpeech
