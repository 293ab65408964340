"""The files of this repository, as git knows them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("unilingo", "jobs", "profiles", "resilience")


@cache
def files() -> tuple[Path, ...]:
    """Tracked and new ones, without what is ignored; without git, every file of the known folders."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0:
        found = [ROOT / line for line in asked.stdout.splitlines()]
    else:
        found = [
            p for d in (*PACKAGES, "tests", "docs", "templates") for p in (ROOT / d).rglob("*")
        ]
    return tuple(sorted(path for path in found if path.is_file()))


def text_files(*endings: str) -> list[Path]:
    return [path for path in files() if path.suffix in endings]


def python_files(*folders: str) -> list[Path]:
    """Hand-written Python below the folders; migrations are made by Django."""
    return [
        path
        for path in text_files(".py")
        if path.relative_to(ROOT).parts[0] in folders and "migrations" not in path.parts
    ]
