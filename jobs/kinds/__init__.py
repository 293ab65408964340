"""The kinds of work: a package each, whose module `kind` exports KIND. Adding one adds its name here."""

from importlib import import_module

from jobs.kind import register

NAMES = ("flashcards", "lesson", "document", "pronunciation")


def register_all() -> None:
    for name in NAMES:
        register(import_module(f"{__name__}.{name}.kind").KIND)
