"""What stands on the back of a card: only what the text or a dictionary says, nothing composed."""

from dataclasses import dataclass

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import Candidate
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.nouns import Key, Nouns
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.senses import SenseChooser
from jobs.providers.local_text.telling import LIKELY

TECHNICAL = 4.0  # zipf frequency above which a word has too many uses to be explained alone


@dataclass(frozen=True, slots=True)
class Back:
    """`reading` is the sentence it was taken from, if it was."""

    text: str
    reading: int | None = None


class Backs:
    """Explains the terms of one text."""

    def __init__(
        self, lexicon: Lexicon, readings: list[Reading], subject: str, candidates: list[Candidate]
    ) -> None:
        self._lexicon = lexicon
        self._nouns = Nouns(lexicon)
        self._readings = readings
        text = " ".join(reading.sentence.text for reading in readings)
        self._chooser = SenseChooser(lexicon, f"{subject} {text}", (c.senses for c in candidates))

    def back(self, term: Candidate) -> Back:
        said = term.definition
        if said and said.strength >= LIKELY:
            return Back(said.said, said.reading)
        if said and len(term.key) > 1 and len(term.senses) != 1:
            return Back(said.said, said.reading)
        around = " ".join(self._readings[place.reading].sentence.text for place in term.places[:5])
        sense = self._chooser.choose(term.senses, term.text, around) if term.senses else None
        if sense:
            return Back(sense.definition)
        if said:
            return Back(said.said, said.reading)
        return Back(self._from_parts(term))

    def _from_parts(self, term: Candidate) -> str:
        """A compound no dictionary lists: what its words mean, if each is a technical word with one
        meaning (`ventricular tachycardia`). Common words mislead here (`liquidity trap`)."""
        if "P" in term.letters:
            return ""
        for cut in range(1, len(term.key)):
            glosses = [(word, self._gloss((word,), "a")) for word in term.key[:cut]]
            glosses.append((" ".join(term.key[cut:]), self._gloss(term.key[cut:], "n")))
            if all(gloss for _, gloss in glosses):
                return "; ".join(f"{word}: {gloss}" for word, gloss in glosses)
        return ""

    def _gloss(self, key: Key, part: str) -> str:
        senses = self._nouns.senses(key) if part == "n" else self._lexicon.senses(key[0], part)
        is_technical = len(key) > 1 or zipf_frequency(key[0], "en") < TECHNICAL
        return senses[0].definition if len(senses) == 1 and is_technical else ""
