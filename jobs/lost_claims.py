"""Which claims are lost: those whose workers have been silent although the database could have heard them.

While it was away nobody could renew a lease, and a run may hold an answer that has been paid for. So a lease that has run
out counts only if this process has watched it for half of a lease's time in which the database answered.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F

from jobs.models import Job, Status
from unilingo.common.clock import Clock

BATCH = 200  # taken back at once; all of them are watched
# Two looks may be this far apart however short a lease is: a busy round lasts longer than its second.
PAUSE_SECONDS = 3.0


Lease = tuple[str, datetime]  # of a job, and when it ends


class LostClaims:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: dict[Lease, float] = {}
        self._looked = float("-inf")

    def lost(self, now: datetime) -> list[str]:
        """Ids of jobs, those that were to be renewed first before the others."""
        lease, at = settings.JOB_POLICY.lease_seconds, self._clock.monotonic()
        # A lease is renewed in every third of it, so that one with less than two thirds left is late.
        late = _running_out_before(now + timedelta(seconds=lease * 2 / 3))
        if at - self._looked > max(lease / 2, PAUSE_SECONDS):
            self.forget()
        _write_down(late)
        self._since = {row: self._since.get(row, at) for row in late}
        self._looked = at
        return [
            job_id
            for (job_id, ends), since in self._since.items()
            if ends < now and at - since >= lease / 2
        ][:BATCH]

    def forget(self) -> None:
        """The database has failed: what was silent may not have been able to speak."""
        self._since = {}


def _write_down(late: list[Lease]) -> None:
    """A database that only reads hears no worker either: then this raises, and nothing that was watched counts."""
    for job_id, _ in late[:1]:
        Job.objects.filter(pk=job_id).update(lease_expires_at=F("lease_expires_at"))


def run_out(now: datetime) -> list[str]:
    return [job_id for job_id, _ in _running_out_before(now)][:BATCH]


def _running_out_before(time: datetime) -> list[Lease]:
    leases = Job.objects.filter(status=Status.ACTIVE, lease_expires_at__lt=time)
    rows = leases.order_by("lease_expires_at").values_list("id", "lease_expires_at")
    return [(job_id, ends) for job_id, ends in rows if ends]
