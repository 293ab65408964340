"""What the OpenAPI document says of readings aloud."""

from jobs.api.schema import form, work
from jobs.kinds.pronunciation.kind import KIND
from unilingo.common.openapi import FILE, FORM, example

BODY = form(
    required=["audio", "referenceText"],
    audio=FILE
    | {
        "description": "WAV, MP3, M4A, WebM, OGG, AAC, AMR, CAF, FLAC or AIFF by its content; at most 5 MB and 60 seconds",
    },
    referenceText={"type": "string", "minLength": 1, "maxLength": 500},
    language={
        "type": "string",
        "default": "en-US",
        "description": "name or BCP-47 code; the built-in engine judges English only",
    },
)
PRONUNCIATION_ASSESS = work(
    KIND,
    "pronunciation_assess",
    "Judge how a text was read aloud, word by word and sound by sound",
    BODY,
    examples=example(FORM, audio="@reading.wav", referenceText="The heart pumps blood."),
    description="The recording comes in the field `audio`, the text that was to be read in `referenceText`. The result has scores for the whole, for each word and for each sound. Silence fails the job with `NO_SPEECH`.",
)
