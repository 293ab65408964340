"""How fast work is taken on: the durable row included, no worker running, every request for other work."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from tests.programs.bench import load
from tests.programs.bench.load import Figures
from tests.programs.bench.report import Table
from tests.servers import postgres_server
from tests.stack import CONTENT, Stack, running_stack

PATH = "/api/ai/generate-flashcards"
USERS = 50
SECONDS = 3.0
ROUNDS = 3


def main() -> None:
    table = Table("Submitting", ("requests/s", "p50 ms", "p99 ms", "of empty"))
    for database in ("SQLite", "PostgreSQL"):
        for webs in (1, 2):
            with _web(database, processes=webs) as stack:
                _measure(table, f"{database}, {webs} process{'es' * (webs - 1)}", stack)
    table.print()


@contextmanager
def _web(database: str, *, processes: int) -> Iterator[Stack]:
    database_url = postgres_server() if database == "PostgreSQL" else nullcontext("")
    with (
        database_url as url,
        running_stack(
            workers=0,
            database_url=url,
            DJANGO_SETTINGS_MODULE="tests.programs.bench.settings",
            WEB_PROCESSES=str(processes),
        ) as stack,
    ):
        yield stack


def _measure(table: Table, name: str, stack: Stack) -> None:
    empty = load.repeat(load.get("/empty"))
    submits = load.each(_submit)
    fresh = load.pace(stack.url, submits, per_second=50, seconds=SECONDS)
    table.row(f"{name}: at 50/s, from its first request", *_columns(fresh), "")
    load.saturate(stack.url, submits, connections=8, seconds=1.0)  # every thread connects
    paced = load.pace(stack.url, submits, per_second=50, seconds=SECONDS)
    table.row(f"{name}: at 50/s", *_columns(paced), "")
    for number in range(1, ROUNDS + 1):
        base = load.saturate(stack.url, empty, connections=32, seconds=SECONDS)
        full = load.saturate(stack.url, submits, connections=32, seconds=SECONDS)
        table.row(f"{name}: empty view, round {number}", *_columns(base), "1.00")
        table.row(
            f"{name}: submit, round {number}", *_columns(full), f"{full.rate / base.rate:.2f}"
        )


def _columns(figures: Figures) -> tuple[str, str, str]:
    p50, p99 = figures.percentile_ms(50), figures.percentile_ms(99)
    return f"{figures.rate:.0f}", f"{p50:.1f}", f"{p99:.1f}"


def _submit(number: int) -> bytes:
    body = {"content": f"{CONTENT} {number}", "subject": "Biology", "topic": "Cells"}
    return load.post(PATH, body, f"user-{number % USERS}")
