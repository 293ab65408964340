"""When two requests ask for the same work: every input that changes the answer, as one hash."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from jobs.kinds import JobKind


def fingerprint(kind: JobKind, inputs: Mapping[str, Any]) -> str:
    """The same for requests that ask for the same thing, whoever asks and whatever engine answers."""
    return _digest([kind, inputs])


def identity(user_id: str, request: str, engine: str) -> str:
    """The same for requests whose answer may be given twice. `request` is a fingerprint, `engine` names what answers."""
    return _digest([user_id, request, engine])


def _digest(parts: list[Any]) -> str:
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
