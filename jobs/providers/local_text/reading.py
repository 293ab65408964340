"""Sentences with each word's place and part of speech."""

from collections.abc import Iterator
from dataclasses import dataclass

from jobs.providers.local_text import tags, verbs
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.prose import Sentence

IN_PHRASE = frozenset("NLPJEGS")
HEADS = frozenset("NLP")
ROMAN = ("II", "III", "IV", "VI")
LATIN = (("priori",), ("posteriori",))
LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class Reading:
    sentence: Sentence
    starts: tuple[int, ...]
    tokens: tuple[str, ...]
    letters: str

    def text(self, first: int, end: int) -> str:
        """The words from number `first` to before `end`, as written; empty where there is none."""
        end = min(end, len(self.tokens))
        if first >= end:
            return ""
        return self.sentence.text[
            self.starts[first] : self.starts[end - 1] + len(self.tokens[end - 1])
        ]

    def tells(self, number: int) -> bool:
        """Whether the word is, or can be, the verb of what is said of the words before it."""
        word = self.tokens[number].lower()
        if word in verbs.BE or word in verbs.DEFINING:
            return True
        following = self.tokens[number + 1].lower() if number + 1 < len(self.tokens) else ""
        if word in verbs.TELLING:
            is_after_noun = self.letters[number - 1] in "NLPG" and following not in (
                "of",
                "is",
                "are",
            )
            return self.letters[number] in "ZV" or is_after_noun or following in verbs.DETERMINERS
        is_of_several = self.letters[number] == "V" and self.letters[number - 1] == "L"
        return self.letters[number] in "ZDM" or is_of_several

    def chunks(self) -> Iterator[tuple[int, int]]:
        """The longest runs of words that can be one noun phrase, each ending with a noun."""
        first = 0
        for number in range(len(self.tokens) + 1):
            if self.in_phrase(number):
                if number > first and self.begins_anew(number):
                    yield from self.ending_with_noun(first, number)
                    first = number
                continue
            yield from self.ending_with_noun(first, number)
            first = number + 1

    def in_phrase(self, number: int) -> bool:
        if number == len(self.tokens):
            return False
        token = self.tokens[number]
        if token == "a":
            return self.tokens[number + 1 : number + 2] in LATIN
        return self.letters[number] in IN_PHRASE and len(token) <= LONGEST_WORD

    def begins_anew(self, number: int) -> bool:
        """Whether a noun phrase ends before the word, as in `an enzyme | called ATP synthase`."""
        before, letter = self.letters[number - 1], self.letters[number]
        if before not in "NLP":
            return False
        token = self.tokens[number]
        is_name = token[0].isupper() and len(token) > 1 and token not in ROMAN
        if is_name and self.tokens[number - 1].islower():
            return True
        return letter in "JE" or (letter == "G" and (before == "L" or self.in_phrase(number + 1)))

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
