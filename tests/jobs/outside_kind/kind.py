"""Outlines: the first words of each paragraph of a note."""

from typing import Literal

from typing_extensions import TypedDict

from jobs.handler import JobContext
from jobs.kind import Capability, Kind, Queue

done: list[str] = []  # the steps that were really run


class OutlineInput(TypedDict):
    note: str
    words: int


class OutlineResult(TypedDict):
    """`points` are in the order of the note."""

    success: Literal[True]
    points: list[str]


def make_outline(inputs: OutlineInput, context: JobContext) -> OutlineResult:
    paragraphs = inputs["note"].split("\n\n")
    points = []
    for number, paragraph in enumerate(paragraphs, start=1):

        def run(paragraph: str = paragraph) -> str:
            done.append(paragraph)
            return " ".join(paragraph.split()[: inputs["words"]])

        points.append(context.step(f"point-{number}", paragraph, run))
        context.progress(100 * number // len(paragraphs), f"Read paragraph {number}")
    return OutlineResult(success=True, points=points)


KIND = Kind(
    name="outline",
    title="Outline",
    estimated_time="1-2 seconds",
    capability=Capability.TEXT,
    queue=Queue.AI,
    deadline_seconds=60,
    handler=make_outline,
    result=OutlineResult,
    urls="tests.jobs.outside_kind.api",
    titled_by="note",
)
