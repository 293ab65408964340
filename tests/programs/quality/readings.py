"""`python -m tests.programs.quality readings [FOLDER]`: how far the judge of readings aloud agrees with experts.

FOLDER (else the environment's READINGS) holds recordings of learners and `scores.txt`, one reading a line: its name and
the experts' scores of it, of each word, and the text, divided by `|`. What the judge knows of usual words is measured anew
without the speaker it judges, so that nobody is judged by what was found on him.
"""

import os
import random
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from jobs.providers.base import Assessment, Language, Recording, WordScore
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.local_speech.certainty import Scale, columns_of
from jobs.providers.local_speech.scores import Reading, assess
from jobs.providers.local_speech.written import written
from tests.programs.bench.report import Table

ENGLISH = Language("en-US", "English")
PERFECT, RIGHT_FROM, BAD_UPTO, LOW_UPTO = 10, 8, 5, 3
PASS_MARK = 60.0
SPEAKER = slice(0, 5)
OTHERS = ["house", "water", "seven", "happy", "yellow", "street", "garden", "window"]
NO_READINGS = (
    "Readings aloud: not measured, the environment's READINGS names no folder with scores.txt."
)

assessor = LocalSpeechAssessor()


@dataclass(frozen=True)
class Given:
    """A reading as experts scored it, from 0 to 10."""

    name: str
    pcm: bytes
    texts: tuple[str, ...]
    accuracy: int
    fluency: int
    words: tuple[int, ...]

    @property
    def speaker(self) -> str:
        return self.name[SPEAKER]


def main(arguments: Sequence[str]) -> None:
    folder = arguments[0] if arguments else os.environ.get("READINGS", "")
    if not folder or not (Path(folder) / "scores.txt").exists():
        print(NO_READINGS)  # noqa: T201
        return
    given = [*readings_in(Path(folder))]
    scales = {speaker: usual(given, without=speaker) for speaker in {g.speaker for g in given}}
    judged = [assess(heard(g.pcm, g.texts), scales[g.speaker]) for g in given]
    title = (
        f"{len(given)} readings of {len(scales)} groups of speakers, each judged without its own"
    )
    table = Table(title, ("",))
    for name, figure in figures(given, judged, scales):
        table.row(name, figure)
    table.print()


def readings_in(folder: Path) -> Iterable[Given]:
    for line in (folder / "scores.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        head, words, text = (part.split() for part in line.split("|"))
        with wave.open(str(folder / f"{head[0]}.wav")) as file:
            pcm = file.readframes(file.getnframes())
        scores = tuple(int(word) for word in words)
        yield Given(
            head[0], pcm, tuple(word.lower() for word in text), int(head[1]), int(head[2]), scores
        )


@cache
def heard(pcm: bytes, texts: tuple[str, ...]) -> Reading:
    text = " ".join(texts)
    return assessor.read(Recording(pcm, text, ENGLISH), written(text))


def usual(given: Sequence[Given], without: str) -> Scale:
    rows = [
        row
        for g in given
        if g.speaker != without
        for row, score in zip(columns_of(heard(g.pcm, g.texts).signs), g.words, strict=True)
        if score >= RIGHT_FROM
    ]
    return Scale(np.mean(rows, axis=0), np.std(rows, axis=0))


def figures(
    given: Sequence[Given], judged: Sequence[Assessment], scales: dict[str, Scale]
) -> Iterable[tuple[str, str]]:
    pairs = [
        (word, score)
        for g, one in zip(given, judged, strict=True)
        for word, score in zip(of_text(one), g.words, strict=True)
    ]
    perfect = [word for word, score in pairs if score == PERFECT]
    bad = [word for word, score in pairs if score <= BAD_UPTO]
    yield "perfect words marked wrong", share(is_marked(word) for word in perfect)
    yield "perfect words unsure", share(word.confidence == "unsure" for word in perfect)
    yield "bad words found", share(is_marked(word) for word in bad)
    yield "bad words found or unsure", share(w.confidence == "unsure" or is_marked(w) for w in bad)
    yield "r with experts, words", r([w.accuracy for w, _ in pairs], [s for _, s in pairs])
    yield (
        "r with experts, accuracy of readings",
        r([j.accuracy for j in judged], [g.accuracy for g in given]),
    )
    yield "r with experts, fluency", r([j.fluency for j in judged], [g.fluency for g in given])
    low = [j for g, j in zip(given, judged, strict=True) if g.accuracy <= LOW_UPTO]
    yield f"readings of {LOW_UPTO} and less that pass", share(map(passes, low))
    chance = random.Random(1)
    yield from planted(given, scales, chance)
    yield "shuffled texts that pass", share(passes(j) for j in shuffled(given, scales, chance))
    yield "other texts that pass", share(passes(j) for j in exchanged(given, scales, chance))


def planted(
    given: Sequence[Given], scales: dict[str, Scale], chance: random.Random
) -> Iterable[tuple[str, str]]:
    """Another word put into the text, which then was read wrong."""
    found, others = [], []
    for g in given:
        place = chance.randrange(len(g.texts))
        texts = (*g.texts[:place], chance.choice(OTHERS), *g.texts[place + 1 :])
        words = of_text(assess(heard(g.pcm, texts), scales[g.speaker]))
        found.append(is_marked(words[place]))
        others += [
            is_marked(w) for n, w in enumerate(words) if n != place and g.words[n] >= RIGHT_FROM
        ]
    yield "planted wrong words found", share(found)
    yield "of words marked, planted", f"{sum(found) / (sum(found) + sum(others)):.2f}"


def shuffled(
    given: Sequence[Given], scales: dict[str, Scale], chance: random.Random
) -> Iterable[Assessment]:
    for g in given:
        texts = chance.sample(g.texts, len(g.texts))
        if tuple(texts) != g.texts:
            yield assess(heard(g.pcm, tuple(texts)), scales[g.speaker])


def exchanged(
    given: Sequence[Given], scales: dict[str, Scale], chance: random.Random
) -> Iterable[Assessment]:
    for g in given:
        for other in chance.sample([other for other in given if other.texts != g.texts], 3):
            yield assess(heard(g.pcm, other.texts), scales[g.speaker])


def of_text(assessment: Assessment) -> list[WordScore]:
    return [word for word in assessment.words if word.error != "Insertion"]


def is_marked(word: WordScore) -> bool:
    return word.error != "None"


def passes(assessment: Assessment) -> bool:
    return assessment.pronunciation >= PASS_MARK


def share(cases: Iterable[bool]) -> str:
    told = list(cases)
    return f"{sum(told)} of {len(told)}, {sum(told) / max(1, len(told)):.0%}"


def r(ours: Sequence[float], theirs: Sequence[Any]) -> str:
    return f"{np.corrcoef(ours, theirs)[0, 1]:.2f}"
