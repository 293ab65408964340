"""What the one process that watches the fleet makes of what it finds."""

from unittest.mock import Mock

import pytest
from django.core.cache import caches

from jobs import clock, queue
from jobs.models import Job
from tests.jobs import rows
from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer
from unilingo import probes
from unilingo.models import AlertState
from unilingo.monitoring import watch
from unilingo.monitoring.alerts import Alert
from unilingo.monitoring.database_notice import DatabaseNotice
from unilingo.monitoring.snapshot import take_snapshot
from unilingo.processes import workers


@pytest.mark.django_db
def test_ages_are_judged_by_the_clock_that_wrote_them(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = Mock(wraps=take_snapshot)
    monkeypatch.setattr(watch, "take_snapshot", judged)
    monkeypatch.setattr("threading.Thread", Mock())
    monkeypatch.setattr(clock, "now", lambda: rows.NOW)

    watch.watch()

    judged.assert_called_once_with(rows.NOW)


@pytest.mark.django_db
def test_no_worker_is_called_silent_that_could_not_write(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it has had time to: the watch of the outage's end may come before its heartbeat, and in another process."""
    stalled = AlertState.objects.filter(name=Alert.WORKER_STALLED)
    monkeypatch.setattr("threading.Thread", Mock())
    rows.active_job()  # long ago
    DatabaseNotice(HandClock()).note(is_away=True, now=rows.NOW)

    watch.watch()
    assert not stalled.get().is_raised
    caches["default"].delete("database-away")  # as it is ten seconds later
    watch.watch()
    assert stalled.get().is_raised


@pytest.mark.django_db
def test_a_database_that_takes_no_writes_excuses_workers_and_providers(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threading.Thread", Mock())
    rows.active_job()  # long ago
    workers.say_alive("worker", "one", {"heard": {"openai": (30.0, 30.0)}})
    monkeypatch.setattr(probes, "known_database", lambda: probes.FULL)

    watch.watch()

    raised = AlertState.objects.filter(is_raised=True).values_list("name", flat=True)
    assert list(raised) == [Alert.DATABASE_DOWN]


@pytest.mark.django_db
def test_a_redis_that_is_away_is_told_before_anything_else_waits_for_it(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threading.Thread", Mock())
    monkeypatch.setattr(watch.fleet_metrics, "flush", Mock(side_effect=TimeoutError))

    with redis_server.away(), pytest.raises(TimeoutError):
        watch.watch()

    raised = AlertState.objects.filter(is_raised=True).values_list("name", flat=True)
    assert list(raised) == [Alert.REDIS_DOWN]


@pytest.mark.django_db
def test_jobs_say_when_no_worker_can_be_woken(
    redis_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threading.Thread", Mock())
    job = rows.waiting_job()

    def told() -> str:
        watch.watch()
        return Job.objects.get(pk=job.pk).wait_explanation

    with redis_server.away():
        assert told() == queue.NOT_WOKEN
    assert told() == queue.NO_WORKER
