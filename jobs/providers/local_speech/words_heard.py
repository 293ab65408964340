"""The ear for words: what Moonshine's tiny English model hears, without knowing the text that was to be read.

Its files come in the package moonshine-voice and are run by onnxruntime here: the package itself asks for a sound card's
library when it is imported. The model: https://arxiv.org/abs/2410.15608
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from jobs.providers.local_speech.written import plain as as_plain
from jobs.providers.sound import SAMPLE_RATE

Floats = npt.NDArray[np.floating[Any]]

MODEL = "moonshine-tiny"
LAYERS, HEADS, HEAD_SIZE = 6, 8, 36
STRIDE = 384
UNKNOWN, BEGIN, END = 0, 1, 2
WORD_BEGINS = "▁"
# A model that says so many tokens three times over says them for ever.
LOOP = 4
# Faster than anybody speaks.
TOKENS_PER_SECOND = 7.0
TOKENS_AT_LEAST = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """The words of a recording; and of each word that was to be read in it, the logarithm of how likely it is as the
    next one, all before it given."""

    words: list[str]
    likelihoods: list[float]


def model_folder() -> Path | None:
    """Where the model is; None where its package is not installed."""
    spec = find_spec("moonshine_voice")
    return Path(spec.origin).parent / "assets" / "tiny-en" if spec and spec.origin else None


class WordRecogniser:
    """Safe for threads."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        # Workers use the other processors.
        options.intra_op_num_threads = 1
        self._encoder = onnxruntime.InferenceSession(folder / "encoder_model.ort", options)
        self._decoder = onnxruntime.InferenceSession(folder / "decoder_model_merged.ort", options)
        self._texts = _texts(folder / "tokenizer.bin")
        # A letter is a byte, too, and of the two its own token comes later.
        self._number = {text: number for number, text in enumerate(self._texts)}
        self._outputs = [output.name for output in self._decoder.get_outputs()]
        self._of_decoder = [name for name in self._outputs if ".encoder." not in name]

    def listen(self, samples: Floats, expected: Sequence[str], read: Sequence[str]) -> Heard:
        """`expected`: the words that are to be read in these samples, of which there are at most 30 s; `read`: what each is
        read as."""
        waveform = samples.reshape(1, -1).astype(np.float32)
        mask = np.ones(waveform.shape, dtype=np.int64)
        states = self._encoder.run(None, {"input_values": waveform, "attention_mask": mask})[0]
        most = TOKENS_AT_LEAST + round(TOKENS_PER_SECOND * len(samples) / SAMPLE_RATE)
        words = self._text(self._likeliest(states, most)).split()
        return Heard(words, self._best_likelihoods(states, expected, read) if expected else [])

    def _best_likelihoods(
        self, states: Floats, expected: Sequence[str], read: Sequence[str]
    ) -> list[float]:
        """Whether a word is a name, and a number one of digits, is not known of it."""
        plain = [_as_in_sentence(word) for word in expected]
        said = [_as_in_sentence(word) for word in read]
        ways = [
            [*_raised(plain[:1]), *plain[1:]],
            _raised(plain),
            *([[*_raised(said[:1]), *said[1:]]] if said != plain else []),
        ]
        return [
            max(way) for way in zip(*(self._likelihoods(states, way) for way in ways), strict=True)
        ]

    def _likeliest(self, states: Floats, most: int) -> list[int]:
        feeds, outputs = self._first_feeds(states, [BEGIN]), self._outputs
        tokens: list[int] = []
        while len(tokens) < most:
            logits, *present = self._decoder.run(outputs, feeds)
            token = int(logits[0, -1].argmax())
            if token == END:
                break
            tokens.append(token)
            if size := _repeats_itself(tokens):
                return tokens[: -2 * size]
            # Keys and values of what was decoded; those of the encoder come once.
            past = (name.replace("present", "past_key_values") for name in outputs[1:])
            feeds |= dict(zip(past, present, strict=True))
            feeds["input_ids"] = np.array([[token]], dtype=np.int64)
            feeds["use_cache_branch"] = np.array([True])
            outputs = self._of_decoder
        return tokens

    def _likelihoods(self, states: Floats, words: Sequence[str]) -> list[float]:
        tokens = [self._numbers_of(word) for word in words]
        flat = [number for numbers in tokens for number in numbers]
        logits = self._decoder.run(["logits"], self._first_feeds(states, [BEGIN, *flat]))[0][0]
        logits = logits - logits.max(axis=1, keepdims=True)
        logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
        each = logits[np.arange(len(flat)), flat]
        ends = np.cumsum([0] + [len(numbers) for numbers in tokens])
        sums = (float(each[first:last].sum()) for first, last in itertools.pairwise(ends))
        return [total / len(word.split()) for total, word in zip(sums, words, strict=True)]

    def _numbers_of(self, word: str) -> list[int]:
        """Byte pair encoding: of two neighbours, those with the commonest token are joined first."""
        parts = [letter.encode() for letter in WORD_BEGINS + word.replace(" ", WORD_BEGINS)]
        while True:
            pairs = (
                (self._number.get(a + b), at) for at, (a, b) in enumerate(itertools.pairwise(parts))
            )
            known = [(number, at) for number, at in pairs if number is not None]
            if not known:
                return [self._number.get(part, UNKNOWN) for part in parts]
            at = min(known)[1]
            parts[at : at + 2] = [parts[at] + parts[at + 1]]

    def _first_feeds(self, states: Floats, tokens: list[int]) -> dict[str, Any]:
        nothing = np.zeros((1, HEADS, 0, HEAD_SIZE), dtype=np.float32)
        past = {
            f"past_key_values.{layer}.{side}.{part}": nothing
            for layer in range(LAYERS)
            for side in ("decoder", "encoder")
            for part in ("key", "value")
        }
        return {
            "input_ids": np.array([tokens], dtype=np.int64),
            "encoder_hidden_states": states,
            # It is that of the samples, of which each state stands for some.
            "encoder_attention_mask": np.ones((1, states.shape[1] * STRIDE), dtype=np.int64),
            "use_cache_branch": np.array([False]),
            **past,
        }

    def _text(self, tokens: Sequence[int]) -> str:
        written = b"".join(self._texts[token] for token in tokens)
        return written.decode(errors="ignore").replace(WORD_BEGINS, " ")


def _repeats_itself(tokens: Sequence[int]) -> int:
    """How many of the last tokens stand there three times over; 0: none."""
    for size in range(LOOP, len(tokens) // 3 + 1):
        if tokens[-size:] == tokens[-2 * size : -size] == tokens[-3 * size : -2 * size]:
            return size
    return 0


def _raised(words: Sequence[str]) -> list[str]:
    return [word[:1].upper() + word[1:] for word in words]


def _as_in_sentence(word: str) -> str:
    small = as_plain(word)
    return "I" + small[1:] if small.partition("'")[0] == "i" else small


def _texts(file: Path) -> list[bytes]:
    """Of each token: its length in one byte, or from 128 on in two, then its text in UTF-8."""
    content, at = file.read_bytes(), 0
    texts = []
    while at < len(content):
        length = content[at]
        at += 1
        if length >= 128:
            length = length - 128 + 128 * content[at]
            at += 1
        texts.append(content[at : at + length])
        at += length
    return texts
