"""From a recording to a result: what is asked of the assessor, what is told to the learner."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import pytest

from jobs.errors import NoSpeech, RecordingTooLong, UnreadableFile
from jobs.kinds.pronunciation.audio import NOISY, OVERDRIVEN
from jobs.kinds.pronunciation.feedback import FLUENCY, feedback_on
from jobs.kinds.pronunciation.handler import PronunciationInput, assess_pronunciation
from jobs.providers.base import Answer
from jobs.providers.sound import waveform
from jobs.providers.speech import Assessment, PhonemeScore, Recording, WordScore
from tests.speech import as_file, noise, silence, speak

T = TypeVar("T")
TEXT = "The heart pumps blood."
SPOKEN = Assessment(
    accuracy=91.0,
    fluency=80.0,
    completeness=75.0,
    pronunciation=77.2,
    recognized_text="the hat big pumps",
    words=(
        WordScore("The", 95.0, "None", (PhonemeScore("ð", 90.0), PhonemeScore("ə", 100.0))),
        WordScore("heart", 55.0, "Mispronunciation", (PhonemeScore("h", 98.0), PhonemeScore("ɑ", 12.0)), heard="hæt"),
        WordScore("big", 0.0, "Insertion"),
        WordScore("pumps", 68.0, "None", (PhonemeScore("p", 58.0),), "unsure", 0.5, 0.9),
        WordScore("blood", 0.0, "Omission"),
    ),
)  # fmt: skip


@cache
def recording() -> bytes:
    return as_file(speak(TEXT), "webm")


@dataclass
class ScriptedAssessor:
    assessment: Assessment = SPOKEN
    notes: tuple[str, ...] = ()
    provider: str = "scripted"
    model: str = "scripted-1"
    version: str = "1"
    asked: list[Recording] = field(default_factory=list)

    def assess(self, recording: Recording) -> Answer[Assessment]:
        self.asked.append(recording)
        return Answer(self.assessment, self.provider, self.model, notes=self.notes)


@dataclass
class Run:
    """A run that keeps its checkpoints as JSON text, as a database would."""

    content: bytes = field(default_factory=recording)
    speech: ScriptedAssessor = field(default_factory=ScriptedAssessor)
    reported: list[int] = field(default_factory=list)
    stored: dict[str, str] = field(default_factory=dict)

    def file(self, number: int) -> io.BytesIO:
        return io.BytesIO(self.content)

    def progress(self, percent: int, message: str) -> None:
        self.reported.append(percent)

    def step(self, name: str, inputs: object, run: Callable[[], T]) -> T:
        key = json.dumps([name, inputs], sort_keys=True)
        if key not in self.stored:
            self.stored[key] = json.dumps(run())
        answer: T = json.loads(self.stored[key])
        return answer


def assessed(run: Run) -> Any:
    file = {
        "name": "reading.webm",
        "type": "video/webm",
        "bytes": len(recording()),
        "sha256": "abc",
    }
    asked = PronunciationInput(
        referenceText=TEXT,
        language={"code": "en-US", "name": "English (United States)"},
        files=[file],
    )
    return assess_pronunciation(asked, run)  # type: ignore[arg-type]  # it has no text model


def test_the_result_has_the_members_of_the_contract() -> None:
    result = assessed(Run())

    assert result["assessment"]["passed"]
    assert result["assessment"] | {"words": []} == {
        "accuracyScore": 91.0,
        "fluencyScore": 80.0,
        "completenessScore": 75.0,
        "pronunciationScore": 77.2,
        "recognizedText": "the hat big pumps",
        "referenceText": TEXT,
        "passed": True,
        "prosodyScore": None,
        "words": [],
    }
    assert result["assessment"]["words"][0] == {
        "word": "The",
        "accuracyScore": 95.0,
        "errorType": "None",
        "confidence": "sure",
        "phonemes": [
            {"phoneme": "ð", "accuracyScore": 90.0},
            {"phoneme": "ə", "accuracyScore": 100.0},
        ],
    }
    assert result["assessment"]["words"][3] | {"phonemes": []} == {
        "word": "pumps",
        "accuracyScore": 68.0,
        "errorType": "None",
        "confidence": "unsure",
        "start": 0.5,
        "end": 0.9,
        "phonemes": [],
    }
    assert result["assessment"]["words"][1]["heard"] == "hæt"
    assert (result["success"], result["provider"], result["model"]) == (
        True,
        "scripted",
        "scripted-1",
    )


def test_the_assessor_is_given_the_whole_reading_in_its_language() -> None:
    run = Run()
    assessed(run)

    asked = run.speech.asked[0]
    assert asked.seconds == pytest.approx(
        Recording(speak(TEXT), "", asked.language).seconds, abs=0.1
    )
    assert (asked.reference, asked.language.code) == (TEXT, "en-US")


@pytest.mark.parametrize(
    ("score", "overall", "accuracy", "fluency"),
    [
        (90, "Excellent pronunciation!", "Your pronunciation of individual sounds is excellent!", "Very natural and smooth delivery!"),
        (89.9, "Good job! Your pronunciation is clear.", "Most sounds are pronounced correctly.", "Good rhythm and flow."),
        (75, "Good job! Your pronunciation is clear.", "Most sounds are pronounced correctly.", "Good rhythm and flow."),
        (60, "Not bad, but there's room for improvement.", "Some sounds need improvement.", "Try to speak more smoothly."),
        (59.9, "Keep practicing! Pronunciation needs work.", "Focus on pronouncing each sound clearly.", "Practice speaking more naturally."),
    ],
)  # fmt: skip
def test_each_band_of_scores_has_its_sentences(
    score: float, overall: str, accuracy: str, fluency: str
) -> None:
    feedback = feedback_on(Assessment(score, score, score, score, "", ()))

    assert (feedback["overall"], feedback["accuracy"], feedback["fluency"]) == (
        overall,
        accuracy,
        fluency,
    )


@pytest.mark.parametrize(
    ("wrong", "overall"),
    [
        (0, "Excellent pronunciation!"),
        (1, "Good job! Your pronunciation is clear."),
        (3, "Not bad, but there's room for improvement."),
    ],
)
def test_praise_agrees_with_the_words_that_are_marked(wrong: int, overall: str) -> None:
    marked = [WordScore("heart", 40.0, "Mispronunciation")] * wrong
    words = tuple(marked + [WordScore("the", 99.0, "None")] * (8 - wrong))

    feedback = feedback_on(Assessment(95, 95, 100, 95, "", words))

    assert (feedback["overall"], len(feedback["wordIssues"])) == (overall, wrong)


def test_of_another_word_it_says_what_was_said_and_no_single_sound() -> None:
    sounds = tuple(PhonemeScore(sound, 0.0) for sound in "ʃɪp")
    other = WordScore("ship", 0.0, "Mispronunciation", phonemes=sounds, heard="kæt")

    (issue,) = feedback_on(Assessment(40, 100, 70, 30, "", (other,)))["wordIssues"]

    assert "You said /kæt/, the text has /ʃɪp/." in issue["suggestion"]
    assert "Listen to" not in issue["suggestion"]


def test_other_speech_is_not_praised_for_its_flow() -> None:
    failed, passed = (feedback_on(Assessment(40, 100, 70, score, "", ())) for score in (5, 90))

    assert failed["fluency"] == FLUENCY[1]
    assert passed["fluency"] == FLUENCY[0]


@pytest.mark.parametrize(("score", "passed"), [(60.0, True), (59.9, False)])
def test_sixty_is_the_pass_mark(score: float, passed: bool) -> None:
    run = Run(speech=ScriptedAssessor(Assessment(80, 80, 80, score, "", ())))

    assert assessed(run)["assessment"]["passed"] is passed


def test_each_word_that_went_wrong_has_a_suggestion() -> None:
    issues = assessed(Run())["feedback"]["wordIssues"]

    assert [(i["word"], i["issue"], i["score"]) for i in issues] == [
        ("heart", "Mispronunciation", 55.0),
        ("big", "Insertion", 0.0),
        ("blood", "Omission", 0.0),
    ]
    assert "heart" in issues[0]["suggestion"]
    assert "You said /hæt/, the text has /hɑ/." in issues[0]["suggestion"]
    assert 'Listen to the sound /ɑ/ as in "father".' in issues[0]["suggestion"]
    assert len({issue["suggestion"] for issue in issues}) == 3


def test_a_reading_is_paid_for_once_however_often_the_job_runs() -> None:
    first, again = ScriptedAssessor(), ScriptedAssessor()
    run = Run(speech=first)
    result = assessed(run)
    run.speech = again

    assert assessed(run) == result
    assert (len(first.asked), len(again.asked)) == (1, 0)


def test_what_the_engine_remarks_is_told_as_a_warning() -> None:
    assert assessed(Run(speech=ScriptedAssessor(notes=("Built in.",))))["warnings"] == ["Built in."]
    assert "warnings" not in assessed(Run())


@pytest.mark.parametrize(("gain", "room", "told"), [(5.0, 0.0, OVERDRIVEN), (0.7, 0.05, NOISY)])
@pytest.mark.parametrize("ending", ["wav", "webm", "mp3"])
def test_a_bad_recording_says_so_instead_of_wrong_words(
    ending: str, gain: float, room: float, told: str
) -> None:
    voice = waveform(speak(TEXT))
    heard = gain * voice / abs(voice).max() + waveform(noise(3.0, room))[: len(voice)]
    pcm = (heard.clip(-1, 1) * 32767).astype("<i2").tobytes()

    result = assessed(Run(as_file(pcm, ending)))

    words = {word["word"]: word for word in result["assessment"]["words"]}
    assert result["warnings"] == [told]
    assert words["heart"]["errorType"] == "None"
    assert words["heart"]["confidence"] == "unsure"
    assert words["heart"]["accuracyScore"] >= 60
    assert all(sound["accuracyScore"] >= 60 for sound in words["heart"]["phonemes"])
    assert words["blood"]["errorType"] == "Omission"
    assert "heart" not in [issue["word"] for issue in result["feedback"]["wordIssues"]]


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (lambda: as_file(silence(3)), NoSpeech),
        (lambda: as_file(noise(3), "ogg"), NoSpeech),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), UnreadableFile),
        (lambda: as_file(silence(61), "ogg"), RecordingTooLong),
    ],
    ids=["silence", "noise", "picture", "too long"],
)
def test_a_recording_of_no_use_costs_nothing(
    made: Callable[[], bytes], error: type[Exception]
) -> None:
    run = Run(made())

    with pytest.raises(error):
        assessed(run)
    assert run.speech.asked == []
