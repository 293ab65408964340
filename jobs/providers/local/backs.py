"""What stands on the back of a card: only what the text or a dictionary says, never composed prose."""

import re

from jobs.providers.local.candidates import Candidate
from jobs.providers.local.lexicon import Lexicon
from jobs.providers.local.nouns import Nouns
from jobs.providers.local.reading import Reading
from jobs.providers.local.senses import SenseChooser

IN_TEXT = "In the text: "
LONGEST = 400


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
        """Empty when nothing honest can be said. `shown`: the reading the card has as its example."""
        said = term.definition
        if said and said.is_strong:
            return said.said[:LONGEST]
        if term.senses:
            sense, is_sure = self._chooser.choose(term.senses, term.text, self._text(shown))
            if is_sure or not said:
                return sense.definition
        if said:
            return said.said[:LONGEST]
        return self._from_parts(term, shown) or self._from_text(term, shown)

    def _from_parts(self, term: Candidate, shown: int) -> str:
        """A compound no dictionary lists: the meanings of the listed words it is made of."""
        if len(term.key) < 2:
            return ""
        for cut in range(1, len(term.key)):
            head = self._glossed(term.key[cut:], shown)
            if head:
                parts = [self._glossed((word,), shown) for word in term.key[:cut]]
                return "; ".join((*parts, head)) if all(parts) else ""
        return ""

    def _glossed(self, key: tuple[str, ...], shown: int) -> str:
        senses = self._nouns.senses(key)
        if not senses and len(key) == 1:
            senses = self._lexicon.senses(key[0], "a")
        if not senses:
            return ""
        sense, _ = self._chooser.choose(senses, " ".join(key), self._text(shown))
        return f"{' '.join(key)}: {sense.definition}"

    def _from_text(self, term: Candidate, shown: int) -> str:
        """Another sentence of the text about the term."""
        others = [place.reading for place in term.places if place.reading != shown]
        if others:
            return IN_TEXT + self._text(others[0])
        blanked = re.sub(re.escape(term.text), "…", self._text(shown), flags=re.I)
        return IN_TEXT + blanked if blanked != self._text(shown) else ""

    def _text(self, number: int) -> str:
        return self._readings[number].sentence.text
