"""What the clients are made and run with: generators, a type checker and a bundler from npm, Node, Python."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.stack import CONTENT, ROOT, Stack

CLIENTS = ROOT / "clients"
BUILD = CLIENTS / "build"
MADE = BUILD / "generated"
SCRIPTS = CLIENTS / "tests/node"
EXAMPLES = BUILD / "examples"
# The names under which the packages of this repository are imported.
OURS = {
    "@unilingo/client": CLIENTS / "typescript/src/index.ts",
    "@unilingo/client/react": CLIENTS / "typescript/src/react.ts",
}
DOCUMENT = BUILD / "openapi.json"
PATIENCE_SECONDS = 120


def run(*command: str | Path, folder: Path = CLIENTS, **environment: str) -> str:
    """All that a command says. Fails with that when the command does."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def npm(tool: str, *arguments: str | Path) -> str:
    return run(CLIENTS / "node_modules/.bin" / tool, *arguments)


def _openapi_python_client() -> str:
    folder = MADE / "openapi_python_client_made"
    where = ("--path", DOCUMENT, "--output-path", folder)
    return run("openapi-python-client", "generate", *where, "--overwrite", "--meta", "none")


GENERATORS: dict[str, Callable[[], str]] = {
    "openapi-typescript": lambda: npm(
        "openapi-typescript", DOCUMENT, "-o", MADE / "openapi-typescript.ts"
    ),
    "hey-api": lambda: npm("openapi-ts", "-i", DOCUMENT, "-o", MADE / "hey-api"),
    "swagger-typescript-api": lambda: npm(
        *("swagger-typescript-api", "generate", "-p", DOCUMENT),
        *("-o", MADE / "swagger-typescript-api", "-n", "api.ts"),
    ),
    "openapi-python-client": _openapi_python_client,
}


def camel(operation_id: str) -> str:
    return re.sub("_(.)", lambda found: found[1].upper(), operation_id)


def is_made(generator: str, operation_id: str) -> bool:
    """Whether what the generator has made knows this operation."""
    if generator == "openapi-python-client":
        return any(MADE.glob(f"openapi_python_client_made/api/*/{operation_id}.py"))
    file, mark = {
        "openapi-typescript": ("openapi-typescript.ts", f'operations["{operation_id}"]'),
        "hey-api": ("hey-api/sdk.gen.ts", f"export const {camel(operation_id)} ="),
        "swagger-typescript-api": ("swagger-typescript-api/api.ts", f" {camel(operation_id)}: ("),
    }[generator]
    return mark in (MADE / file).read_text()


def bundle_scripts() -> None:
    """Type-checked, and each with all that it imports in one file for Node."""
    _write_examples()
    npm("tsc", "-p", SCRIPTS)
    made = ("--bundle", "--platform=node", "--format=esm", "--target=node20", "--jsx=automatic")
    named = ("--out-extension:.js=.mjs", "--entry-names=[name]", f"--outdir={BUILD / 'js'}")
    ours = (f"--alias:{name}={file}" for name, file in OURS.items())
    found = (*SCRIPTS.glob("ask-*.ts"), SCRIPTS / "stream.ts", *SCRIPTS.glob("*.tsx"))
    npm("esbuild", *found, EXAMPLES / "readme.ts", *made, *named, *ours)


def example(client: str, language: str) -> str:
    """All that a client's README shows in a language, as one program."""
    readme = (CLIENTS / client / "README.md").read_text()
    blocks = re.findall(rf"```{language}\n(.*?)```", readme, re.DOTALL)
    assert blocks
    return "\n".join(blocks).replace("http://127.0.0.1:3001", "ADDRESS")


def _write_examples() -> None:
    EXAMPLES.mkdir(parents=True, exist_ok=True)
    program = example("typescript", "ts").replace('"ADDRESS"', 'process.env.UNILINGO_URL ?? ""')
    (EXAMPLES / "readme.ts").write_text(program)
    (EXAMPLES / "react.tsx").write_text(example("typescript", "tsx"))


def told(stack: Stack, user_id: str) -> dict[str, str]:
    """What a script is told: where the program is, who asks, and for cards of which text."""
    return {"UNILINGO_URL": stack.url, "UNILINGO_USER": user_id, "UNILINGO_TEXT": CONTENT}


def ask(stack: Stack, client: str) -> Any:
    """The result of a job that a generated client has asked for and waited for."""
    environment = told(stack, client) | {"PYTHONPATH": str(MADE)}
    if client == "openapi-python-client":
        script = CLIENTS / "tests/ask_openapi_python_client.py"
        said = run(sys.executable, script, **environment)
    else:
        said = run("node", BUILD / "js" / f"ask-{client}.mjs", **environment)
    return json.loads(said.splitlines()[-1])
