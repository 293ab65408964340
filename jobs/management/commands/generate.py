"""`manage.py generate`: flashcards from the user's own text, in the terminal, as JSON, or as an Anki deck."""

import json
import sys
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console

from jobs.kinds.flashcards.handler import FlashcardsResult
from jobs.kinds.study.text import AI_SELECTION
from jobs.management import screen
from jobs.management.client import CallFailed, Client
from jobs.management.stack import running_stack
from profiles import decks
from profiles.content import made_cards
from unilingo.common.clock import SystemClock

INTERRUPTED = 130


class Command(BaseCommand):
    help = "Make flashcards from a text file, or from standard input."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="text or Markdown in UTF-8; - reads standard input"
        )
        parser.add_argument(
            "--subject", default="General", help="what the text is about (%(default)s)"
        )
        parser.add_argument(
            "--topic", default=AI_SELECTION, help="one topic; without it they are found in the text"
        )
        parser.add_argument(
            "--native",
            default="English",
            help="language of the learner, by name or code (%(default)s)",
        )
        parser.add_argument(
            "--target", default="English", help="language of the text (%(default)s)"
        )
        form = parser.add_mutually_exclusive_group()
        form.add_argument(
            "--json", action="store_true", help="print the result as JSON and nothing else"
        )
        form.add_argument(
            "--apkg", metavar="OUT", type=Path, help="write an Anki deck to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path | None = options["apkg"]
        if out and not out.parent.is_dir():
            raise CommandError(f"There is no folder {out.parent}.")
        inputs = {
            "content": read(options["file"]),
            "subject": options["subject"],
            "topic": options["topic"],
            "nativeLanguage": options["native"],
            "targetLanguage": options["target"],
        }
        result = make_flashcards(inputs)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        elif out:
            self._write(out, decks.deck_of(options["subject"], made_cards(result), timezone.now()))
        else:
            screen.show(Console(), result)

    def _write(self, out: Path, deck: bytes) -> None:
        try:
            out.write_bytes(deck)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Wrote {out}; Anki takes it with File, Import.")


def make_flashcards(inputs: dict[str, str]) -> FlashcardsResult:
    """Ask the running program, or one of our own, and show the progress on stderr. Raises CommandError."""
    console, clock = Console(stderr=True), SystemClock()
    try:
        with ExitStack() as cleanup:
            with console.status("Looking for UniLingo"):
                client = Client(cleanup.enter_context(running_stack(clock)), clock)
            return screen.watch(console, client.follow(client.submit(inputs)))
    except CallFailed as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def read(name: str) -> str:
    """The text of a file, or of standard input for `-`. Raises CommandError."""
    try:
        with ExitStack() as cleanup:
            file = sys.stdin.buffer if name == "-" else cleanup.enter_context(Path(name).open("rb"))
            content = file.read(settings.REQUEST_MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > settings.REQUEST_MAX_BYTES:
        raise CommandError(f"{name} is larger than {settings.REQUEST_MAX_BYTES} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not a text file in UTF-8.") from error
