"""`manage.py export_learner <user id>`: everything that is kept of a learner, as the learner would get it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jobs import privacy
from jobs.api.privacy import document
from profiles.versions import get_or_create_profile


class Command(BaseCommand):
    help = "Write everything that is kept of a learner to standard output, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user_id")

    def handle(self, *args: Any, **options: Any) -> None:
        user_id = options["user_id"]
        if not privacy.is_known(user_id):
            raise CommandError("There is no such learner.")
        for piece in document(get_or_create_profile(user_id, timezone.now())):
            self.stdout.write(piece.decode(), ending="")
        sys.stdout.flush()
