"""The form under which a noun phrase is listed: lower case, its last word in the singular."""

import simplemma

from jobs.providers.local.lexicon import Lexicon, Sense


class Nouns:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def key(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        words = tuple(token.lower().replace("’", "'") for token in tokens)
        return (*words[:-1], self.singular(words[-1]))

    def singular(self, word: str) -> str:
        if len(word) < 4 or self._lexicon.senses(word, "n") or not word[-1].isalpha():
            return word
        lemma = simplemma.lemmatize(word, lang="en").lower()
        if lemma != word and (self._lexicon.spelled(lemma, "n") or word == lemma + "s"):
            return lemma if lemma[0] == word[0] and not word.endswith(("ing", "ed")) else word
        return word

    def senses(self, key: tuple[str, ...]) -> tuple[Sense, ...]:
        """What WordNet says the phrase means, under any of its spellings."""
        for form in (" ".join(key), "-".join(key), " ".join(key).replace("-", " ")):
            spelled = self._lexicon.spelled(form, "n")
            if spelled:
                return self._lexicon.senses(spelled, "n")
        return ()
