"""The parts of a lesson out of a request: simple, deterministic, and valid by the rules of the contract."""

from typing import Any

from tests.fakes.openai_cards import request_in, terms_in

MESSAGES = 12


def keywords_for(message: str) -> dict[str, Any]:
    request = request_in(message)
    terms = terms_in(str(request["studyText"]), set())[: request["atMost"]]
    return {
        "subject": f"{request['subject']} [{request['nativeLanguage']}]",
        "keywords": [term for term, _ in terms],
    }


def topics_for(message: str) -> dict[str, Any]:
    """As few as may be, of like size, each named after its first keyword."""
    request = request_in(message)
    keywords, count = request["keywords"], request["atLeast"]
    groups = [keywords[number::count] for number in range(count)]
    return {"topics": [{"topicName": f"On {g[0]}", "keywords": g} for g in groups if g]}


def vocabulary_for(message: str) -> dict[str, Any]:
    request = request_in(message)
    same = request["nativeLanguage"] == request["targetLanguage"]
    return {"vocabulary": [_entry(word, request, same) for word in request["keywords"]]}


def _entry(word: str, request: dict[str, Any], same: bool) -> dict[str, str]:
    example = next((s for s in request["sentences"] if word in s), f"This is about {word} here.")
    native = request["nativeLanguage"]
    return {
        "keyword": word,
        "definition": f"What one calls {word}.",
        "translation": "" if same else f"{word} [{native}]",
        "exampleTarget": example,
        "exampleNative": "" if same else f"{example} [{native}]",
    }


def conversation_for(message: str) -> dict[str, Any]:
    terms = request_in(message)["terms"]
    return {
        "conversation": [
            {
                "speaker": ("Assistant", "User")[number % 2],
                "message": f"Let us speak of {', '.join(terms[number::MESSAGES]) or 'this'}.",
            }
            for number in range(MESSAGES)
        ]
    }


LESSON_ANSWERS = {
    "lesson-keywords": keywords_for,
    "lesson-topics": topics_for,
    "lesson-vocabulary": vocabulary_for,
    "lesson-conversation": conversation_for,
}
