"""`python -m tests.programs.quality readings [fit] [FOLDER]`: how far the judge of readings aloud agrees with experts.

FOLDER (else the environment's READINGS) holds recordings of learners and `scores.txt`, one reading a line: its name and
the experts' scores of it, of each word, and the text, divided by `|`. `fit` prints the weights of `certainty.py` as these
readings would have them; measure with other speakers.
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

from jobs.providers.base import Language
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.local_speech.scores import Reading, assess
from jobs.providers.local_speech.written import written
from jobs.providers.speech import Assessment, Recording, WordScore
from tests.programs.bench.report import Table

ENGLISH = Language("en-US", "English")
PERFECT, RIGHT_FROM, BAD_UPTO, LOW_UPTO = 10, 8, 5, 3
PASS_MARK = 60.0
ROUNDS = 20
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
    fits = arguments[:1] == ["fit"]
    folder = next(iter(arguments[fits:]), os.environ.get("READINGS", ""))
    if not folder or not (Path(folder) / "scores.txt").exists():
        print(NO_READINGS)  # noqa: T201
        return
    given = [*readings_in(Path(folder))]
    speakers = len({g.speaker for g in given})
    table = Table(f"{len(given)} readings of {speakers} groups of speakers", ("",))
    for name, figure in fitted(given) if fits else figures(given):
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


def fitted(given: Sequence[Given]) -> Iterable[tuple[str, str]]:
    """Logistic regression, by Newton's method: of bad words against right ones."""
    rows, bad = [], []
    for g in given:
        reading = heard(g.pcm, g.texts)
        for sign, word, score in zip(reading.signs, reading.alignment.words, g.words, strict=True):
            if word.frames and not BAD_UPTO < score < RIGHT_FROM:
                rows.append((1.0, *sign.terms))
                bad.append(score <= BAD_UPTO)
    terms, weights = np.array(rows), np.zeros(len(rows[0]))
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-terms @ weights))
        slope = terms.T @ (likely - bad)
        bend = (terms * (likely * (1 - likely))[:, None]).T @ terms
        weights -= np.linalg.solve(bend, slope)
    names = "USUAL", "LAG", "UNLIKELIHOOD", "UNHEARD"
    return [(name, f"{weight:.2f}") for name, weight in zip(names, weights, strict=True)]


def figures(given: Sequence[Given]) -> Iterable[tuple[str, str]]:
    judged = [assess(heard(g.pcm, g.texts)) for g in given]
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
    scored = [(g.accuracy, passes(j)) for g, j in zip(given, judged, strict=True)]
    yield f"readings of {LOW_UPTO} and less that pass", share(p for a, p in scored if a <= LOW_UPTO)
    yield (
        f"readings of {RIGHT_FROM} and more that pass",
        share(p for a, p in scored if a >= RIGHT_FROM),
    )
    chance = random.Random(1)
    yield from planted(given, chance)
    yield "shuffled texts that pass", share(passes(j) for j in shuffled(given, chance))
    yield "other texts that pass", share(passes(j) for j in exchanged(given, chance))


def planted(given: Sequence[Given], chance: random.Random) -> Iterable[tuple[str, str]]:
    """Another word put into the text, which then was read wrong."""
    found, others = [], []
    for g in given:
        place = chance.randrange(len(g.texts))
        texts = (*g.texts[:place], chance.choice(OTHERS), *g.texts[place + 1 :])
        words = of_text(assess(heard(g.pcm, texts)))
        found.append(is_marked(words[place]))
        others += [
            is_marked(w) for n, w in enumerate(words) if n != place and g.words[n] >= RIGHT_FROM
        ]
    yield "planted wrong words found", share(found)
    yield "of words marked, planted", f"{sum(found) / (sum(found) + sum(others)):.2f}"


def shuffled(given: Sequence[Given], chance: random.Random) -> Iterable[Assessment]:
    for g in given:
        texts = chance.sample(g.texts, len(g.texts))
        if tuple(texts) != g.texts:
            yield assess(heard(g.pcm, tuple(texts)))


def exchanged(given: Sequence[Given], chance: random.Random) -> Iterable[Assessment]:
    for g in given:
        for other in chance.sample([other for other in given if other.texts != g.texts], 3):
            yield assess(heard(g.pcm, other.texts))


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
