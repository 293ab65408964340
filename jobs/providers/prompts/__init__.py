"""Prompts as versioned files.

A prompt is a folder `<purpose>-v<number>` with system.txt, user.txt ($request stands for the request)
and schema.json. What has been released is never edited: a change is a new folder, because the version
is part of what makes a stored answer answer a new request.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from jobs.providers.base import (
    CardsRequest,
    ConversationRequest,
    KeywordsRequest,
    TopicsRequest,
    VocabularyRequest,
)

CARDS_PROMPT = "flashcards-v1"
KEYWORDS_PROMPT = "lesson-keywords-v1"
TOPICS_PROMPT = "lesson-topics-v1"
VOCABULARY_PROMPT = "lesson-vocabulary-v1"
CONVERSATION_PROMPT = "lesson-conversation-v1"
PROMPTS: dict[type, str] = {
    CardsRequest: CARDS_PROMPT,
    KeywordsRequest: KEYWORDS_PROMPT,
    TopicsRequest: TOPICS_PROMPT,
    VocabularyRequest: VOCABULARY_PROMPT,
    ConversationRequest: CONVERSATION_PROMPT,
}


@dataclass(frozen=True)
class Prompt:
    version: str
    system: str
    user: Template
    schema: dict[str, object]

    def user_message(self, request: Mapping[str, Any]) -> str:
        """The request as JSON: inside a JSON string no text can end the data and begin an instruction."""
        written = json.dumps(request, ensure_ascii=False, indent=1)
        # A lone surrogate cannot be sent as UTF-8.
        return self.user.substitute(request=written.encode("utf-8", "replace").decode())


@cache
def load_prompt(version: str) -> Prompt:
    folder = files(__package__) / version
    return Prompt(
        version=version,
        system=(folder / "system.txt").read_text("utf-8").strip(),
        user=Template((folder / "user.txt").read_text("utf-8").strip()),
        schema=json.loads((folder / "schema.json").read_text("utf-8")),
    )
