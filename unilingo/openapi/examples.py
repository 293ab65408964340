"""What the OpenAPI document has for its readers: the guide (docs/using-the-api.md), groups in order, and a line to copy for each operation.

What a reader fills in stands in the line as a shell variable: `$URL`, `$TOKEN`, and each part of a path, such as `$JOB_ID`.
"""

import json
import re
from functools import cache
from typing import Any

from django.conf import settings

from unilingo.common.openapi import FORM, JSON

GUIDE = "docs/using-the-api.md"
# In the order in which they are needed.
GROUPS = {
    "identity": "Who is asking.",
    "work": "Have something made, or stop it.",
    "watching": "What has become of it.",
    "cards": "Cards that a learner keeps and reviews.",
    "lessons": "Lessons that were made, and how far the learner is.",
    "profile": "What is kept of a learner: read, changed, exported, erased.",
    "operating": "For operators: health, queues, limits, money, figures.",
}


def add_examples(result: Any, **kwargs: Any) -> Any:
    """A postprocessing hook of drf-spectacular."""
    result["info"]["description"] = _guide()
    result["tags"] = [{"name": name, "description": said} for name, said in GROUPS.items()]
    for path, item in result["paths"].items():
        for method, operation in item.items():
            line = _curl(path, method.upper(), operation)
            said = operation.get("description", "")
            operation["description"] = f"{said}\n\n```sh\n{line}\n```".strip()
    return result


@cache
def _guide() -> str:
    """Without its heading, which the page has already; links to other documents would lead nowhere there."""
    text = (settings.BASE_DIR / GUIDE).read_text("utf-8").partition("\n")[2]
    return re.sub(r"\[([^][]+)\]\((?!https?:|#)[^()]*\)", r"\1", text).strip()


def _curl(path: str, method: str, operation: dict[str, Any]) -> str:
    where = re.sub(r"\{(\w+)\}", lambda part: f"${part[1].upper()}", path)
    words = [f'curl "$URL{where}"']
    if any(operation.get("security", ())):
        words.append('-H "Authorization: Bearer $TOKEN"')
    body = _body(operation)
    if method not in ("GET", "POST") or (method == "POST" and not body):
        words.insert(1, f"-X {method}")
    if answer := operation["responses"].get("200", {}).get("content"):
        if "text/event-stream" in answer:
            words.append("-N")
        elif not any(one == JSON or one.startswith("text/") for one in answer):
            words.append("-OJ")
    return " \\\n  ".join([*words, *body])


def _body(operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    for media_type in (JSON, FORM):
        for example in content.get(media_type, {}).get("examples", {}).values():
            members = example["value"]
            if media_type == JSON:
                return [f"--json '{json.dumps(members, ensure_ascii=False)}'"]
            return [f"-F '{name}={value}'" for name, value in members.items()]
    return []
