"""`manage.py sweep_jobs`: once, by hand, what housekeeping does all the time."""

from typing import Any

from django.core.management.base import BaseCommand

from jobs import clock, pruning
from jobs.sweep import remove_unneeded_files, sweep
from resilience.runtime import runtime


class Command(BaseCommand):
    help = "Wake due jobs, take jobs back from silent workers, send lost messages again, forget what is old."

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        swept, booked = sweep(now), runtime().ledger.sweep()
        files, pruned = remove_unneeded_files(now), pruning.prune(now)
        self.stdout.write(
            f"woken {swept.woken}, recovered {swept.recovered}, resent {swept.resent}, told {swept.told}; "
            f"reservations booked {booked}; "
            f"forgotten: jobs {pruned.jobs}, events of {pruned.events_of} jobs, keys {pruned.keys}, files of {files}"
        )
