"""English words that translate one foreign word: which of them are one sense, and how they are written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import simplemma

from jobs.providers.local_text.build.entries import Line
from jobs.providers.local_text.lexicon import Lexicon

NOUN = "n"


@dataclass(slots=True)
class _Joined:
    line: Line
    keys: set[str | int] = field(default_factory=set)
    # By their singular.
    words: dict[str, str] = field(default_factory=dict)

    def whole(self) -> Line:
        return replace(self.line, translation=", ".join(self.words.values()))


def joined(lines: Iterable[Line], lexicon: Lexicon) -> Iterator[Line]:
    """Lines of a noun and a field as one where WordNet has their words in one sense (`death penalty`, `capital
    punishment`), or one is the other's plural: else each would be taken for a sense of its own, between which nothing decides."""
    nouns: dict[str, list[Line]] = defaultdict(list)
    others: list[Line] = []
    for line in lines:
        (nouns[line.word] if line.part == NOUN else others).append(line)
    for told in nouns.values():
        senses: list[_Joined] = []
        for line in sorted(told, key=lambda line: line.rank):
            _add(senses, line, lexicon)
        yield from (sense.whole() for sense in senses)
    yield from others


def _add(senses: list[_Joined], line: Line, lexicon: Lexicon) -> None:
    words = [word for word in map(str.strip, line.translation.split(",")) if word]
    keys = {key for word in words for key in _keys(word, lexicon)}
    own = (known for known in senses if known.line.domains == line.domains)
    sense = next((known for known in own if known.keys & keys), None)
    if sense is None:
        senses.append(sense := _Joined(line))
    sense.keys |= keys
    for word in (_written(word, lexicon) for word in words):
        singular = _singular(word)
        sense.words[singular] = min(word, sense.words.get(singular, word), key=len)


def _keys(word: str, lexicon: Lexicon) -> Iterator[str | int]:
    singular = _singular(word)
    yield singular
    yield from (sense.synset for sense in lexicon.senses(singular, NOUN))


def _singular(word: str) -> str:
    first, _, last = word.lower().rpartition(" ")
    return f"{first} {simplemma.lemmatize(last, lang='en')}".lstrip()


def _written(word: str, lexicon: Lexicon) -> str:
    """With the capitals of a name (`England`), where WordNet knows the word as nothing else."""
    senses = lexicon.senses(word, NOUN)
    forms = {form for sense in senses for form in sense.words if form.lower() == word}
    return forms.pop() if len(forms) == 1 else word
