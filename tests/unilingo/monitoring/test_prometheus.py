"""/metrics: a format that Prometheus reads, the fleet's sums, and nothing that is not documented."""

import re
from typing import Any

import pytest
import yaml
from django.core.cache import caches
from prometheus_client.parser import text_string_to_metric_families

from tests.house.tree import ROOT
from tests.jobs import rows
from tests.people import signed_in
from tests.resilience.hands import HandClock
from tests.servers import ValkeyServer
from unilingo.common.metrics import PROVIDER_CALL_SECONDS, PROVIDER_CALLS, Meter, meter
from unilingo.monitoring import fleet_metrics
from unilingo.monitoring.alerts import Alert
from unilingo.processes import workers

pytestmark = pytest.mark.django_db


def _scraped() -> dict[str, Any]:
    answer = signed_in("ops", role="service_role").get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.content.decode())
    return {family.name: family for family in families}


def _value(families: dict[str, Any], name: str, /, **labels: str) -> float:
    [value] = [
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == name and sample.labels == labels
    ]
    return float(value)


def test_counters_are_sums_over_all_processes(redis_server: ValkeyServer) -> None:
    for one in (Meter(HandClock()), Meter(HandClock()), meter):
        one.count(PROVIDER_CALLS, "openai", "ok")
        one.observe(PROVIDER_CALL_SECONDS, 0.7, "openai")
        batch = one.pending_batch()
        assert batch is not None
        fleet_metrics._add(batch)

    found = _scraped()

    name = "unilingo_provider_calls_total"
    assert _value(found, name, provider="openai", outcome="ok") == 3
    seconds = "unilingo_provider_call_seconds"
    assert _value(found, f"{seconds}_bucket", provider="openai", le="0.5") == 0
    assert _value(found, f"{seconds}_bucket", provider="openai", le="1.0") == 3
    assert _value(found, f"{seconds}_count", provider="openai") == 3
    assert _value(found, f"{seconds}_sum", provider="openai") == pytest.approx(2.1)


def test_gauges_are_read_when_they_are_scraped(redis_server: ValkeyServer) -> None:
    rows.waiting_job()
    rows.active_job()
    workers.say_alive("web", "one", {"job-1": 2})
    workers.say_alive("web", "two", {"job-1": 1})
    caches["default"].delete("alive-new")  # as it is ten seconds later

    found = _scraped()

    assert _value(found, "unilingo_jobs", kind="flashcards", state="waiting") == 1
    assert _value(found, "unilingo_streams") == 3
    assert _value(found, "unilingo_web_processes") == 2
    assert _value(found, "unilingo_breaker_state", provider="openai", state="CLOSED") == 1
    assert _value(found, "unilingo_breaker_state", provider="openai", state="OPEN") == 0
    assert _value(found, "unilingo_limit_max", provider="openai", window="requests") == 50
    assert _value(found, "unilingo_calls_max", provider="openai") == 5
    assert _value(found, "unilingo_alert", name="workerDown") == 1
    assert _value(found, "unilingo_redis_up") == 1


def test_there_are_none_of_a_kind_and_state_that_no_job_has(redis_server: ValkeyServer) -> None:
    rows.waiting_job()

    found = _scraped()

    assert _value(found, "unilingo_jobs", kind="flashcards", state="active") == 0
    assert _value(found, "unilingo_jobs", kind="lesson", state="waiting") == 0


def test_counters_do_not_go_back_when_redis_is_away(without_redis: None) -> None:
    meter.count(PROVIDER_CALLS, "openai", "ok")

    found = _scraped()

    assert "unilingo_provider_calls" not in found
    assert _value(found, "unilingo_redis_up") == 0


def test_every_metric_is_documented_and_nothing_else_is(redis_server: ValkeyServer) -> None:
    document = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(unilingo_\w+)` \|", document, re.MULTILINE))
    scraped = {
        f"{name}_total" if family.type == "counter" else name for name, family in _scraped().items()
    }

    assert documented == scraped


@pytest.mark.parametrize("name", ["grafana.json", "alerts.yml"])
def test_dashboard_and_rules_ask_for_metrics_that_there_are(
    redis_server: ValkeyServer, name: str
) -> None:
    text = (ROOT / "docs" / "monitoring" / name).read_text(encoding="utf-8")
    parts = ("_bucket", "_total")
    known = set(_scraped()) | {"unilingo"}

    asked = {re.sub("|".join(parts), "", word) for word in re.findall(r"\bunilingo_?\w*", text)}

    assert yaml.safe_load(text)
    assert asked <= known


def test_the_rules_name_every_alert(redis_server: ValkeyServer) -> None:
    rules = (ROOT / "docs" / "monitoring" / "alerts.yml").read_text(encoding="utf-8")
    listed = [name for group in re.findall(r'name=~"([^"]+)"', rules) for name in group.split("|")]

    assert sorted(listed) == sorted(Alert)
