"""What is told of a storm."""

from collections.abc import Iterator

from tests.chaos.storm import Aftermath

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
    """Every job must be back in its queue within the bound; when it runs again depends on free places too."""
    bound = LEASES * aftermath.plan.lease_seconds
    queued = [s for s in aftermath.facts["back_in_queue_seconds"] if s > bound]
    running = aftermath.facts["running_again_seconds"]
    middle = running[len(running) // 2 :][:1]
    return [
        *(f"back in its queue after {seconds} s, more than {bound} s" for seconds in queued),
        *(
            f"half ran again after {seconds} s, more than {bound} s"
            for seconds in middle
            if seconds > bound
        ),
    ]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _times(seconds: list[float]) -> str:
    if not seconds:
        return "nothing was struck"
    return f"{seconds[len(seconds) // 2]:.1f} s median, {seconds[-1]:.1f} s longest"
