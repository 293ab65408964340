"""Azure's phrases as an assessment. A single utterance comes judged as a whole; of several phrases the whole is ours to judge."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from jobs.errors import UnusableAnswer
from jobs.providers.speech import Assessment, PhonemeScore, WordError, WordScore

# Azure has more words for a word (`UnexpectedBreak`, `Monotone`), which are about prosody.
_ERRORS = get_args(WordError)
MISPRONOUNCED_BELOW = 60.0
# Azure's unit of time is 100 ns.
TICKS = 10_000_000
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

Score = Annotated[float, Field(ge=0, le=100)]


class _PhonemeScores(BaseModel):
    AccuracyScore: Score


class _Phoneme(BaseModel):
    Phoneme: str = ""
    PronunciationAssessment: _PhonemeScores


class _WordScores(BaseModel):
    AccuracyScore: Score = 0
    ErrorType: Annotated[
        Literal["None", "Mispronunciation", "Omission", "Insertion"],
        BeforeValidator(lambda told: told if told in _ERRORS else "None"),
    ] = "None"


class _Word(BaseModel):
    Word: str
    Offset: int | None = None
    Duration: int = 0
    PronunciationAssessment: _WordScores
    Phonemes: list[_Phoneme] = []


class _Scores(BaseModel):
    AccuracyScore: Score
    FluencyScore: Score
    CompletenessScore: Score
    PronScore: Score


class _Best(BaseModel):
    Lexical: str = ""
    Display: str = ""
    PronunciationAssessment: _Scores
    Words: list[_Word]


class Phrase(BaseModel):
    """A `speech.phrase` of the service."""

    Id: str = ""
    NBest: Annotated[list[_Best], Field(min_length=1)]


_PHRASE = TypeAdapter(Phrase)


def phrases_of(answers: Sequence[str]) -> list[Phrase]:
    """Raises UnusableAnswer."""
    try:
        return [_PHRASE.validate_json(answer) for answer in answers]
    except ValidationError:
        raise UnusableAnswer from None


def assessment_of(phrases: list[Phrase], reference: str, *, is_single: bool) -> Assessment:
    best = [phrase.NBest[0] for phrase in phrases]
    recognized = " ".join(phrase.Display or phrase.Lexical for phrase in best)
    words = [_word(word) for phrase in best for word in phrase.Words]
    if is_single:
        scores = best[0].PronunciationAssessment
        return Assessment(
            accuracy=scores.AccuracyScore,
            fluency=scores.FluencyScore,
            completeness=scores.CompletenessScore,
            pronunciation=scores.PronScore,
            recognized_text=recognized,
            words=tuple(words),
        )
    judged = with_miscues(words, _WORD.findall(reference))
    return _whole(best, judged, recognized)


def _word(word: _Word) -> WordScore:
    phonemes = tuple(
        PhonemeScore(phoneme.Phoneme, phoneme.PronunciationAssessment.AccuracyScore)
        for phoneme in word.Phonemes
    )
    scores = word.PronunciationAssessment
    told = WordScore(word.Word, scores.AccuracyScore, scores.ErrorType, phonemes)
    if word.Offset is None or not word.Duration:
        return told
    start, end = word.Offset / TICKS, (word.Offset + word.Duration) / TICKS
    return replace(told, start=round(start, 2), end=round(end, 2))


def with_miscues(heard: list[WordScore], reference: list[str]) -> list[WordScore]:
    """What was left out and what was added, by comparing the words of the text with those that were heard."""
    wanted = [word.casefold() for word in reference]
    matcher = difflib.SequenceMatcher(
        None, wanted, [word.word.casefold() for word in heard], autojunk=False
    )
    judged = []
    for same, first, last, start, end in matcher.get_opcodes():
        if same == "equal":
            judged += [_plain(word) for word in heard[start:end]]
            continue
        judged += [WordScore(word, 0.0, "Omission") for word in reference[first:last]]
        judged += [WordScore(word.word, 0.0, "Insertion") for word in heard[start:end]]
    return judged


def _plain(word: WordScore) -> WordScore:
    error: WordError = "Mispronunciation" if word.accuracy < MISPRONOUNCED_BELOW else "None"
    return replace(word, error=error)


def _whole(best: list[_Best], words: list[WordScore], recognized: str) -> Assessment:
    """As Azure's own sample puts several phrases together."""
    read = [word for word in words if word.error != "Insertion"]
    accuracy = sum(word.accuracy for word in read) / max(1, len(read))
    said = sum(word.error != "Omission" for word in read)
    completeness = 100 * said / max(1, len(read))
    lengths = [max(1, sum(word.Duration for word in phrase.Words)) for phrase in best]
    fluency = sum(
        phrase.PronunciationAssessment.FluencyScore * length
        for phrase, length in zip(best, lengths, strict=True)
    ) / sum(lengths)
    return Assessment.summed_up((accuracy, fluency, completeness), recognized, words)
