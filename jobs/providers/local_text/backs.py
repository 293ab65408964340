"""What stands on the back of a card: only what the text or a dictionary says, nothing composed."""

from dataclasses import dataclass

from wordfreq import zipf_frequency

from jobs.providers.local_text.candidates import Candidate
from jobs.providers.local_text.definitions import Definition
from jobs.providers.local_text.lexicon import Lexicon, Sense
from jobs.providers.local_text.nouns import Nouns
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.senses import SenseChooser
from jobs.providers.local_text.subjects import Subject
from jobs.providers.local_text.telling import LIKELY
from jobs.providers.local_text.term_phrases import EVERYDAY
from jobs.providers.local_text.verbs import BE

WORDS = 4  # fewest of what is told of a term that a dictionary has as well


@dataclass(frozen=True, slots=True)
class Back:
    """`reading` is the sentence it was taken from, if it was."""

    text: str
    reading: int | None = None
    is_of_wordnet: bool = False


class Backs:
    """Explains the terms of one text."""

    def __init__(
        self,
        lexicon: Lexicon,
        readings: list[Reading],
        name: str,
        subject: Subject,
        candidates: list[Candidate],
    ) -> None:
        self._readings = readings
        self._subject = subject
        self._nouns = Nouns(lexicon)
        text = " ".join(reading.sentence.text for reading in readings)
        self._chooser = SenseChooser(lexicon, f"{name} {text}", (c.senses for c in candidates))

    def back(self, term: Candidate) -> Back:
        said = term.definition
        if said and said.strength >= LIKELY:
            return Back(said.said, said.reading)
        if said and (len(term.key) > 1 and len(term.senses) != 1 or self._is_of_any(said)):
            return Back(said.said, said.reading)
        around = " ".join(self._readings[place.reading].sentence.text for place in term.places[:5])
        explained = self._subject.definition((term.text, *self._nouns.spellings(term.key)))
        if explained and not (said and len(term.key) > 1):
            return Back(explained)
        if term.is_short_form and not said:
            return Back("")  # the same letters stand for many things
        senses = named_senses(term) if self._is_name(term) else term.senses
        sense = self._chooser.choose(senses, term.text, around) if senses else None
        if sense and not _is_circular(sense, term):
            return Back(sense.definition, is_of_wordnet=True)
        if said:
            return Back(said.said, said.reading)
        return Back("")

    def _is_of_any(self, said: Definition) -> bool:
        """Whether it opens its sentence as what holds of every one (`A presumption requires the court to ...`)."""
        reading = self._readings[said.reading]
        before = reading.text(0, said.first).lower()
        verb = reading.text(said.end, said.end + 1).lower()
        is_opening = before in ("a", "an") or not before and not said.is_plural
        is_everyday = zipf_frequency(reading.text(said.first, said.end), "en") > EVERYDAY
        return is_opening and not is_everyday and verb not in BE and len(said.said.split()) >= WORDS

    def _is_name(self, term: Candidate) -> bool:
        """Whether the text never writes it small, and once with a capital amid a sentence."""
        readings = [(self._readings[place.reading], place.first) for place in term.places]
        if any(reading.tokens[first][0].islower() for reading, first in readings):
            return False
        return any(first and reading.sentence.kind != "definition" for reading, first in readings)


def _is_circular(sense: Sense, term: Candidate) -> bool:
    """`mental condition`: a mental condition in which ..."""
    return len(term.key) > 1 and f" {term.text}" in f" {sense.definition.lower()}"


def named_senses(term: Candidate) -> tuple[Sense, ...]:
    """Of a word that has its capital amid a sentence, the senses that are names (`Arras` is no `arras`)."""

    def is_name(sense: Sense) -> bool:
        return any(word.lower() == term.text and word[0].isupper() for word in sense.words)

    return tuple(sense for sense in term.senses if is_name(sense))
