"""The state of the fleet for pages that are not about it."""

from typing import Any

from django import template
from django.utils import timezone

from unilingo.common.words import spoken, usd
from unilingo.monitoring.alerts import ALERT_TEXTS, evaluate_alerts
from unilingo.monitoring.figures import figures

register = template.Library()
register.filter(spoken)
register.filter(usd)


@register.inclusion_tag("admin/_fleet.html")
def fleet_state() -> dict[str, Any]:
    found = figures(timezone.now())
    alerts = [
        {
            "name": str(alert),
            "severity": ALERT_TEXTS[alert].severity,
            "text": ALERT_TEXTS[alert].sentence,
        }
        for alert, holds in evaluate_alerts(found).items()
        if holds
    ]
    return {
        "alerts": alerts,
        "queue": found.queue,
        "jobs": found.jobs,
        "budget": found.budget,
        "breakers": (found.breakers or {}).values(),
        "workers": found.workers,
    }
