"""`manage.py erase_learner <user id> --yes`: what DELETE /api/profile/<user id> does, for who asks in writing."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs import privacy


class Command(BaseCommand):
    help = "Delete everything about a learner. It cannot be undone; export_learner writes it down before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user_id")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("Nothing is deleted without --yes.")
        self.stdout.write(json.dumps(privacy.erase(options["user_id"], actor="command")))
