"""Pronunciation judged inside this process: phones heard by hama, laid on the ways the text can be read."""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import hama

from jobs.errors import NoSpeech, UnusableInput
from jobs.providers.base import Answer, Usage
from jobs.providers.local_speech import LANGUAGES, VERSION
from jobs.providers.local_speech.acoustics import AcousticModel
from jobs.providers.local_speech.alignment import Aligner
from jobs.providers.local_speech.hearing import hear
from jobs.providers.local_speech.phones import Pronouncer
from jobs.providers.local_speech.remarks import remarks
from jobs.providers.local_speech.scores import Reading, assess
from jobs.providers.local_speech.spoken import linked
from jobs.providers.local_speech.words_heard import WordRecogniser, model_folder
from jobs.providers.local_speech.written import Written, written
from jobs.providers.sound import waveform
from jobs.providers.speech import Assessment, Recording

NOT_ENGLISH = "The built-in engine judges English only."
NO_WORDS = "The reference text has no English words to read."


class LocalSpeechAssessor:
    """One per process; safe for threads. The models are loaded at the first reading (about 60 MB, and as much again for the second ear)."""

    provider = "local"
    model = "hama"
    version = VERSION

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: _Models | None = None

    def assess(self, recording: Recording) -> Answer[Assessment]:
        if recording.language.base not in LANGUAGES:
            raise UnusableInput(NOT_ENGLISH)
        text = written(recording.reference)
        if not text.words:
            raise UnusableInput(NO_WORDS)
        reading = self.read(recording, text)
        usage = Usage(audio_seconds=recording.seconds)
        notes = remarks(reading)
        return Answer(assess(reading), self.provider, self.model, usage, notes=notes)

    def read(self, recording: Recording, text: Written) -> Reading:
        models = self._models()
        heard = models.acoustics.hear(recording.pcm)
        if not any(heard.phones_at(range(len(heard.frames)))):
            raise NoSpeech
        pronouncer, code = models.pronouncer, recording.language.code
        ways = linked(text.words, [pronouncer.ways(word, code) for word in text.words])
        evidence = heard.evidence(phone for word in ways for way in word for phone in way.phones)
        alignment = Aligner(ways).align(evidence)
        hearing = None
        if models.words:
            samples = waveform(recording.pcm)
            hearing = hear(models.words, samples, text.words, alignment, pronouncer.usual)
        wanted = [pronouncer.usual(word) for word in alignment.said(text.words)]
        return Reading(text, wanted, heard, alignment, hearing, models.spell, pronouncer.taught)

    def _models(self) -> "_Models":
        with self._lock:
            if self._loaded is None:
                self._loaded = _Models()
            return self._loaded


class _Models:
    def __init__(self) -> None:
        self.acoustics = AcousticModel()
        self.pronouncer = Pronouncer(hama.G2PModel(), frozenset(self.acoustics.tokens))
        folder = model_folder()
        self.words = WordRecogniser(folder) if folder else None
        self._lock = threading.Lock()

    def spell(self, phones: Sequence[str]) -> str:
        """As English would write these phones."""
        with self._lock:
            return str(self._speller.predict(" ".join(phones)).text).strip()

    @cached_property
    def _speller(self) -> Any:
        return hama.P2GModel()
