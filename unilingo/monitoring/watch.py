"""Every few seconds: look at the fleet, note what has changed, tell people."""

import logging
import threading
from datetime import datetime

from django.db import Error, connection

from jobs import clock, queries, queue, sweep
from unilingo import probes
from unilingo.common.duty import duty
from unilingo.monitoring import database_notice, fleet_metrics, notices
from unilingo.monitoring.alerts import Alert, evaluate_alerts
from unilingo.monitoring.snapshot import Snapshot, take_snapshot

logger = logging.getLogger(__name__)

_delivering = threading.Lock()


@duty("unilingo.watch")
def watch() -> None:
    now = clock.now()  # by which leases and ages are written: ours may be wrong
    found = _found(now)
    verdicts = evaluate_alerts(found)
    if found.database != probes.OK:
        database_notice.seen_away()
    if database_notice.was_away():
        # Who waits for it renews no lease and hears no provider, and at its end need not have done so yet.
        verdicts |= dict.fromkeys((Alert.WORKER_STALLED, Alert.PROVIDER_SILENT))
    notices.note(verdicts, summary(found), now)
    _begin_to_deliver()


def _found(now: datetime) -> Snapshot:
    if probes.data_server() == probes.UNREACHABLE:
        # Told before all that follows, which waits for a Redis that hangs again and again.
        counts = queries.queue_counts().by_status
        figures = {name: counts[name] for name in ("waiting", "active")}
        notices.note({Alert.REDIS_DOWN: True}, figures, now)
        _begin_to_deliver()
    fleet_metrics.flush()
    found = take_snapshot(now)
    depths = {"waiting": found.queue["waiting"], "active": found.queue["active"]}
    fleet_metrics.note_depths(depths | {"delayed": found.queue["delayed"]}, now.timestamp())
    if not found.is_broker_there:
        sweep.tell_of_workers(queue.NOT_WOKEN, now)
    elif found.workers is not None:
        sweep.tell_of_workers(queue.IN_QUEUE if found.workers else queue.NO_WORKER, now)
    return found


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


def _begin_to_deliver() -> None:
    if _delivering.acquire(blocking=False):
        # A receiver that does not answer must not hold up the sweep, which runs on the same thread.
        threading.Thread(target=_deliver, name="notices", daemon=True).start()


def _deliver() -> None:
    try:
        notices.deliver(clock.now())
    except Error as error:
        logger.warning("notices not delivered", extra={"reason": type(error).__name__})
    finally:
        _delivering.release()
        connection.close()
