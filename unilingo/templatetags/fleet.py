"""The state of the fleet for pages that are not about it."""

from typing import Any

from django import template
from django.utils import timezone

from unilingo.common.words import spoken, usd
from unilingo.monitoring.alerts import raised
from unilingo.monitoring.snapshot import take_snapshot
from unilingo.monitoring.standing import standing

register = template.Library()
register.filter(spoken)
register.filter(usd)


@register.filter
def duration(seconds: float | None) -> str:
    return "-" if seconds is None else spoken(seconds)


@register.simple_tag
def filters_on(changes: Any) -> list[tuple[str, str, str]]:
    """Of a list in the admin: what is filtered by, and where it is not. The first choice of a filter is everything."""
    found = []
    for spec in changes.filter_specs:
        every, *chosen = spec.choices(changes)
        on = [choice["display"] for choice in chosen if choice.get("selected")]
        found += [(str(spec.title), str(value), every["query_string"]) for value in on]
    return found


@register.inclusion_tag("admin/_fleet.html")
def fleet_state() -> dict[str, Any]:
    found = take_snapshot(timezone.now())
    return {
        "alerts": raised(found),
        "standing": standing(found),
        "queue": found.queue,
        "jobs": found.jobs,
        "budget": found.budget,
        "breakers": (found.breakers or {}).values(),
        "workers": found.workers,
    }
