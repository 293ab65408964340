"""`python -m tests.programs.bench [NAME ...]`: all measurements, or those named."""

import sys
from importlib import import_module

from tests.programs.bench.report import machine

NAMES = (
    "requests",
    "submit",
    "replay",
    "jobs",
    "backlog",
    "scale",
    "streams",
    "memory",
    "guard",
    "door",
    "profiles",
    "speech",
    "documents",
    "waiting",
)


def main() -> None:
    machine()
    for name in sys.argv[1:] or NAMES:
        import_module(f"tests.programs.bench.{name}").main()


if __name__ == "__main__":
    main()
