"""HTTP for readings aloud: a form with a recording and the text that was read."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from jobs.api.serializers import MissingFields, is_empty
from jobs.api.uploads import MEBIBYTE, Files
from jobs.api.views import WorkView, ask
from jobs.kind import Capability
from jobs.kinds.pronunciation.kind import KIND
from jobs.kinds.pronunciation.schema import PRONUNCIATION_ASSESS
from jobs.providers import registry
from jobs.providers.base import Language
from unilingo.common.fields import LanguageName, Text
from unilingo.common.multipart import Multipart

RECORDING = Files(
    field="audio",
    at_most=1,
    max_bytes=5 * MEBIBYTE,
    # Containers that may hold video as well: what is in them is known once they are decoded.
    types=frozenset(
        {
            *("audio/x-wav", "audio/mpeg", "audio/mp4", "video/mp4", "audio/ogg"),
            *("video/webm", "video/x-matroska", "video/3gpp", "video/quicktime"),
        }
    ),
    names="WAV, MP3, M4A, WebM, OGG, AAC, AMR, CAF, FLAC or AIFF",
)
REFERENCE_CHARACTERS = 500
DEFAULT_LANGUAGE = "en-US"
# What clients of the original know.
NOTHING = {"audio": "No audio file uploaded", "referenceText": "Reference text is required"}
REQUIRED = tuple(NOTHING)
NO_WORDS = "This has no words that could be read aloud."
NOT_JUDGED = "Pronunciation is not assessed in this language here."


class NothingToAssess(MissingFields):
    def __init__(self, missing: list[str]) -> None:
        super().__init__(missing, REQUIRED)
        self.missing = NOTHING[missing[0]]


class PronunciationRequest(serializers.Serializer[Any]):
    referenceText = Text(max_length=REFERENCE_CHARACTERS)
    language = LanguageName()

    def to_internal_value(self, data: Any) -> Any:
        missing = missing_of(data)
        if missing:
            raise NothingToAssess(missing)
        given = {name: data[name] for name in self.fields if not is_empty(data.get(name))}
        return super().to_internal_value({"language": DEFAULT_LANGUAGE, **given})

    def validate_referenceText(self, text: str) -> str:
        if not any(letter.isalnum() for letter in text):
            raise ValidationError(NO_WORDS)
        return text

    def validate_language(self, language: dict[str, str]) -> dict[str, str]:
        if not registry.chosen(Capability.SPEECH)[0].speaks(Language(**language)):
            raise ValidationError(NOT_JUDGED)
        return language


def missing_of(data: Any) -> list[str]:
    return [name for name in REQUIRED if is_empty(data.get(name))]


PRONUNCIATION_REQUEST = PronunciationRequest()


class PronunciationAssess(WorkView):
    limit = "pronunciation"
    parser_classes = (Multipart,)
    body_bytes = RECORDING.body_bytes
    required = REQUIRED

    def missing(self, data: Any) -> list[str]:
        return missing_of(data)

    @extend_schema(**PRONUNCIATION_ASSESS)
    def post(self, request: Request) -> HttpResponse:
        inputs = PRONUNCIATION_REQUEST.run_validation(request.data)
        files = RECORDING.of(request)
        if not files:
            raise NothingToAssess(["audio"])
        return ask(request, KIND.name, self.limit, inputs, files)


urlpatterns = [path("pronunciation-assess", PronunciationAssess.as_view())]
