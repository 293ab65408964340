"""The state of the fleet for pages that are not about it."""

from typing import Any

from django import template
from django.utils import timezone

from unilingo.monitoring.alerts import WORDS, judge
from unilingo.monitoring.figures import figures

register = template.Library()


@register.inclusion_tag("admin/_fleet.html")
def fleet_state() -> dict[str, Any]:
    found = figures(timezone.now())
    alerts = [
        {"name": str(alert), "severity": WORDS[alert].severity, "text": WORDS[alert].sentence}
        for alert, holds in judge(found).items()
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
