"""What stands on the back of a card: only what the text or a dictionary says, never composed prose."""

import re

from wordfreq import zipf_frequency

from jobs.providers.local.candidates import Candidate
from jobs.providers.local.definitions import LIKELY
from jobs.providers.local.lexicon import Lexicon
from jobs.providers.local.nouns import Key, Nouns
from jobs.providers.local.reading import Reading
from jobs.providers.local.senses import SenseChooser

IN_TEXT = "In the text: "
TECHNICAL = 4.0  # zipf frequency above which a word has too many uses to be explained alone


class Backs:
    def __init__(
        self, lexicon: Lexicon, readings: list[Reading], subject: str, candidates: list[Candidate]
    ) -> None:
        self._lexicon = lexicon
        self._nouns = Nouns(lexicon)
        self._readings = readings
        text = " ".join(reading.sentence.text for reading in readings)
        self._chooser = SenseChooser(lexicon, f"{subject} {text}", (c.senses for c in candidates))

    def back(self, term: Candidate, shown: int) -> str:
        """Empty when nothing can be said. `shown`: the reading the card has as its example."""
        said = term.definition
        if said and said.strength >= LIKELY:
            return said.said
        if term.senses:
            return self._chooser.choose(term.senses, term.text, self._text(shown)).definition
        if said:
            return said.said
        return self._from_parts(term, shown) or self._from_text(term, shown)

    def _from_parts(self, term: Candidate, shown: int) -> str:
        """A compound no dictionary lists: what its words mean, if each is a technical word with one
        meaning (`ventricular tachycardia`). Common words mislead here (`liquidity trap`)."""
        for cut in range(1, len(term.key)):
            parts = [*((word,) for word in term.key[:cut]), term.key[cut:]]
            glosses = [self._gloss(part, is_last=part == term.key[cut:]) for part in parts]
            if all(glosses):
                return "; ".join(
                    f"{' '.join(part)}: {g}" for part, g in zip(parts, glosses, strict=True)
                )
        return ""

    def _gloss(self, key: Key, *, is_last: bool) -> str:
        senses = self._nouns.senses(key) if is_last else self._lexicon.senses(key[0], "a")
        is_technical = len(key) > 1 or zipf_frequency(key[0], "en") < TECHNICAL
        return senses[0].definition if len(senses) == 1 and is_technical else ""

    def _from_text(self, term: Candidate, shown: int) -> str:
        """Another sentence of the text about the term."""
        others = [place.reading for place in term.places if place.reading != shown]
        if others:
            return IN_TEXT + self._text(others[0])
        blanked = re.sub(re.escape(term.text), "…", self._text(shown), flags=re.I)
        return IN_TEXT + blanked if blanked != self._text(shown) else ""

    def _text(self, number: int) -> str:
        return self._readings[number].sentence.text
