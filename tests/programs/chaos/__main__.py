"""`python -m tests.programs.chaos [--seed N] [--jobs N]`: the storm in full, on SQLite and on PostgreSQL."""

import argparse
import random
import sys

from tests.programs.bench.report import Table, machine
from tests.programs.chaos.report import late, rows
from tests.programs.chaos.storm import Plan, weather
from tests.servers import postgres_server


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--database", choices=("sqlite", "postgres"), action="append")
    given = parser.parse_args()
    plan = Plan(jobs=given.jobs, seed=given.seed)
    machine()
    problems = []
    for database in given.database or ("sqlite", "postgres"):
        if database == "sqlite":
            aftermath = weather(plan)
        else:
            with postgres_server() as url:
                aftermath = weather(plan, url)
        table = Table(f"{plan.jobs} jobs on {database}, seed {plan.seed}", ("",))
        for name, figure in rows(aftermath):
            table.row(name, figure)
        table.print()
        problems += aftermath.problems + late(aftermath)
    sys.exit("\n".join(problems) or None)


if __name__ == "__main__":
    main()
