"""What stands on the back of a card: only what the text or a dictionary says, nothing composed."""

from dataclasses import dataclass

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import VERB, Candidate, Place
from jobs.providers.local_text.definitions import LIKELY
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.nouns import Key, Nouns
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.senses import SenseChooser

IN_TEXT = "In the text: "
TECHNICAL = 4.0  # zipf frequency above which a word has too many uses to be explained alone
LONGEST = 320


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
        around = " ".join(self._readings[place.reading].sentence.text for place in term.places[:5])
        sense = self._chooser.choose(term.senses, term.text, around) if term.senses else None
        if sense:
            return Back(sense.definition)
        if said:
            return Back(said.said, said.reading)
        parts = self._from_parts(term)
        return Back(parts) if parts else self._from_text(term)

    def _from_parts(self, term: Candidate) -> str:
        """A compound no dictionary lists: what its words mean, if each is a technical word with one
        meaning (`ventricular tachycardia`). Common words mislead here (`liquidity trap`)."""
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

    def _from_text(self, term: Candidate) -> Back:
        """The sentence that says most about the term, with a gap in its place."""
        place = max(term.places, key=self._tells)
        reading = self._readings[place.reading]
        text, written = reading.sentence.text, reading.text(place.first, place.end)
        start = reading.starts[place.first]
        gapped = f"{text[:start]}…{text[start + len(written) :]}"
        return Back(IN_TEXT + gapped, place.reading)

    def _tells(self, place: Place) -> tuple[bool, bool, bool, int]:
        """Sentences about the term come before those that only mention it."""
        reading = self._readings[place.reading]
        is_subject = place.first <= 1 and reading.letters[place.end : place.end + 1] in VERB
        length = len(reading.sentence.text)
        return length <= LONGEST, is_subject, place.first <= 1, -place.reading
