"""Sentences with each word's place and part of speech."""

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.providers.local import tags
from jobs.providers.local.lexicon import Lexicon
from jobs.providers.local.prose import Sentence

IN_PHRASE = frozenset("NLPJEGS")
HEADS = frozenset("NLP")
LATIN = (("a", "priori"), ("a", "posteriori"))
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Reading:
    sentence: Sentence
    starts: tuple[int, ...]
    tokens: tuple[str, ...]
    letters: str

    def text(self, first: int, end: int) -> str:
        """The words from number `first` to before `end`, as written."""
        return self.sentence.text[
            self.starts[first] : self.starts[end - 1] + len(self.tokens[end - 1])
        ]

    def chunks(self) -> Iterator[tuple[int, int]]:
        """The longest runs of words that can be one noun phrase, each ending with a noun."""
        first = 0
        for number in range(len(self.tokens) + 1):
            if number < len(self.tokens) and self.in_phrase(number):
                if number and self.letters[number] == "J" and self.letters[number - 1] in "NLP":
                    yield from self.ending_with_noun(first, number)
                    first = number
                continue
            yield from self.ending_with_noun(first, number)
            first = number + 1

    def in_phrase(self, number: int) -> bool:
        token = self.tokens[number]
        if len(token) == 1 and not token.isupper():
            return self.tokens[number : number + 2] in LATIN
        return self.letters[number] in IN_PHRASE and len(token) <= LONGEST_WORD

    def ending_with_noun(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        while end > first and not self.is_head(first, end - 1):
            end -= 1
        if end > first:
            yield first, end

    def is_head(self, first: int, number: int) -> bool:
        """A noun, or an -ing form with something before it (`quantitative easing`)."""
        letter = self.letters[number]
        return letter in HEADS or (
            letter == "G" and number > first and self.letters[number - 1] in "NJ"
        )


def read(lexicon: Lexicon, sentence: Sentence) -> Reading:
    found = tags.words(sentence.text)
    tokens = tuple(match.group() for match in found)
    starts = tuple(match.start() for match in found)
    return Reading(sentence, starts, tokens, tags.tag(lexicon, list(tokens)))
