"""A recording and the text that was read in it: how well it was read, word by word, and what to practise."""

from dataclasses import asdict, replace
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from jobs.handler import JobContext
from jobs.kinds.pronunciation.feedback import PASS_MARK, Feedback, feedback_on
from jobs.kinds.study.text import LanguageInput
from jobs.providers.base import Answer, Language
from jobs.providers.speech import (
    Assessment,
    Confidence,
    PhonemeScore,
    Recording,
    WordError,
    WordScore,
)
from jobs.uploads import FileInput


class PronunciationInput(TypedDict):
    """`files` has the recording."""

    referenceText: str
    language: LanguageInput
    files: list[FileInput]


class ScoredPhoneme(TypedDict):
    phoneme: str
    accuracyScore: float


class ScoredWord(TypedDict):
    """`start` and `end` are seconds of the recording, `heard` is IPA: each where it is known."""

    word: str
    accuracyScore: float
    errorType: WordError
    confidence: Confidence
    start: NotRequired[float]
    end: NotRequired[float]
    heard: NotRequired[str]
    phonemes: list[ScoredPhoneme]


class ScoredReading(TypedDict):
    accuracyScore: float
    fluencyScore: float
    completenessScore: float
    pronunciationScore: float
    recognizedText: str
    referenceText: str
    passed: bool
    # Nothing here measures it.
    prosodyScore: None
    words: list[ScoredWord]


class PronunciationResult(TypedDict):
    success: Literal[True]
    assessment: ScoredReading
    feedback: Feedback
    provider: str
    model: str
    warnings: NotRequired[list[str]]


class StoredAnswer(TypedDict):
    """An answer as a checkpoint keeps it."""

    assessment: dict[str, Any]
    provider: str
    model: str
    notes: list[str]


def assess_pronunciation(inputs: PronunciationInput, context: JobContext) -> PronunciationResult:
    """Raises AttemptFailed; NoSpeech before anything is paid when the recording holds none."""
    context.progress(10, "Listening to the recording")
    recording, trouble = _recording(inputs, context)
    context.progress(30, "Comparing it with the text")
    stored = _assessed(inputs, recording, context)
    assessment = _assessment(stored["assessment"])
    if trouble:
        assessment = _in_doubt(assessment)
    context.progress(90, "Writing the feedback")
    result = PronunciationResult(
        success=True,
        assessment=_scored(assessment, inputs["referenceText"]),
        feedback=feedback_on(assessment),
        provider=stored["provider"],
        model=stored["model"],
    )
    if warnings := [*([trouble] if trouble else []), *stored["notes"]]:
        result["warnings"] = warnings
    return result


def _recording(inputs: PronunciationInput, context: JobContext) -> tuple[Recording, str | None]:
    """And what is wrong with it."""
    # FFmpeg and numpy: needed by workers, and not by the web processes that import this module, too.
    from jobs.kinds.pronunciation.audio import decode, raised, refuse_silence, trouble

    with context.file(0) as file:
        pcm = decode(file.read())
    refuse_silence(pcm)
    recording = Recording(raised(pcm), inputs["referenceText"], Language(**inputs["language"]))
    return recording, trouble(pcm)


def _in_doubt(assessment: Assessment) -> Assessment:
    """What sounds wrong in a bad recording may be the recording's fault: no word and none of its sounds is shown as wrong."""
    words = tuple(
        replace(
            word,
            error="None",
            confidence="unsure",
            accuracy=max(word.accuracy, PASS_MARK),
            heard="",
            phonemes=tuple(
                replace(one, accuracy=max(one.accuracy, PASS_MARK)) for one in word.phonemes
            ),
        )
        if word.error == "Mispronunciation"
        else word
        for word in assessment.words
    )
    return replace(assessment, words=words)


def _assessed(
    inputs: PronunciationInput, recording: Recording, context: JobContext
) -> StoredAnswer:
    speech = context.speech

    def run() -> StoredAnswer:
        answer: Answer[Assessment] = speech.assess(recording)
        return StoredAnswer(
            assessment=asdict(answer.value),
            provider=answer.provider,
            model=answer.model,
            notes=list(answer.notes),
        )

    asked = {
        "engine": {"provider": speech.provider, "model": speech.model, "version": speech.version},
        "recording": inputs["files"][0]["sha256"],
        "reference": recording.reference,
        "language": recording.language.code,
    }
    return context.step("assess", asked, run)


def _assessment(stored: dict[str, Any]) -> Assessment:
    words = tuple(
        WordScore(**{**word, "phonemes": tuple(PhonemeScore(**one) for one in word["phonemes"])})
        for word in stored["words"]
    )
    return Assessment(**{**stored, "words": words})


def _scored(assessment: Assessment, reference: str) -> ScoredReading:
    return ScoredReading(
        accuracyScore=assessment.accuracy,
        fluencyScore=assessment.fluency,
        completenessScore=assessment.completeness,
        pronunciationScore=assessment.pronunciation,
        recognizedText=assessment.recognized_text,
        referenceText=reference,
        passed=assessment.pronunciation >= PASS_MARK,
        prosodyScore=None,
        words=[_scored_word(word) for word in assessment.words],
    )


def _scored_word(word: WordScore) -> ScoredWord:
    scored = ScoredWord(
        word=word.word,
        accuracyScore=word.accuracy,
        errorType=word.error,
        confidence=word.confidence,
        phonemes=[
            ScoredPhoneme(phoneme=p.phoneme, accuracyScore=p.accuracy) for p in word.phonemes
        ],
    )
    if word.start is not None and word.end is not None:
        scored["start"], scored["end"] = word.start, word.end
    if word.heard:
        scored["heard"] = word.heard
    return scored
