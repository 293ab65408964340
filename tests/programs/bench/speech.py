"""Reading aloud: processor time for a second of audio, beside the recogniser called bare, ten long ones at once, and a worker's
memory after 50."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, process_time

from jobs.kinds.pronunciation.audio import decode
from jobs.providers.base import Language
from jobs.providers.local_speech.acoustics import AcousticModel
from jobs.providers.local_speech.assessor import LocalSpeechAssessor
from jobs.providers.speech import Recording
from tests.clients import form
from tests.programs.bench.report import Table
from tests.speech import as_file, seconds_of, speak
from tests.stack import Stack, running_stack

SENTENCE = "I think the ship is very thick and the red rice is here."
ROUNDS = 5
LENGTHS = (1, 4, 16)
AT_ONCE, THREADS = 10, 3
READINGS = 50
ENGLISH = Language("en-US", "English")


def main() -> None:
    _time()
    _memory()


def _time() -> None:
    began = process_time()
    bare, assessor = AcousticModel(), LocalSpeechAssessor()
    assessor.assess(Recording(speak("Yes."), "Yes.", ENGLISH))
    loaded = process_time() - began
    table = Table(
        f"Processor seconds for a second of audio (first reading of a process: {loaded:.1f} s more)",
        ("decoding WebM", "recogniser alone", "assessment", "of the recogniser"),
    )
    for sentences in LENGTHS:
        text, pcm = " ".join([SENTENCE] * sentences), speak(SENTENCE) * sentences
        file, recording, seconds = (
            as_file(pcm, "webm"),
            Recording(pcm, text, ENGLISH),
            seconds_of(pcm),
        )
        decoding = _cost(lambda file=file: decode(file)) / seconds  # type: ignore[misc]
        heard = _cost(lambda pcm=pcm: bare.hear(pcm)) / seconds  # type: ignore[misc]
        judged = _cost(lambda it=recording: assessor.assess(it)) / seconds  # type: ignore[misc]
        figures = (f"{decoding:.4f}", f"{heard:.3f}", f"{judged:.3f}", f"{judged / heard:.2f}")
        table.row(f"{seconds:.0f} s", *figures)
    table.print()
    _at_once(assessor, recording)


def _at_once(assessor: LocalSpeechAssessor, recording: Recording) -> None:
    """By the threads of one worker."""
    began, spent = perf_counter(), process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(assessor.assess, [recording] * AT_ONCE))
    table = Table(f"{AT_ONCE} of {recording.seconds:.0f} s at once", ("seconds", "of processor"))
    table.row("all of them", f"{perf_counter() - began:.1f}", f"{process_time() - spent:.1f}")
    table.print()


def _memory() -> None:
    table = Table("A worker's memory, MiB", ("resident", "peak"))
    with running_stack(LOG_LEVEL="warning") as stack:
        table.row("at rest", *_figures(stack))
        for number in range(READINGS):
            _read(stack, number)
            if number == 0:
                table.row("after one reading", *_figures(stack))
        table.row(f"after {READINGS} readings", *_figures(stack))
    table.print()


def _read(stack: Stack, number: int) -> None:
    files = {"audio": [("reading.webm", as_file(speak(SENTENCE), "webm"))]}
    body, content_type = form(files, referenceText=f"{SENTENCE} {number}")
    accepted = stack.client("ann").post(
        "/api/pronunciation-assess", body, Content_Type=content_type
    )
    stack.ended("ann", accepted.json["jobId"], seconds=120)


def _cost(call: Callable[[], object]) -> float:
    """The least of several rounds: what is above it is other work on the machine."""

    def once() -> float:
        began = process_time()
        call()
        return process_time() - began

    return min(once() for _ in range(ROUNDS))


def _figures(stack: Stack) -> list[str]:
    lines = Path(f"/proc/{stack.workers[0].pid}/status").read_text().splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return [f"{int(found[name].split()[0]) / 1024:.0f}" for name in ("VmRSS", "VmHWM")]
