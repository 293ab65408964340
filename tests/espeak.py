"""eSpeak NG in a process of its own for each text, since what it says depends on what its process did before.

    python -m tests.espeak en-us 150 "The heart pumps blood."

Writes the sample rate as a line, then 16-bit mono PCM.
"""

import ctypes
import sys

import espeakng_loader

_SYNCHRONOUS, _CHARS_UTF8, _PHONEMES, _RATE = 2, 1, 0x100, 1
_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def main(voice: str, words_per_minute: str, text: str) -> None:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
    heard = bytearray()

    @_CALLBACK
    def hear(samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: int | None) -> int:
        if count > 0:
            heard.extend(ctypes.string_at(samples, 2 * count))
        return 0

    library.espeak_SetSynthCallback(hear)
    assert library.espeak_SetVoiceByName(voice.encode()) == 0, voice
    library.espeak_SetParameter(_RATE, int(words_per_minute), 0)
    said = text.encode()
    library.espeak_Synth(said, len(said) + 1, 0, 1, 0, _CHARS_UTF8 | _PHONEMES, None, None)
    sys.stdout.buffer.write(b"%d\n" % rate + heard)


if __name__ == "__main__":
    main(*sys.argv[1:])
