"""`manage.py demo`: what the product does, in half a minute, from a text in docs/samples/."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

SAMPLE = "docs/samples/cardiology.txt"
SUBJECT = "Cardiology"

NEXT = f"""
Next, with your own text in place of the sample, as a deck for Anki:
  .venv/bin/python manage.py generate {SAMPLE} --subject {SUBJECT} --apkg cards.apkg
In the browser: make run prints the address of the page."""


class Command(BaseCommand):
    help = f"Make flashcards from {SAMPLE}."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"The study text: {SAMPLE}")
        call_command("generate", str(settings.BASE_DIR / SAMPLE), subject=SUBJECT)
        self.stdout.write(NEXT)
