"""Every few seconds: look at the fleet, note what has changed, tell people."""

import logging
import threading

from django.db import Error, connection

from jobs import clock, sweep
from unilingo.common.duty import duty
from unilingo.monitoring import fleet_metrics, notices
from unilingo.monitoring.alerts import evaluate_alerts
from unilingo.monitoring.snapshot import Snapshot, take_snapshot

logger = logging.getLogger(__name__)

_delivering = threading.Lock()


@duty("unilingo.watch")
def watch() -> None:
    now = clock.now()  # by which leases and ages are written: ours may be wrong
    fleet_metrics.flush()
    found = take_snapshot(now)
    depths = {"waiting": found.queue["waiting"], "active": found.queue["active"]}
    fleet_metrics.note_depths(depths | {"delayed": found.queue["delayed"]}, now.timestamp())
    if found.workers is not None:
        sweep.tell_of_workers(are_alive=found.workers > 0, now=now)
    notices.note(evaluate_alerts(found), summary(found), now)
    if _delivering.acquire(blocking=False):
        # A receiver that does not answer must not hold up the sweep, which runs on the same thread.
        threading.Thread(target=_deliver, name="notices", daemon=True).start()


def summary(found: Snapshot) -> dict[str, float | str | None]:
    """The figures that a notice shows: those that the alerts are about."""
    breakers = found.breakers or {}
    is_open = [name for name, breaker in breakers.items() if breaker["state"] == "OPEN"]
    return {
        "waiting": found.queue["waiting"],
        "active": found.queue["active"],
        "workers": found.workers,
        "jobFailureRate": found.jobs["failureRate"],
        "requestErrorRate": found.performance["errorRate"],
        "openBreakers": ", ".join(is_open),
        "silentProviders": ", ".join(found.stalled["silentProviders"]),
        "budgetPercentUsed": found.budget["percentUsed"],
    }


def _deliver() -> None:
    try:
        notices.deliver(clock.now())
    except Error as error:
        logger.warning("notices not delivered", extra={"reason": type(error).__name__})
    finally:
        _delivering.release()
        connection.close()
