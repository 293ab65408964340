"""The text that something is learned from, and text as it may be stored."""

import re
import unicodedata
from functools import cached_property
from typing import TypedDict

from jobs.kinds.study.splitting import sentences

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


class StudyText:
    """Looks sentences up in a text."""

    def __init__(self, content: str) -> None:
        self._content = content

    def sentence_with(self, term: str) -> str:
        """The first sentence that contains `term` as whole words, or an empty string."""
        wanted = re.escape(term.lower())
        if not _UNSPACED_SCRIPT.search(term):
            wanted = rf"(?<!\w){wanted}(?!\w)"
        return next((s for s, lowered in self._sentences if re.search(wanted, lowered)), "")

    @cached_property
    def _sentences(self) -> list[tuple[str, str]]:
        cleaned = (clean(sentence) for sentence in sentences(self._content))
        return [(s, s.lower()) for s in cleaned if len(s) <= TEXT_CHARACTERS]


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
