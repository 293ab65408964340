"""What stands still and who has stopped it, in sentences: no alarm, but no peace either."""

from unilingo.common.words import spoken
from unilingo.monitoring.snapshot import Snapshot


def standing(found: Snapshot) -> list[str]:
    """Empty: all of the work goes on, or there is none."""
    return [
        *(
            f"{_jobs(wait['jobs'])} put off ({wait['reason']}); the oldest was asked for {spoken(wait['oldestSeconds'])} ago."
            for wait in found.stalled["delayed"]
        ),
        *(f"The last jobs of {kind} have all failed." for kind in found.stalled["failingKinds"]),
        *(f"{name} says nothing to calls that wait." for name in found.stalled["silentProviders"]),
        *_stopped(found),
    ]


def _stopped(found: Snapshot) -> list[str]:
    budget = found.budget
    said = []
    if budget["killSwitchActive"]:
        said.append(_because("Paid work is stopped", budget["killSwitchReason"]))
    for name, spending in budget["byProvider"].items():
        if spending["killSwitchActive"]:
            said.append(f"Paid work of {name} is stopped.")
    for kind, reason in found.stalled["pausedKinds"].items():
        said.append(_because(f"{kind} is paused", reason))
    for name, breaker in (found.breakers or {}).items():
        if breaker["forced"]:
            said.append(
                _because(f"The breaker of {name} is forced {breaker['state']}", breaker["reason"])
            )
    return said


def _because(sentence: str, reason: str | None) -> str:
    return f"{sentence}: {reason}" if reason else f"{sentence}."


def _jobs(count: int) -> str:
    return "1 job is" if count == 1 else f"{count} jobs are"
