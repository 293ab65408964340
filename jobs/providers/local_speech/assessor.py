"""Pronunciation judged inside this process: phones heard by hama, laid on the ways the text can be read."""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import hama

from jobs.errors import NoSpeech, UnusableInput
from jobs.providers.base import Answer, Assessment, Recording, Usage
from jobs.providers.local_speech import LANGUAGES, VERSION
from jobs.providers.local_speech.acoustics import AcousticModel
from jobs.providers.local_speech.alignment import Aligner
from jobs.providers.local_speech.phones import WORD, Pronouncer
from jobs.providers.local_speech.scores import Reading, assess

NOT_ENGLISH = "The built-in engine judges English only."
NO_WORDS = "The reference text has no English words to read."


class LocalSpeechAssessor:
    """One per process; safe for threads. The models are loaded at the first reading (about 60 MB)."""

    provider = "local"
    model = "hama"
    version = VERSION

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: _Models | None = None

    def assess(self, recording: Recording) -> Answer[Assessment]:
        if recording.language.base not in LANGUAGES:
            raise UnusableInput(NOT_ENGLISH)
        texts = WORD.findall(recording.reference)
        if not texts:
            raise UnusableInput(NO_WORDS)
        models = self._models()
        heard = models.acoustics.hear(recording.pcm)
        if not any(heard.phones_at(range(len(heard.frames)))):
            raise NoSpeech
        ways = [models.pronouncer.ways(text, recording.language.code) for text in texts]
        evidence = heard.evidence(phone for word in ways for way in word for phone in way.phones)
        reading = Reading(texts, heard, Aligner(ways).align(evidence), models.spell)
        usage = Usage(audio_seconds=recording.seconds)
        return Answer(assess(reading), self.provider, self.model, usage)

    def _models(self) -> "_Models":
        with self._lock:
            if self._loaded is None:
                self._loaded = _Models()
            return self._loaded


class _Models:
    def __init__(self) -> None:
        self.acoustics = AcousticModel()
        self.pronouncer = Pronouncer(hama.G2PModel(), frozenset(self.acoustics.tokens))
        self._lock = threading.Lock()

    def spell(self, phones: Sequence[str]) -> str:
        """As English would write these phones."""
        with self._lock:
            return str(self._speller.predict(" ".join(phones)).text).strip()

    @cached_property
    def _speller(self) -> Any:
        return hama.P2GModel()
