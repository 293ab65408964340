"""What is told of a storm."""

from collections.abc import Iterator

from tests.programs.chaos.storm import Aftermath

LEASES = 1.5


def rows(aftermath: Aftermath) -> Iterator[tuple[str, str]]:
    plan, log, facts = aftermath.plan, aftermath.log, aftermath.facts
    yield "seconds", f"{log.seconds:.0f}"
    yield "states", _counts(facts["states"])
    yield "codes of those that failed", _counts(facts["codes"])
    yield "workers killed", f"{len(log.struck)}"
    yield "workers that left by themselves", f"{log.workers_left}"
    yield "broker killed and emptied", f"{len(log.broker_away)}"
    yield "web restarted", f"{log.webs_restarted}"
    yield "runs interrupted", f"{facts['interruptions']}"
    yield "events", f"{facts['events']}"
    yield "provider calls, billed", f"{aftermath.calls}, {facts['billed_calls']}"
    yield "tokens billed", f"{facts['billed_tokens']}"
    yield "tokens booked as billed", f"{facts['booked_exactly']}"
    yield "calls booked by estimate", f"{facts['booked_by_estimate']}"
    yield "lease", f"{plan.lease_seconds:g} s"
    yield "from SIGKILL to its queue", _times(facts["back_in_queue_seconds"])
    yield "from SIGKILL to running again", _times(facts["running_again_seconds"])
    yield "what is wrong", f"{len(aftermath.problems)}"


def late(aftermath: Aftermath) -> list[str]:
    """Every job that was struck must run again within the bound."""
    bound = LEASES * aftermath.plan.lease_seconds
    running = aftermath.facts["running_again_seconds"]
    return [f"ran again after {s} s, more than {bound} s" for s in running if s > bound]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _times(seconds: list[float]) -> str:
    if not seconds:
        return "nothing was struck"
    return f"{seconds[len(seconds) // 2]:.1f} s median, {seconds[-1]:.1f} s longest"
