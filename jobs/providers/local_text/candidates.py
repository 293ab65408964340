"""What in a text could be a term: its noun phrases, whole, without words that only describe."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from wordfreq import zipf_frequency

from jobs.providers.local_text.definitions import Definition, definitions
from jobs.providers.local_text.general import CLASSIFYING, GENERAL
from jobs.providers.local_text.lexicon import Lexicon, Sense
from jobs.providers.local_text.naming import ARTICLES, GENUS
from jobs.providers.local_text.nouns import Key, Nouns
from jobs.providers.local_text.reading import Reading
from jobs.providers.local_text.tags import FINITE
from jobs.providers.local_text.telling import POSSIBLE

PARTITIVE = frozenset(
    ["molecule", "atom", "branch", "drop", "gram", "litre", "doctrine", "pool", "wave"]
)
LONGEST = 4
NO_EDGE = frozenset("TUICHWOQRS.")
RELATION_ENDINGS = ("al", "ar", "ic", "ary", "ine", "oid", "ive", "ous", "ory", "ian", "ean", "ile")
PERTAINING = 1  # WordNet's file of relational adjectives
USUAL = 4.6  # zipf frequency from which an adjective rather describes than classifies


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Words `first` to before `end` of a reading."""

    reading: int
    first: int
    end: int


@dataclass(slots=True)
class Candidate:
    key: Key
    senses: tuple[Sense, ...]
    letters: str
    definition: Definition | None
    places: list[Place] = field(default_factory=list)

    is_short_form: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.key)


class Candidates:
    """The candidates of one text, by key."""

    def __init__(self, lexicon: Lexicon, readings: list[Reading]) -> None:
        self._lexicon = lexicon
        self._nouns = Nouns(lexicon)
        self._readings = readings
        self.found: dict[Key, Candidate] = {}
        chunks = [
            Place(n, *chunk) for n, reading in enumerate(readings) for chunk in reading.chunks()
        ]
        self._counts = Counter(self._key(part) for chunk in chunks for part in endings(chunk))
        self._defined = self._explained(definitions(readings))
        self._counts.update(self._key(place) for place in self._joined(chunks))
        joined = [place for place in self._joined(chunks) if self._is_joined_term(place)]
        crossing = [p for p in self._listed() if not any(within(p, chunk) for chunk in chunks)]
        stated = outermost([Place(d.reading, d.first, d.end) for d in self._defined.values()])
        whole = outermost([*crossing, *joined])
        whole = [*stated, *(p for p in whole if not any(overlap(p, other) for other in stated))]
        for place in whole:
            self._add(place)
        for chunk in chunks:
            if not any(overlap(chunk, place) for place in whole):
                self._take(chunk)
        for candidate in self.found.values():
            if not self._is_introducing(candidate):
                candidate.definition = None

    def _explained(self, found: Iterable[Definition]) -> dict[Key, Definition]:
        """For each term the surest definition, of those the first: a later mention does not undo it."""
        best: dict[Key, Definition] = {}
        for one in found:
            if self._is_instruction(one):
                continue
            one = self._undescribed(one)
            key = self._key(Place(one.reading, one.first, one.end))
            if key not in best or _worth(one) > _worth(best[key]):
                best[key] = one
        return best

    def _undescribed(self, said: Definition) -> Definition:
        """Without the word in front that the text leaves out elsewhere (`the published majority opinion`)."""
        whole, rest = (
            Place(said.reading, first, said.end) for first in (said.first, said.first + 1)
        )
        letter = self._readings[said.reading].letters[said.first]
        if said.is_listed or said.end - said.first < 3 or letter not in "JE":
            return said
        is_fuller = self._counts[self._key(rest)] > self._counts[self._key(whole)]
        describes = is_fuller and not self._classifies(whole, said.first)
        return replace(said, first=said.first + 1) if describes else said

    def _is_instruction(self, said: Definition) -> bool:
        """`Improving body image: discuss the impact of the disease`: what is to be done, for what."""
        reading, told = self._readings[said.reading], said.said.lower().split() or [""]
        opening = reading.tokens[said.first].lower()
        leads = opening.endswith("ing") or reading.letters[said.first] == "V"
        behind = reading.letters[said.end + 2 : said.end + 3]
        letters = self._lexicon.letters(told[0])
        is_long = said.end - said.first > 2
        is_verb = letters[:1] == "V" or letters[1:2] == "V" and (is_long or behind in tuple("TU"))
        is_told = is_verb and behind in tuple("TUNLJPGHSO") and told[0] not in ARTICLES
        return said.is_listed and said.end - said.first > 1 and leads and is_told

    def _key(self, place: Place) -> Key:
        return self._nouns.key(self._readings[place.reading].tokens[place.first : place.end])

    def _joined(self, chunks: list[Place]) -> Iterator[Place]:
        """Pairs of phrases held together by `of` (`breach of contract`)."""
        for one, other in zip(chunks, chunks[1:], strict=False):
            between = self._readings[one.reading].tokens[one.end : other.first]
            if one.reading == other.reading and between in (("of",), ("of", "the")):
                for first in range(max(one.first, one.end - 2), one.end):
                    if other.end - first <= LONGEST + 1:
                        yield Place(one.reading, first, other.end)

    def _listed(self) -> Iterator[Place]:
        """Runs of words that WordNet lists, whatever parts of speech they seem to have."""
        for number, reading in enumerate(self._readings):
            for first, end in ngrams(len(reading.tokens)):
                if reading.letters[first] in NO_EDGE or reading.letters[end - 1] in NO_EDGE:
                    continue
                place = Place(number, first, end)
                if self._nouns.senses(self._key(place)):
                    yield place

    def _is_joined_term(self, place: Place) -> bool:
        key = self._key(place)
        reading = self._readings[place.reading]
        named = reading.letters[place.first] == "P" and reading.letters[place.end - 1] == "P"
        recurs = self._counts[key] > 1 and key[0] not in GENERAL
        letters = reading.letters[place.first : place.end]
        classed = letters == "NIN" and key[0] not in GENERAL and key[0] not in PARTITIVE
        return named or recurs or classed or bool(self._nouns.senses(key)) or key in self._defined

    def _take(self, chunk: Place) -> None:
        """Add the longest part of the chunk that is no mere description."""
        for part in endings(chunk):
            key = self._key(part)
            if self._is_core(part, key):
                if len(key) == 1 or not self._has_plain_head(part, key):
                    self._add(part)
                    return
                if part.end - 1 > part.first:
                    self._take(Place(part.reading, part.first, part.end - 1))
                return

    def _is_core(self, place: Place, key: Key) -> bool:
        if len(key) == 1 or key in self._defined or self._nouns.senses(key):
            return True
        if self._counts[key] > 1 or self._is_introduced(place):
            return True
        return all(self._classifies(place, word) for word in range(place.first, place.end - 1))

    def _is_introducing(self, candidate: Candidate) -> bool:
        """Whether what only tells of the term is said of any of its kind, or where it comes first."""
        said = candidate.definition
        if said is None or said.strength > POSSIBLE:
            return True
        kind = self._readings[said.reading].sentence.kind
        if kind == "definition" or kind == "item" and said.first == 0:
            return True
        before = self._readings[said.reading].tokens[max(0, said.first - 1) : said.first]
        is_any = " ".join(before).lower() in ARTICLES
        return is_any or min(candidate.places).reading == said.reading

    def _is_introduced(self, place: Place) -> bool:
        """Whether a statement about it opens the sentence (`A linked list stores ...`)."""
        reading = self._readings[place.reading]
        before = " ".join(reading.tokens[: place.first]).lower()
        is_plain = (
            reading.letters[place.first] != "J" or reading.tokens[place.first].lower() in GENERAL
        )
        opens = before in ("a", "an") or (not before and not is_plain)
        return opens and reading.letters[place.end : place.end + 1] in FINITE

    def _has_plain_head(self, place: Place, key: Key) -> bool:
        """Whether the last word adds nothing to a listed term (`heart failure patients`), or is
        rather the verb that follows it."""
        if len(key) < 3 or key in self._defined or self._nouns.senses(key):
            return False
        last = self._readings[place.reading].tokens[place.end - 1]
        could_be_verb = set(self._lexicon.letters(last)) & FINITE and self._counts[key] == 1
        without = Place(place.reading, place.first, place.end - 1)
        return bool(
            (key[-1] in GENERAL or could_be_verb) and self._nouns.senses(self._key(without))
        )

    def _classifies(self, place: Place, at: int) -> bool:
        """Whether a word in front of a noun makes a kind of it, rather than describing it."""
        reading = self._readings[place.reading]
        word, letter = reading.tokens[at], reading.letters[at]
        if letter == "S":
            return word[0].isupper()
        if letter in "NPU":
            return True
        if word.lower() in CLASSIFYING and letter == "J":
            return self._makes_kind(Place(place.reading, at + 1, place.end))
        if word.lower() in GENERAL:
            return False
        return "-" in word or (letter == "J" and self._relates(word.lower()))

    def _makes_kind(self, rest: Place) -> bool:
        """Whether an everyday adjective belongs to the term behind it: to a noun that is not
        itself everyday, or to a compound that would be a fragment without it."""
        key = self._key(rest)
        return key[-1] not in GENERAL if len(key) == 1 else not self._nouns.senses(key)

    def _relates(self, word: str) -> bool:
        senses = self._lexicon.senses(word, "a")
        if any(sense.field == PERTAINING for sense in senses[:2]):
            return True
        return zipf_frequency(word, "en") < USUAL and word.endswith(RELATION_ENDINGS)

    def _add(self, place: Place) -> None:
        key = self._key(place)
        if key not in self.found:
            letters = self._readings[place.reading].letters[place.first : place.end]
            written = self._readings[place.reading].tokens[place.first]
            is_short = len(key) == 1 and 1 < len(written) < 6 and not written[1:].islower()
            self.found[key] = Candidate(
                key,
                self._nouns.senses(key),
                letters,
                self._defined.get(key),
                is_short_form=is_short,
            )
        self.found[key].places.append(place)


def _worth(said: Definition) -> tuple[int, bool, bool]:
    """What several share (`one of the five vital signs`) says less than what only one is, and a sentence that a
    name was given to says less than the kind of thing that it is."""
    return said.strength, not said.said.startswith("one of "), bool(GENUS.match(said.said))


def ngrams(length: int) -> Iterator[tuple[int, int]]:
    for first in range(length):
        for end in range(first + 2, min(first + LONGEST, length) + 1):
            yield first, end


def overlap(one: Place, other: Place) -> bool:
    return one.reading == other.reading and one.first < other.end and other.first < one.end


def within(one: Place, other: Place) -> bool:
    return one.reading == other.reading and other.first <= one.first and one.end <= other.end


def outermost(places: list[Place]) -> list[Place]:
    """Of places that overlap the longest, then the first."""
    kept: list[Place] = []
    for place in sorted(set(places), key=lambda p: (p.first - p.end, p)):
        if not any(overlap(place, other) for other in kept):
            kept.append(place)
    return kept


def endings(chunk: Place) -> Iterator[Place]:
    """The chunk and what is left of it without its first words, the longest first."""
    for first in range(max(chunk.first, chunk.end - LONGEST), chunk.end):
        yield Place(chunk.reading, first, chunk.end)
