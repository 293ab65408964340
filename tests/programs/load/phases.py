"""How many learners there are, and for how long, as text that goes from one process to another: `steady:40:120`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    learners: int
    seconds: int

    def __str__(self) -> str:
        return f"{self.name}:{self.learners}:{self.seconds}"


def parse(text: str) -> list[Phase]:
    parts = (phase.split(":") for phase in text.split(","))
    return [Phase(name, int(learners), int(seconds)) for name, learners, seconds in parts]


def at(phases: list[Phase], seconds: float) -> Phase | None:
    """The phase that this moment of a run belongs to; None after the last."""
    for phase in phases:
        if seconds < phase.seconds:
            return phase
        seconds -= phase.seconds
    return None
