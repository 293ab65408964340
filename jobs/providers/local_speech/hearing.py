"""A reading as the ear for words has it: what was said, and how it agrees with the text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jobs.providers.local_speech.acoustics import FRAME_SECONDS, split_at_pauses
from jobs.providers.local_speech.agreement import Agreement, agreement
from jobs.providers.local_speech.alignment import Alignment
from jobs.providers.local_speech.phones import Phones
from jobs.providers.local_speech.words_heard import WordRecogniser
from jobs.providers.local_speech.written import written
from jobs.providers.sound import SAMPLE_RATE, Floats

# It hears up to 30 s, and is at its best on a sentence: of longer pieces it drops or repeats parts.
PIECE_SECONDS, CUT_WITHIN_SECONDS = 10.0, 5.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """`sounds[n]`: those of words[n]. `likelihoods` are of the words of the text."""

    words: list[str]
    sounds: list[Phones]
    likelihoods: list[float]
    agreement: Agreement


def hear(
    recogniser: WordRecogniser,
    samples: Floats,
    texts: Sequence[str],
    alignment: Alignment,
    sounds_of: Callable[[str], Phones],
) -> Hearing:
    starts, read = _starts(alignment), alignment.said(texts)
    said: list[str] = []
    likelihoods: list[float] = []
    end = 0.0
    pieces = split_at_pauses(samples, PIECE_SECONDS, CUT_WITHIN_SECONDS)
    for number, piece in enumerate(pieces, 1):
        end = float("inf") if number == len(pieces) else end + len(piece) / SAMPLE_RATE
        here = slice(len(likelihoods), sum(start < end for start in starts))
        heard = recogniser.listen(piece, texts[here], read[here])
        said += heard.words
        likelihoods += heard.likelihoods
    words = written(" ".join(said)).words
    sounds = [sounds_of(word) for word in words]
    agreed = agreement([sounds_of(text) for text in read], sounds, words)
    return Hearing(words, sounds, likelihoods, agreed)


def _starts(alignment: Alignment) -> list[float]:
    """When each word begins; one that was left out, with the one before it."""
    starts = [0.0]
    for word in alignment.words:
        starts.append(word.first * FRAME_SECONDS if word.frames else starts[-1])
    return starts[1:]
