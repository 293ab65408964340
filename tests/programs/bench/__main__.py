"""`python -m tests.programs.bench [NAME ...]`: the measurements that take minutes, or those named.

`scale=JOBS` fills PostgreSQL with so many jobs first, and `peers=PYTHON` needs a Python with packages of its own: they
are run only when they are named.
"""

import sys
from importlib import import_module

from tests.programs.bench.report import machine

NAMES = (
    "requests",
    "submit",
    "replay",
    "jobs",
    "backlog",
    "streams",
    "memory",
    "guard",
    "door",
    "profiles",
    "speech",
    "documents",
    "waiting",
    "first_card",
)


def main() -> None:
    machine()
    for given in sys.argv[1:] or NAMES:
        name, _, argument = given.partition("=")
        import_module(f"tests.programs.bench.{name}").main(*filter(None, [argument]))


if __name__ == "__main__":
    main()
