"""/metrics: the fleet's figures in Prometheus' text format, the same from whichever web process is scraped.

Counters and histograms are the fleet's sums (unilingo/monitoring/fleet_metrics.py), gauges are read from the rows and from
Redis at the scrape; so nothing depends on which process answers, and prometheus-client only writes the format.
"""

from collections.abc import Iterator

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from rest_framework.request import Request
from rest_framework.views import APIView

from jobs import clock
from jobs.kind import kinds
from jobs.models import Status
from unilingo.common.metrics import ALL, SUM, Series, Values
from unilingo.identity.auth import IsOperator
from unilingo.monitoring import fleet_metrics
from unilingo.monitoring.alerts import evaluate_alerts
from unilingo.monitoring.snapshot import Snapshot, take_snapshot
from unilingo.processes import workers

PREFIX = "unilingo_"
STATES = ("CLOSED", "OPEN", "HALF_OPEN")
Sampled = tuple[tuple[str, ...], float]


class Metrics(APIView):
    permission_classes = (IsOperator,)

    @extend_schema(
        operation_id="metrics",
        summary="The fleet's figures for Prometheus",
        tags=["operating"],
        responses={(200, "text/plain"): OpenApiTypes.STR},
        description="Prometheus' text format, the same from whichever web process is asked.",
    )
    def get(self, request: Request) -> HttpResponse:
        registry = CollectorRegistry(auto_describe=False)
        registry.register(Fleet(take_snapshot(clock.now()), fleet_metrics.totals()))
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class Fleet(Collector):
    """`totals` None: Redis is away. Then there are no counters, rather than counters that have gone back."""

    def __init__(self, found: Snapshot, totals: Values | None) -> None:
        self._found = found
        self._totals = totals

    def collect(self) -> Iterator[Metric]:
        for one in ALL if self._totals is not None else ():
            yield _counted(one, self._totals or {})
        yield from _jobs(self._found)
        yield from _providers(self._found)
        yield from _money(self._found)
        yield from _processes(self._found)


def _counted(one: Series, totals: Values) -> Metric:
    values = fleet_metrics.counted(totals, one)
    if not one.bounds:
        counter = CounterMetricFamily(PREFIX + one.name, one.help, labels=one.labels)
        for labels, value in sorted(values.items()):
            counter.add_metric(labels, value)
        return counter
    histogram = HistogramMetricFamily(PREFIX + one.name, one.help, labels=one.labels)
    for labels in sorted({labels[:-1] for labels in values}):
        cumulative, buckets = 0.0, []
        for bound in (*map(str, one.bounds), "+Inf"):
            cumulative += values.get((*labels, bound), 0.0)
            buckets.append((bound, cumulative))
        histogram.add_metric(labels, buckets, values.get((*labels, SUM), 0.0))
    return histogram


def _gauge(name: str, text: str, labels: tuple[str, ...], *samples: Sampled) -> Metric:
    gauge = GaugeMetricFamily(PREFIX + name, text, labels=labels)
    for values, value in samples:
        gauge.add_metric(values, value)
    return gauge


def _jobs(found: Snapshot) -> Iterator[Metric]:
    # Of none too: what is not there can be neither compared nor added up.
    by_kind = found.queue["byKind"]
    states = (
        ((kind, state), float(by_kind.get(kind, {}).get(state, 0)))
        for kind in sorted({*kinds(), *by_kind})
        for state in Status.values
    )
    yield _gauge("jobs", "Jobs that there are", ("kind", "state"), *states)
    oldest = found.queue["oldestWaitingSeconds"]
    yield _gauge("oldest_waiting_seconds", "How long the oldest job waits", (), ((), oldest))
    yield _gauge("silent_jobs", "Active jobs without a heartbeat", (), ((), found.jobs["silent"]))


def _providers(found: Snapshot) -> Iterator[Metric]:
    breakers, limits = found.breakers or {}, found.limits or {}
    states = (
        ((name, state), float(breaker["state"] == state))
        for name, breaker in breakers.items()
        for state in STATES
    )
    yield _gauge("breaker_state", "1 for the state of the breaker", ("provider", "state"), *states)
    windows = [(name, window) for name, limit in limits.items() for window in limit["windows"]]
    labels = ("provider", "window")
    used = (((name, window["name"]), float(window["used"])) for name, window in windows)
    yield _gauge("limit_used", "Units used in the window", labels, *used)
    most = (((name, window["name"]), float(window["limit"])) for name, window in windows)
    yield _gauge("limit_max", "Units that the window allows", labels, *most)
    flying = (((name,), float(limit["inFlight"])) for name, limit in limits.items())
    yield _gauge("calls_in_flight", "Provider calls running now", ("provider",), *flying)
    places = (((name,), float(limit["maxConcurrent"] or 0)) for name, limit in limits.items())
    yield _gauge("calls_max", "Calls allowed at once, 0 for any", ("provider",), *places)
    waiting = (((name,), float(limit["waiting"])) for name, limit in limits.items())
    yield _gauge("limit_waiting", "Jobs in line for a provider", ("provider",), *waiting)
    oldest = (((name,), float(limit["oldestWaitingSeconds"])) for name, limit in limits.items())
    what = "How long the one that came first has stood in line"
    yield _gauge("limit_oldest_waiting_seconds", what, ("provider",), *oldest)


def _money(found: Snapshot) -> Iterator[Metric]:
    budget = found.budget
    spent = (((name,), view["spent"]) for name, view in budget["byProvider"].items())
    yield _gauge("spent_usd", "Dollars spent this month", ("provider",), *spent)
    reserved = (((name,), view["reserved"]) for name, view in budget["byProvider"].items())
    yield _gauge("reserved_usd", "Dollars set aside for calls", ("provider",), *reserved)
    yield _gauge(
        "projected_usd", "Dollars that the month will cost", (), ((), budget["projectedMonthEnd"])
    )
    limit = budget["monthlyLimit"]
    limits: tuple[Sampled, ...] = () if limit is None else (((), limit),)
    yield _gauge("budget_usd", "Dollars allowed this month; absent without a limit", (), *limits)
    switch = float(budget["killSwitchActive"])
    yield _gauge("kill_switch", "1 while paid work is stopped", (), ((), switch))


def _processes(found: Snapshot) -> Iterator[Metric]:
    connections = float(found.streams["totalConnections"])
    yield _gauge("streams", "Open event streams", (), ((), connections))
    yield _gauge("workers", "Workers alive", (), ((), float(found.workers or 0)))
    webs = float(len(workers.facts_of("web") or {}))
    yield _gauge("web_processes", "Web processes alive", (), ((), webs))
    yield _gauge("redis_up", "1 while Redis answers", (), ((), float(found.is_redis_there)))
    verdicts = (
        ((str(alert),), float(bool(holds))) for alert, holds in evaluate_alerts(found).items()
    )
    yield _gauge("alert", "1 while the alert holds", ("name",), *verdicts)
