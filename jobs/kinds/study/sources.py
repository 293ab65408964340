"""Where study text comes from: sent as it is, or to be read from files first."""

from collections.abc import Callable, Iterable
from typing import Any

from jobs.handler import JobContext
from jobs.kinds.document.handler import read_files

STUDY_CHARACTERS = 100_000
# Handlers of text begin at five percent.
_READ_PERCENT = 4

SHORTENED = "Only the first {used:,} of {all:,} characters were used."

TextHandler = Callable[[Any, JobContext], Any]


def from_any_source(handler: TextHandler) -> TextHandler:
    """The same handler for inputs that have `files` in place of `content`, or `warnings` from where the text was read."""

    def handle(inputs: Any, context: JobContext) -> Any:
        warnings = list(inputs.get("warnings", ()))
        if "files" in inputs:
            reading = read_files(inputs["files"], context, until_percent=_READ_PERCENT)
            content, remarks = shortened(reading.text)
            inputs = {**inputs, "content": content, "pageStarts": page_starts(reading.pages)}
            warnings += [*reading.warnings, *remarks]
        result = handler(inputs, context)
        if not warnings:
            return result
        return {**result, "warnings": list(dict.fromkeys([*warnings, *result.get("warnings", ())]))}

    return handle


def page_starts(pages: Iterable[str]) -> list[int]:
    """Where each page begins in their joined text; an empty one where the next does."""
    starts, at = [], 0
    for page in pages:
        starts.append(at)
        at += len(page) + 2 if page else 0
    return starts


def shortened(text: str) -> tuple[str, list[str]]:
    """As much of a document as makes study text, up to the end of a paragraph or line where there is one, and a remark."""
    if len(text) <= STUDY_CHARACTERS:
        return text, []
    cut = text[:STUDY_CHARACTERS]
    end = max(cut.rfind("\n\n"), cut.rfind("\n"), cut.rfind(". "), STUDY_CHARACTERS // 2)
    used = cut[: end + 1].rstrip()
    return used, [SHORTENED.format(used=len(used), all=len(text))]
