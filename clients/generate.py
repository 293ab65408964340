"""The types of both clients, from the OpenAPI document: `make clients`.

What clients of learners need of it: no operators' endpoints, no headers, and one error for all.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CLIENTS = Path(__file__).resolve().parent
TYPESCRIPT = Path("typescript/src/schema.ts")
PYTHON = Path("python/unilingo_client/shapes.py")
_REFERENCE = re.compile(r'"#/components/schemas/(\w+)"')
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_ERROR = {
    "description": "What went wrong.",
    "content": {"application/json": {"schema": _PROBLEM}},
}


def document() -> dict[str, Any]:
    command = [sys.executable, "manage.py", "spectacular", "--format", "openapi-json"]
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "unilingo.settings", "DEBUG": "1"}
    said = subprocess.check_output(command, cwd=CLIENTS.parent, env=settings)
    made: dict[str, Any] = json.loads(said)
    made["paths"] = {path: kept for path, item in made["paths"].items() if (kept := _kept(item))}
    made["components"]["responses"] = {"Error": _ERROR}
    schemas = made["components"]["schemas"]
    used = _used({"Problem", "JobState"} | _named(made["paths"]), schemas)
    made["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}
    return made


def _kept(item: dict[str, Any]) -> dict[str, Any]:
    return {m: _plain(o) for m, o in item.items() if "operating" not in o["tags"]}


def _plain(operation: dict[str, Any]) -> dict[str, Any]:
    found = {c: r for c, r in operation["responses"].items() if c < "400"}
    for response in found.values():
        response.pop("headers", None)
    asked = [p for p in operation.get("parameters", ()) if p["name"] != "X-Request-ID"]
    error = {"$ref": "#/components/responses/Error"}
    said = operation["description"].partition("\n\n```")[0]  # without its line for a shell
    answers = {**found, "default": error}
    return {**operation, "description": said, "parameters": asked, "responses": answers}


def _named(node: Any) -> set[str]:
    return set(_REFERENCE.findall(json.dumps(node)))


def _used(names: set[str], schemas: dict[str, Any]) -> set[str]:
    more = set().union(*(_named(schemas[name]) for name in names)) - names
    return _used(names | more, schemas) if more else names


def generate(into: Path) -> None:
    """Write both files below the folder `into`."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "openapi.json"
        source.write_text(json.dumps(document()))
        typescript = CLIENTS / "node_modules/.bin/openapi-typescript"
        # What has a default may be left out.
        defaults = "--default-non-nullable=false"
        subprocess.run([typescript, source, defaults, "-o", into / TYPESCRIPT], check=True)
        module = "datamodel_code_generator"
        shapes = ("--output-model-type", "typing.TypedDict", "--enum-field-as-literal", "all")
        modern = ("--target-python-version", "3.11", "--use-union-operator")
        plain = ("--disable-timestamp", "--use-standard-collections", "--formatters", "builtin")
        where = ("--input", source, "--input-file-type", "openapi", "--output", into / PYTHON)
        command = [sys.executable, "-m", module, *where, *shapes, *modern, *plain]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    generate(CLIENTS)
