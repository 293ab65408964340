"""What the terminal shows: a progress bar while a job runs, then its cards as tables."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from rich.box import ROUNDED
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from jobs.kinds.flashcards.handler import Flashcard, FlashcardsResult
from jobs.management.client import CallFailed, Event

# Events beside `progress` that have no message of their own.
MESSAGES = {"active": "Working", "completed": "Done"}


def watch(console: Console, events: Iterable[Event]) -> FlashcardsResult:
    """Show the events as they come; the result of the job. Raises CallFailed when it ends without one."""
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("Sending", total=100)
        for event in events:
            percent, message = event.data.get("progress") or 0, _message(event)
            if message:
                progress.update(bar, completed=percent, description=message)
                if not console.is_terminal:
                    console.print(f"{percent:>3}% {message}", markup=False, highlight=False)
            if event.type == "completed":
                result: FlashcardsResult = event.data["result"]
                return result
    raise CallFailed(_why(event.data))


def show(console: Console, result: FlashcardsResult) -> None:
    cards = sorted(result["flashcards"], key=lambda card: result["topics"].index(card["topic"]))
    for topic, group in groupby(cards, key=lambda card: card["topic"]):
        console.print(_table(topic, list(group)))
    for warning in result.get("warnings", ()):
        console.print(Text(warning, style="yellow"))
    tokens = f", {result['tokenUsage']} tokens" if result["tokenUsage"] else ""
    console.print(Text(f"{len(cards)} cards by {result['provider']} ({result['model']}){tokens}"))


def _table(topic: str, cards: Sequence[Flashcard]) -> Table:
    title = Text(topic, style="bold")
    table = Table(title=title, title_justify="left", box=ROUNDED, show_lines=True, expand=True)
    for name, ratio in (("Front", 3), ("Back", 5), ("Example", 5)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for card in cards:
        front = Text.assemble((card["front"], "bold"), "\n", (card["difficulty"], "dim"))
        table.add_row(front, Text(card["back"]), Text(card["example"]))
    return table


def _message(event: Event) -> str:
    if event.type in ("heartbeat", "connected"):
        return ""
    return event.data.get("message") or MESSAGES.get(event.type, event.type.capitalize())


def _why(data: Any) -> str:
    return f"{data['error']} ({data['code']})" if "error" in data else "The job was cancelled."
