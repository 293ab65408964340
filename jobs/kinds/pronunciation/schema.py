"""What the OpenAPI document says of readings aloud."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers as s

_ERRORS = ["None", "Mispronunciation", "Omission", "Insertion"]


def _score() -> s.FloatField:
    return s.FloatField(min_value=0, max_value=100)


_PHONEME = inline_serializer(
    "ScoredPhoneme",
    {"phoneme": s.CharField(help_text="IPA", allow_blank=True), "accuracyScore": _score()},
)
_WORD = inline_serializer(
    "ScoredWord",
    {
        "word": s.CharField(),
        "accuracyScore": _score(),
        "errorType": s.ChoiceField(choices=_ERRORS),
        "phonemes": s.ListField(child=_PHONEME),
    },
)
_ASSESSMENT = inline_serializer(
    "ScoredReading",
    {
        "accuracyScore": _score(),
        "fluencyScore": _score(),
        "completenessScore": _score(),
        "pronunciationScore": _score(),
        "recognizedText": s.CharField(allow_blank=True),
        "referenceText": s.CharField(),
        "passed": s.BooleanField(help_text="pronunciationScore is at least 60"),
        "words": s.ListField(child=_WORD),
    },
)
_ISSUE = inline_serializer(
    "WordIssue",
    {
        "word": s.CharField(),
        "issue": s.ChoiceField(choices=[*_ERRORS[1:], "LowScore"]),
        "score": _score(),
        "suggestion": s.CharField(),
    },
)
_FEEDBACK = inline_serializer(
    "ReadingFeedback",
    {
        "overall": s.CharField(),
        "accuracy": s.CharField(),
        "fluency": s.CharField(),
        "wordIssues": s.ListField(child=_ISSUE),
    },
)
RESULT: dict[str, Any] = {
    "assessment": _ASSESSMENT,
    "feedback": _FEEDBACK,
    "provider": s.CharField(),
    "model": s.CharField(),
    "warnings": s.ListField(child=s.CharField(), required=False),
}
FORM = {
    "multipart/form-data": {
        "type": "object",
        "required": ["audio", "referenceText"],
        "properties": {
            "audio": {
                "type": "string",
                "format": "binary",
                "description": "WAV, MP3, M4A, WebM or OGG by its content; at most 5 MB and 60 seconds",
            },
            "referenceText": {"type": "string", "minLength": 1, "maxLength": 500},
            "language": {
                "type": "string",
                "default": "en-US",
                "description": "name or BCP-47 code; the built-in engine judges English only",
            },
        },
    }
}
