"""`make smoke URL=https://…`: does a deployed instance keep the contract? Exits with 1 when it does not.

It makes one set of flashcards. TOKEN: a learner's JWT; MONITORING_TOKEN: for what operators see.
"""

import os
import sys
import uuid
from collections.abc import Callable

import httpx2
from rich.console import Console
from rich.table import Table

from tests.programs.smoke.checks import Checks, Skipped, in_order
from tests.programs.smoke.instance import Instance


def main() -> int:
    if len(sys.argv) != 2 or not sys.argv[1].startswith(("http://", "https://")):
        sys.exit("Name the instance: make smoke URL=https://learn.example.org")
    run = uuid.uuid4().hex[:8]
    instance = Instance(
        sys.argv[1],
        user_id=f"smoke-{run}",
        token=os.environ.get("TOKEN", ""),
        monitoring_token=os.environ.get("MONITORING_TOKEN", ""),
    )
    table = Table(title=f"{sys.argv[1]} as {instance.user_id}", title_justify="left")
    for column in ("check", "", "remark"):
        table.add_column(column)
    failed = False
    for name, check in in_order(Checks(instance, run)):
        word, remark = _outcome(check)
        failed |= word == "FAIL"
        table.add_row(name, word, remark)
    instance.close()
    Console(width=110, highlight=False, markup=False).print(table)
    return int(failed)


def _outcome(check: Callable[[], str]) -> tuple[str, str]:
    try:
        return "pass", check()
    except Skipped as why:
        return "skip", str(why)
    except AssertionError as why:
        return "FAIL", str(why)
    except (httpx2.HTTPError, ValueError, KeyError) as error:
        return "FAIL", f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main())
