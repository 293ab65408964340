"""The text that something is learned from, and text as it may be stored."""

import re
import unicodedata
from functools import cached_property, lru_cache

from typing_extensions import TypedDict

from jobs.study_text import read
from jobs.study_text.places import Place, Places
from jobs.study_text.sentences import sentences

TEXT_CHARACTERS = 500
# The topic of a request whose topics are to be found in the text.
AI_SELECTION = "AI Selection"

_UNSPACED_SCRIPT = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


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
    """A text to learn from: read into blocks, and searched for sentences and places."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.blocks = _read(content)

    @cached_property
    def clean(self) -> str:
        """Without mark-up, running heads and all that teaches nothing; where nothing else is left, as it is."""
        return self.blocks.clean or self.content

    def sentence_with(self, term: str) -> str:
        """The first sentence that contains `term` as whole words, or an empty string."""
        wanted = re.escape(term.lower())
        if not _UNSPACED_SCRIPT.search(term):
            wanted = rf"(?<!\w){wanted}(?!\w)"
        return next((s for s, lowered in self._sentences if re.search(wanted, lowered)), "")

    def place_of(self, quote: str, term: str = "") -> Place | None:
        """Where in the content a quotation stands, or the block that has the term."""
        return self._places.of(quote, term)

    @cached_property
    def _places(self) -> Places:
        return Places(self.content, self.blocks.blocks)

    @cached_property
    def _sentences(self) -> list[tuple[str, str]]:
        found = (clean(s) for block in self.blocks.learned_from for s in sentences(block.text))
        return [(s, s.lower()) for s in found if len(s) <= TEXT_CHARACTERS]


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
