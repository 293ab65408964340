"""The text that something is learned from, and text as it may be stored."""

import unicodedata
from functools import cached_property, lru_cache

from typing_extensions import TypedDict

from jobs.kinds.study.whole_words import holds
from jobs.study_text import read
from jobs.study_text.places import Place, Places
from jobs.study_text.sentences import sentences
from unilingo.common.languages import Language

TEXT_CHARACTERS = 500
EXAMPLE_REPLACED = "Examples taken from your text instead, since they did not show the word"
# The topic of a request whose topics are to be found in the text.
AI_SELECTION = "AI Selection"
UNKNOWN = Language("und", "")


class LanguageInput(TypedDict):
    code: str
    name: str


class StudyInput(TypedDict):
    """What every job has that makes something of study text."""

    content: str
    subject: str
    topic: str
    nativeLanguage: LanguageInput
    targetLanguage: LanguageInput


def topic_of(inputs: StudyInput) -> str | None:
    """The topic that was given, None where topics are to be found."""
    topic = inputs["topic"].strip()
    return None if topic == AI_SELECTION else topic


_read = lru_cache(2)(read)  # the steps of a job ask for the same text again


class StudyText:
    """A text to learn from, read into blocks and searched for sentences and places, and the languages of who learns from it."""

    def __init__(
        self, content: str, native: Language = UNKNOWN, target: Language = UNKNOWN
    ) -> None:
        self.content = content
        self.native = native
        self.target = target
        self.blocks = _read(content)

    @cached_property
    def clean(self) -> str:
        """Without mark-up, running heads and all that teaches nothing; where nothing else is left, as it is."""
        return self.blocks.clean or self.content

    def sentence_with(self, term: str) -> str:
        """The first sentence that contains `term` as whole words, or an empty string."""
        return next((s for s in self._sentences if self.shows(s, term)), "")

    def shows(self, sentence: str, term: str) -> bool:
        """Whether a sentence in the language that is learned contains the term as whole words."""
        return holds(sentence, term, "" if self.target == UNKNOWN else self.target.base)

    def place_of(self, quote: str, term: str = "") -> Place | None:
        """Where in the content a quotation stands, or the block that has the term."""
        return self._places.of(quote, term)

    @cached_property
    def _places(self) -> Places:
        return Places(self.content, self.blocks.blocks)

    @cached_property
    def _sentences(self) -> list[str]:
        found = (clean(s) for block in self.blocks.learned_from for s in sentences(block.text))
        return [s for s in found if len(s) <= TEXT_CHARACTERS]


def clean(text: str) -> str:
    """One line in NFC, without control characters and lone surrogates, which no database takes."""
    spaced = (" " if unicodedata.category(c) == "Cc" else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) != "Cs")
    return " ".join(unicodedata.normalize("NFC", kept).split())


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words where there are any."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"
