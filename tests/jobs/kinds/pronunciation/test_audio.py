"""Recordings as people hand them in: what is one, how long it is, and whether anybody speaks."""

import io
import random
import struct
import tracemalloc
import wave
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from jobs.errors import NoSpeech, RecordingTooLong, UnreadableFile
from jobs.kinds.pronunciation.audio import container_of, decode, raised, refuse_silence
from jobs.providers.sound import SAMPLE_RATE, levels, waveform
from tests.speech import as_file, noise, seconds_of, silence, speak

SENTENCE = speak("The heart pumps blood through the arteries to every organ.")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def with_wav_lengths(content: bytes, length: int) -> bytes:
    """A WAV whose header says another length, in the file's chunk and in the data's."""
    at = content.index(b"data") + 4
    lying = content[:4] + struct.pack("<I", length) + content[8:at]
    return lying + struct.pack("<I", length) + content[at + 4 :]


def mp3_of(seconds: int, bit_rate: int) -> bytes:
    """Frames of an MP3 stand alone, so that a long one is a short one many times over."""
    return as_file(noise(1.0), "mp3", bit_rate) * seconds


@pytest.mark.parametrize(
    "ending", ["wav", "mp3", "m4a", "webm", "ogg", "flac", "aac", "caf", "aiff"]
)
def test_any_common_recording_becomes_16_khz_mono(ending: str) -> None:
    content = as_file(SENTENCE, ending)

    decoded = decode(content)

    assert container_of(content[:12]) is not None
    assert seconds_of(decoded) == pytest.approx(seconds_of(SENTENCE), abs=0.15)
    refuse_silence(decoded)


@pytest.mark.parametrize("ending", ["mp3", "aac", "flac"])
def test_a_tag_before_the_sound_changes_nothing(ending: str) -> None:
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 2, 9]) + bytes(2 * 128 + 9)

    decoded = decode(tag + as_file(SENTENCE, ending))

    assert seconds_of(decoded) == pytest.approx(seconds_of(SENTENCE), abs=0.15)


def test_a_wav_of_64_bits_is_read() -> None:
    honest = as_file(SENTENCE, "wav")
    form, data = honest.index(b"fmt "), honest.index(b"data") + 8
    sizes = struct.pack("<IQQQI", 28, len(honest), len(honest) - data, 0, 0)
    content = b"RF64\xff\xff\xff\xffWAVEds64" + sizes + honest[form : data - 4]

    decoded = decode(content + b"\xff\xff\xff\xff" + honest[data:])

    assert seconds_of(decoded) == pytest.approx(seconds_of(SENTENCE), abs=0.05)


def test_speex_is_read() -> None:
    decoded = decode((Path(__file__).parent / "heart.spx").read_bytes())

    assert seconds_of(decoded) == pytest.approx(1.5, abs=0.1)
    refuse_silence(decoded)


def test_a_telephones_gsm_in_a_wav_is_read() -> None:
    blocks = random.Random(1).randbytes(65 * 50)
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8_000, 1_625, 65, 0, 2, 320)
    chunks = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(blocks)) + blocks

    decoded = decode(b"RIFF" + struct.pack("<I", len(chunks)) + chunks)

    assert seconds_of(decoded) == pytest.approx(50 * 320 / 8_000, abs=0.05)


def stereo(left: Any, right: Any) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "w") as file:
        file.setparams((2, 2, SAMPLE_RATE, 0, "NONE", ""))
        file.writeframes(np.column_stack([left, right]).astype("<i2").tobytes())
    return target.getvalue()


@pytest.mark.parametrize(("left", "right"), [(1, -1), (0, 1), (1, 0), (1, 1)])
def test_a_voice_is_taken_from_the_channel_that_has_it(left: int, right: int) -> None:
    voice = np.frombuffer(SENTENCE, "<i2")

    decoded = decode(stereo(left * voice, right * voice))

    assert np.abs(np.frombuffer(decoded, "<i2")).max() > 0.9 * np.abs(voice).max()
    refuse_silence(decoded)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_the_sample_rate_of_a_file_does_not_matter(rate: int) -> None:
    decoded = decode(as_file(SENTENCE, "wav", rate=rate))

    assert seconds_of(decoded) == pytest.approx(seconds_of(SENTENCE), abs=0.05)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        PNG,
        b"RIFF\x00\x00\x00\x00WAVE",
        b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(100),
        b"\x00\x00\x00\x18ftypisom" + bytes(500),
        b"OggS" + bytes(500),
        b"\x1a\x45\xdf\xa3" + bytes(500),
        b"ID3" + bytes(500),
        b"#EXTM3U\nhttp://127.0.0.1:1/a.mp3\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
    ],
)
def test_what_is_no_recording_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        decode(content)


@pytest.mark.parametrize("length", [0, 1, 20_001, 60_000, 0xFFFFFFFF])
def test_a_wav_header_that_lies_about_its_length_changes_nothing(length: int) -> None:
    honest = as_file(SENTENCE, "wav")

    decoded = decode(with_wav_lengths(honest, length))

    assert seconds_of(decoded) == pytest.approx(seconds_of(SENTENCE), abs=0.1)


@pytest.mark.parametrize("chunk", [b"LIST", b"id3 ", b"_PMX"])
def test_what_stands_behind_the_sound_of_a_wav_is_not_heard(chunk: bytes) -> None:
    content = as_file(SENTENCE, "wav") + chunk + struct.pack("<I", 9_000) + bytes(9_000)

    assert seconds_of(decode(content)) == pytest.approx(seconds_of(SENTENCE), abs=0.1)


@pytest.mark.parametrize(("rate", "bit_rate"), [(16_000, 32_000), (44_100, 128_000)])
@pytest.mark.parametrize("cut", [1, 37, 200, 400])
def test_an_mp3_that_begins_within_a_frame_is_read(rate: int, bit_rate: int, cut: int) -> None:
    stream = as_file(SENTENCE, "mp3", bit_rate, rate)
    begin = stream.index(b"\xff", len(stream) // 5) + cut

    decoded = decode(stream[begin:])

    assert seconds_of(decoded) == pytest.approx(0.8 * seconds_of(SENTENCE), abs=0.3)


@pytest.mark.parametrize("ending", ["wav", "mp3", "webm", "ogg"])
def test_a_file_cut_in_half_is_read_as_far_as_it_goes(ending: str) -> None:
    content = as_file(SENTENCE, ending)

    decoded = decode(content[: len(content) // 2])

    assert seconds_of(SENTENCE) * 0.25 < seconds_of(decoded) < seconds_of(SENTENCE) * 0.75


def test_an_hour_in_a_small_file_is_refused_before_it_is_unpacked() -> None:
    content = mp3_of(59 * 60, bit_rate=8_000)
    assert len(content) < 5_000_000

    tracemalloc.start()
    with pytest.raises(RecordingTooLong):
        decode(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 8_000_000


@pytest.mark.parametrize("seconds", [60.0, 61.0])
def test_sixty_seconds_are_the_most(seconds: float) -> None:
    content = as_file(silence(seconds), "wav")

    if seconds <= 60:
        assert seconds_of(decode(content)) == seconds
    else:
        with pytest.raises(RecordingTooLong):
            decode(content)


@pytest.mark.parametrize(("channels", "rate"), [(1, 1), (64, 16_000), (1, 4_000_000)])
def test_a_header_with_absurd_figures_is_refused(channels: int, rate: int) -> None:
    data = bytes(200_000)
    head = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    content = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", 16)
    content += head + b"data" + struct.pack("<I", len(data)) + data

    with pytest.raises(UnreadableFile):
        decode(content)


@pytest.mark.parametrize("ending", ["wav", "mp3", "m4a", "webm", "ogg"])
def test_damaged_headers_are_refused_or_read_but_never_an_error(ending: str) -> None:
    content = as_file(noise(0.3), ending)
    chance = random.Random(ending)
    for _ in range(200):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 2, 4))):
            damaged[chance.randrange(100)] = chance.choice((0, 255, chance.randrange(256)))
        with suppress(UnreadableFile, RecordingTooLong):
            decode(bytes(damaged))


def test_a_header_of_no_bits_is_refused() -> None:
    content = bytearray(as_file(noise(0.3)))
    content[content.index(b"fmt ") + 22 : content.index(b"fmt ") + 24] = bytes(2)

    with pytest.raises(UnreadableFile):
        decode(bytes(content))


@pytest.mark.parametrize(
    "pcm", [silence(3), noise(3), noise(3, level=0.0005), noise(0.1), silence(0.02)]
)
def test_silence_and_noise_are_not_speech(pcm: bytes) -> None:
    with pytest.raises(NoSpeech, match="No speech recognized"):
        refuse_silence(pcm)


@pytest.mark.parametrize(
    "pcm",
    [
        SENTENCE,
        speak("no"),
        silence(20) + speak("heart") + silence(20),
    ],
)
def test_a_voice_is_heard_however_short(pcm: bytes) -> None:
    refuse_silence(pcm)


def test_a_quiet_voice_in_a_noisy_room_is_heard() -> None:
    quiet = (
        waveform(SENTENCE) * 0.1
        + waveform(noise(seconds_of(SENTENCE), level=0.003))[: len(waveform(SENTENCE))]
    )
    pcm = (quiet * 32767).astype("<i2").tobytes()

    assert levels(waveform(pcm)).max() < -15
    refuse_silence(pcm)


def test_a_voice_30_db_too_quiet_is_heard_and_raised() -> None:
    pcm = (waveform(SENTENCE) * 0.03 * 32767).astype("<i2").tobytes()

    refuse_silence(pcm)
    assert 0.49 < abs(waveform(raised(pcm))).max() < 0.51
    assert raised(SENTENCE) == SENTENCE
    assert raised(silence(1)) == silence(1)
