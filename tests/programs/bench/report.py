"""Tables on the terminal, and what machine they were measured on."""

import os
import platform

from rich.console import Console
from rich.table import Table as RichTable

_console = Console(width=110, highlight=False)


class Table:
    def __init__(self, title: str, columns: tuple[str, ...]) -> None:
        self._table = RichTable(title=title, title_justify="left")
        self._table.add_column("")
        for column in columns:
            self._table.add_column(column, justify="right", overflow="fold")

    def row(self, name: str, *figures: str) -> None:
        self._table.add_row(name, *figures)

    def print(self) -> None:
        _console.print(self._table)


def machine() -> None:
    _console.print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
    )
