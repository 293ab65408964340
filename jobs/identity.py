"""When two requests, or two runs of a step, ask for the same: every input that changes the answer, as one hash."""

from collections.abc import Mapping
from typing import Any

from unilingo.common.digest import digest


def fingerprint(kind: str, inputs: Mapping[str, Any]) -> str:
    """The same for requests that ask for the same thing, whoever asks and whatever engine answers.

    `files` among the inputs count by their content, whatever their names.
    """
    said = {name: value for name, value in inputs.items() if name != "files"}
    return digest([kind, said, [file["sha256"] for file in inputs.get("files", ())]])


def identity(user_id: str, request: str, engine: str) -> str:
    """The same for requests whose answer may be given twice. `request` is a fingerprint, `engine` names what answers."""
    return digest([user_id, request, engine])
