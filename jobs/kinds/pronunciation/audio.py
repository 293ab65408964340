"""Sound files of any common kind, told by their content, as the PCM that speech engines take: providers.speech.Recording."""

import io
import re
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
_CODECS = ("pcm_", "mp3", "aac", "opus", "vorbis", "flac", "alac", "amr", "adpcm_", "gsm", "speex")

# The shortest words take so long.
_SPEECH_AT_LEAST_SECONDS = 0.2
# What those moments reach at least, in decibels of full scale; a quiet room stays below.
_AUDIBLE_DB = -65.0
# The loudest moment of a recording that is loud enough, of full scale.
_PEAK = 0.5
# How far a voice stands out of what is heard between its syllables. Steady noise stays below 3 dB.
_CONTRAST_DB = 6.0
# Below this, noise hides sounds; a phone in a quiet room has 25 to 55.
_CLEAR_CONTRAST_DB = 18.0
# A voice is so near its own peak for less than 0.2 % of the time, one that is cut off at full scale for longer.
_NEAR_PEAK, _OVERDRIVEN_SHARE = 0.9, 0.03
OVERDRIVEN = "The recording is overdriven, so no word is called wrong. Hold the phone farther away and record again."
NOISY = "The recording is noisy, so no word is called wrong. Record again in a quieter place, or nearer to the phone."

# Kilobits a second, of MPEG 1 and of 2 and 2.5. So many frames one behind the other are no chance.
_BIT_RATES_1 = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BIT_RATES_2 = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_FRAME_AT_MOST, _MP3_FRAMES = 1_441, 3

# As `LIST`, `id3 ` and Adobe's `_PMX`.
_CHUNK_NAME = re.compile(rb"\w{3}[\w ]")

_BY_FOUR_BYTES = {
    b"\x1a\x45\xdf\xa3": "matroska",
    b"OggS": "ogg",
    b"fLaC": "flac",
    b"caff": "caf",
    b"#!AM": "amr",
}


def container_of(content: bytes) -> str | None:
    """FFmpeg's name of the container, by its first bytes; None: it is no recording."""
    start = content[:12]
    if start[:4] in (b"RIFF", b"RF64") and start[8:12] == b"WAVE":
        return "wav"
    if start[:3] == b"ID3":
        behind = content[_tag_size(start) :][:4]
        return "flac" if behind == b"fLaC" else "aac" if _is_aac(behind) else "mp3"
    if start[:1] == b"\xff" and start[1:2] and _is_mpeg_layer_3(start[1]):
        return "mp3"
    if start[4:8] == b"ftyp":
        return "mov"
    if _is_aac(start):
        return "aac"
    if start[:4] == b"FORM" and start[8:11] == b"AIF":
        return "aiff"
    return _BY_FOUR_BYTES.get(start[:4]) or ("mp3" if _has_mp3_frames(content) else None)


def _tag_size(start: bytes) -> int:
    """Of an ID3 tag, which may stand before AAC and FLAC, too: seven bits a byte. https://id3.org/id3v2.4.0-structure"""
    size = 0
    for seven_bits in start[6:10]:
        size = size << 7 | seven_bits & 0x7F
    return 10 + size


def _is_aac(start: bytes) -> bool:
    return start[:1] == b"\xff" and len(start) > 1 and start[1] & 0b11110110 == 0b11110000


def _is_mpeg_layer_3(second: int) -> bool:
    return second & 0b11100000 == 0b11100000 and second & 0b00000110 == 0b00000010


def _has_mp3_frames(content: bytes) -> bool:
    """Of an MP3 cut from a stream, which begins within a frame: whether some follow on each other behind that one."""
    for begin in range(min(len(content), _MP3_FRAME_AT_MOST)):
        at, found = begin, 0
        while found < _MP3_FRAMES and (size := _mp3_frame_size(content[at : at + 4])):
            at, found = at + size, found + 1
        if found == _MP3_FRAMES:
            return True
    return False


def _mp3_frame_size(header: bytes) -> int:
    """In bytes; 0: no frame begins so. http://www.mp3-tech.org/programmer/frame_header.html"""
    if len(header) < 4 or header[0] != 0xFF or not _is_mpeg_layer_3(header[1]):
        return 0
    version, bit_rate, rate = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or bit_rate in (0, 15) or rate == 3:
        return 0
    samples, bit_rates = (144, _BIT_RATES_1) if version == 3 else (72, _BIT_RATES_2)
    sample_rate = (44_100, 48_000, 32_000)[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return samples * bit_rates[bit_rate - 1] * 1000 // sample_rate + (header[2] >> 1 & 1)


def decode(content: bytes, at_most_seconds: float = AT_MOST_SECONDS) -> bytes:
    """Raises UnreadableFile, and RecordingTooLong as soon as that is known, whatever the file says of itself."""
    container = container_of(content)
    if container is None:
        raise UnreadableFile
    most = round(at_most_seconds * SAMPLE_RATE)
    options = {"ignore_length": "1"} if container == "wav" and _says_too_little(content) else {}
    pieces = _pieces(content, container, most, options)
    if sum(map(len, pieces)) < FRAME_SECONDS * SAMPLE_RATE:
        raise UnreadableFile
    return _better_channel(np.concatenate(pieces))


def _says_too_little(wav: bytes) -> bool:
    """Where a recorder was cut off and never wrote how long its data is, more sound follows, and no other chunk."""
    data = wav.find(b"data", 12)
    length = int.from_bytes(wav[data + 4 : data + 8], "little")
    behind = wav[data + 8 + length + length % 2 :][:4]
    return data > 0 and bool(behind) and (length == 0 or not _CHUNK_NAME.match(behind))


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


def trouble(pcm: bytes) -> str | None:
    """What keeps words of a recording from being judged; None: nothing."""
    samples = np.abs(waveform(pcm))
    if np.mean(samples >= _NEAR_PEAK * samples.max(initial=0.0)) > _OVERDRIVEN_SHARE:
        return OVERDRIVEN
    return NOISY if _contrast(pcm) < _CLEAR_CONTRAST_DB else None


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
