"""What stands on the back of a card: only what the text or a dictionary says, nothing composed."""

from dataclasses import dataclass

from jobs.providers.local_text.candidates import Candidate
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.senses import SenseChooser
from jobs.providers.local_text.telling import LIKELY


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
        if term.is_short_form and not said:
            return Back("")  # the same letters stand for many things
        sense = self._chooser.choose(term.senses, term.text, around) if term.senses else None
        if sense:
            return Back(sense.definition)
        if said:
            return Back(said.said, said.reading)
        return Back("")
