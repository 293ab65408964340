"""What files are called in results, and in those of the same files that come again under other names."""

import re
from collections.abc import Mapping, Sequence
from typing import Any


def called(number: int, names: Sequence[str]) -> str:
    """Of several files one is told by its number as well."""
    return f"Picture {number + 1} ({names[number]})" if len(names) > 1 else names[number]


def renamed(
    result: Mapping[str, Any], inputs: Mapping[str, Any], names: Sequence[str]
) -> dict[str, Any]:
    """The result with these names in its warnings, and in `filenames` where it has them."""
    before = [file["name"] for file in inputs["files"]]
    changes = [(called(n, before), called(n, names)) for n in range(len(before))]
    found = dict(result)
    if "warnings" in found:
        found["warnings"] = [_renamed(warning, changes) for warning in found["warnings"]]
    if "filenames" in found:
        found["filenames"] = list(names)
    return found


def _renamed(warning: str, changes: Sequence[tuple[str, str]]) -> str:
    for old, new in changes:
        if begins := re.match(rf"(Page \d+ of )?{re.escape(old)}: ", warning):
            return f"{begins[1] or ''}{new}: {warning[begins.end() :]}"
    return warning
