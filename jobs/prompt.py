"""What a kind tells a language model: versioned files in the kind's folder `prompts` (docs/prompts.md)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import Any


@dataclass(frozen=True)
class Prompt:
    version: str
    system: str
    user: Template
    schema: dict[str, object]

    def user_message(self, request: Mapping[str, Any]) -> str:
        """The request as JSON: inside a JSON string no text can end the data and begin an instruction."""
        written = json.dumps(request, ensure_ascii=False, indent=1)
        # A lone surrogate cannot be sent as UTF-8.
        return self.user.substitute(request=written.encode("utf-8", "replace").decode())


def load_prompt(package: str, version: str) -> Prompt:
    folder = files(package) / "prompts" / version
    return Prompt(
        version=version,
        system=(folder / "system.txt").read_text("utf-8").strip(),
        user=Template((folder / "user.txt").read_text("utf-8").strip()),
        schema=json.loads((folder / "schema.json").read_text("utf-8")),
    )
