"""What a chat completion is asked for: the prompt, the request as its data, and the most an answer may take."""

import json
from dataclasses import dataclass
from typing import Any

from jobs.kind import prompt_of
from jobs.prompt import Prompt
from jobs.providers.base import (
    CardsRequest,
    ConversationRequest,
    KeywordsRequest,
    Language,
    TextRequest,
    TopicsRequest,
    VocabularyRequest,
)
from jobs.providers.tokens import estimated_tokens

STRICT, LIVELY = 0.1, 0.7
TOKENS_AROUND_MESSAGES = 50
# Guesses with room: English takes a third of them, other scripts up to all.
TOKENS_AROUND_ANSWER = 500
TOKENS_PER_CARD = 200
TOKENS_PER_KEYWORD = 25
TOKENS_PER_ENTRY = 280
TOKENS_OF_CONVERSATION = 4000


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """`answer_tokens` goes with the call as its limit: an answer is never charged for more."""

    prompt: Prompt
    user_message: str
    answer_tokens: int
    temperature: float = STRICT

    @property
    def schema_name(self) -> str:
        """The prompt's name without its version."""
        return self.prompt.version.rpartition("-v")[0]

    @property
    def input_tokens(self) -> int:
        """An upper estimate of what the call will be charged as input."""
        texts = (self.prompt.system, self.user_message, json.dumps(self.prompt.schema))
        return TOKENS_AROUND_MESSAGES + sum(estimated_tokens(text) for text in texts)


def chat_request(
    request: TextRequest, max_answer_tokens: int, thinking_tokens: int = 0
) -> ChatRequest:
    """`thinking_tokens`: for what the model thinks before it answers."""
    data, wanted = _of(request)
    prompt = prompt_of(type(request))
    return ChatRequest(
        prompt=prompt,
        user_message=prompt.user_message({**_setting(request), **data}),
        answer_tokens=min(max_answer_tokens, wanted) + thinking_tokens,
        temperature=LIVELY if isinstance(request, ConversationRequest) else STRICT,
    )


def _setting(request: TextRequest) -> dict[str, Any]:
    return {
        "subject": request.subject,
        "targetLanguage": _language(request.target),
        "nativeLanguage": _language(request.native),
    }


def _of(request: TextRequest) -> tuple[dict[str, Any], int]:
    """What the prompt is told beside subject and languages, and how many tokens the answer may need."""
    match request:
        case CardsRequest():
            data = {
                **_counts(request),
                "topic": request.topic,
                "knownFronts": list(request.known_fronts),
                "knownTopics": list(request.known_topics),
                "studyText": request.content,
            }
            return data, TOKENS_AROUND_ANSWER + TOKENS_PER_CARD * request.at_most
        case KeywordsRequest():
            data = {**_counts(request), "topic": request.topic, "studyText": request.content}
            tokens = TOKENS_AROUND_ANSWER + TOKENS_PER_KEYWORD * request.at_most
            return data, tokens
        case TopicsRequest():
            data = {**_counts(request), "keywords": list(request.keywords)}
            tokens = TOKENS_AROUND_ANSWER + TOKENS_PER_KEYWORD * len(request.keywords)
            return data, tokens
        case VocabularyRequest():
            data = {
                "topic": request.topic,
                "keywords": list(request.keywords),
                "sentences": list(request.sentences),
            }
            tokens = TOKENS_AROUND_ANSWER + TOKENS_PER_ENTRY * len(request.keywords)
            return data, tokens
    assert isinstance(request, ConversationRequest)
    told = {"terms": list(request.terms), "faults": list(request.faults)}
    return {"topic": request.topic, **told}, TOKENS_OF_CONVERSATION


def _counts(request: CardsRequest | KeywordsRequest | TopicsRequest) -> dict[str, int]:
    return {"atLeast": request.at_least, "atMost": request.at_most}


def _language(language: Language) -> str:
    return f"{language.name} ({language.code})"
