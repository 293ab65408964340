"""`python -m tests.programs.drill [words]`: breaks each part in turn, or those whose names have the words."""

import os
import sys

from tests.programs.bench.report import Table, machine
from tests.programs.drill.drill import Outcome, drill
from tests.programs.drill.faults import FAULTS, Fault

COLUMNS = (
    "jobs", "503", "lost", "doubled", "paid twice", "died in a call", "alerted", "at work after", "caught up after"
)  # fmt: skip


def main() -> None:
    if os.geteuid() != 0:
        sys.exit("The drill fills a disk of its own, which only root may mount.")
    words = " ".join(sys.argv[1:])
    machine()
    table, problems = Table("each part broken for 30 s", COLUMNS), []
    for fault in FAULTS:
        name = f"{fault.part}: {fault.how}"
        if words in name:
            try:
                outcome = drill(fault)
            except AssertionError as error:
                table.row(name, "?")
                problems.append(f"{name}: {error}")
                continue
            table.row(name, *_figures(fault, outcome))
            problems += [f"{name}: {line}" for line in outcome.failures(fault)]
    table.print()
    sys.exit("\n".join(problems) or None)


def _figures(fault: Fault, outcome: Outcome) -> tuple[str, ...]:
    if outcome.told_after is not None:
        told = f"{fault.tells}, {outcome.told_after:.0f} s"
    else:
        told = "NOT TOLD" if fault.tells else "nobody needs to be"
    return (
        str(outcome.jobs),
        str(outcome.refused),
        str(len(outcome.lost)),
        str(outcome.doubled),
        str(outcome.paid_twice),
        str(outcome.died_in_a_call),
        ", ".join([told, *outcome.others]),
        f"{outcome.again_after:.0f} s",
        f"{outcome.well_after:.0f} s",
    )


if __name__ == "__main__":
    main()
