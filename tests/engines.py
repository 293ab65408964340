"""The engines, guards and counters of this process, which it makes once from its settings."""

from jobs.providers import registry
from resilience.runtime import runtime


def forget_engines() -> None:
    """What is asked for from now on is made anew, from the settings as they are then."""
    if runtime.cache_info().currsize:
        runtime().store.client.close()
    runtime.cache_clear()
    registry.forget()
