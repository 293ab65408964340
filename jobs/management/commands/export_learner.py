"""`manage.py export_learner <user id>`: everything that is kept of a learner, as the learner would get it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs.api.privacy import document
from profiles.models import Profile


class Command(BaseCommand):
    help = "Write everything that is kept of a learner to standard output, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user_id")

    def handle(self, *args: Any, **options: Any) -> None:
        profile = Profile.objects.filter(pk=options["user_id"]).first()
        if profile is None:
            raise CommandError("There is no such learner.")
        for piece in document(profile):
            self.stdout.write(piece.decode(), ending="")
        sys.stdout.flush()
