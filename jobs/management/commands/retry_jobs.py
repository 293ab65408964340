"""`manage.py retry_jobs`: jobs that failed together, such as by an outage, are queued anew in batches."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from jobs import clock
from jobs.admin.commands import RETRY, do_batch, sort_out, told
from jobs.models import Job, Status


class Command(BaseCommand):
    help = "Queue failed jobs anew, in batches; without --yes it says how many it means."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--code", help="error code, such as PROVIDER_UNAVAILABLE")
        parser.add_argument("--kind", help="such as flashcards")
        parser.add_argument("--hours", type=float, help="that ended within so many hours")
        parser.add_argument("--reason", default="", help="for the record")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        jobs = _meant(options)
        found = sort_out(RETRY, jobs)
        for what, count in found.meant.items():
            self.stdout.write(f"{count} {what}")
        if not options["yes"]:
            self.stdout.write("Nothing is done without --yes.")
            return
        after, is_more = "", True
        while is_more:
            batch = do_batch(RETRY, jobs, after=after, actor="command", reason=options["reason"])
            self.stdout.write(told(RETRY, batch))
            after, is_more = batch.last, bool(batch.last)


def _meant(options: dict[str, Any]) -> QuerySet[Job]:
    given = {
        "error_code": options["code"],
        "kind": options["kind"],
        "finished_at__gte": options["hours"] and clock.now() - timedelta(hours=options["hours"]),
    }
    wanted = {name: value for name, value in given.items() if value}
    return Job.objects.filter(status=Status.FAILED, **wanted)
