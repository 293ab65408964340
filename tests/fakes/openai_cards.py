"""Cards out of the text of a request: simple, deterministic, and valid by the rules of the contract."""

import json
import re
from typing import Any

PER_TOPIC = 5
_WORD = re.compile(r"[^\W\d_]{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s*|\n+")
_LONG = 8


def tokens_of(text: str) -> int:
    return -(-len(text) // 4)


def request_in(message: str) -> dict[str, Any]:
    """The JSON object inside a user message; a message without one is all study text."""
    try:
        found = json.loads(message[message.index("{") : message.rindex("}") + 1])
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"studyText": message}


def cards_for(message: str) -> list[dict[str, str]]:
    request = request_in(message)
    terms = terms_in(str(request.get("studyText", "")), set(request.get("knownFronts", [])))
    terms = terms[: int(request.get("atMost", 20))]
    language = str(request.get("nativeLanguage", "en"))
    topics = _topics(list(terms), request.get("topic"))
    return [
        {
            "front": term,
            "back": f"{term} [{language}]",
            "topic": topic,
            "difficulty": _difficulty(term),
            "example": sentence,
            "pronunciation": f"/{term.lower()}/",
        }
        for (term, sentence), topic in zip(terms, topics, strict=True)
    ]


def terms_in(text: str, known: set[str]) -> list[tuple[str, str]]:
    """Each word with the first sentence it stands in, long words first."""
    sentence_of: dict[str, tuple[str, str]] = {}
    for sentence in filter(None, (" ".join(s.split()) for s in _SENTENCE_END.split(text))):
        for word in _WORD.findall(sentence[:400]):
            sentence_of.setdefault(word.lower(), (word, sentence[:400]))
    fresh = [pair for pair in sentence_of.values() if pair[0] not in known]
    return sorted(fresh, key=lambda pair: -min(len(pair[0]), _LONG))


def _topics(terms: list[tuple[str, str]], given: object) -> list[str]:
    if given:
        return [str(given)] * len(terms)
    count = max(1, min(8, len(terms) // PER_TOPIC))
    size = -(-len(terms) // count)
    names = [terms[start][0].capitalize() for start in range(0, len(terms), max(1, size))]
    return [names[number // size] for number in range(len(terms))]


def _difficulty(term: str) -> str:
    return ("beginner", "intermediate", "expert")[min(2, len(term) // 6)]
