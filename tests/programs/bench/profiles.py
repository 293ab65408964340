"""How fast a large profile is read: cold, remembered, and unchanged, beside a view that only reads Redis."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.programs.bench import load
from tests.programs.bench.load import Figures
from tests.programs.bench.report import Table
from tests.stack import Stack, running_stack

LESSONS = 500
CARDS = 5000
SECONDS = 4.0
ROUNDS = 2
PROFILE = "/api/profile/bench"
MANIFEST = f"{PROFILE}/manifest"


def main() -> None:
    table = Table(
        f"A profile of {LESSONS} lessons and {CARDS} cards",
        ("requests/s", "p50 ms", "p99 ms", "alone p50 ms", "alone p99 ms"),
    )
    with _web() as stack:
        for number in range(1, ROUNDS + 1):
            etag = stack.client("bench").get(MANIFEST).headers["etag"]
            stack.client("bench").get(PROFILE)
            for name, path, headers in (
                ("bare cached view", "/cached", ()),
                ("profile, remembered", PROFILE, ()),
                ("manifest, remembered", MANIFEST, ()),
                ("manifest, 304", MANIFEST, (f"If-None-Match: {etag}",)),
            ):
                _measure(table, f"{name}, round {number}", stack, load.get(path, *headers))
    with _web(PROFILE_CACHE_SECONDS="0", MANIFEST_CACHE_SECONDS="0") as stack:
        _measure(table, "profile, cold", stack, load.get(PROFILE))
        _measure(table, "manifest, cold", stack, load.get(MANIFEST))
    table.print()


@contextmanager
def _web(**settings: Any) -> Iterator[Stack]:
    """One web process on SQLite, whose database holds the profile."""
    settings |= {"USER_LIMIT_GENERAL": "0", "ADDRESS_LIMIT_GENERAL": "0"}
    settings |= {"DJANGO_SETTINGS_MODULE": "tests.programs.bench.settings"}
    with running_stack(workers=0, **settings) as stack:
        fill = "from tests.programs.bench.profiles import seed; seed()"
        subprocess.run([sys.executable, "-c", fill], env=stack.environment | settings, check=True)
        yield stack


def _measure(table: Table, name: str, stack: Stack, request: bytes) -> None:
    load.saturate(stack.url, load.repeat(request), connections=2, seconds=0.5)
    many = load.saturate(stack.url, load.repeat(request), connections=8, seconds=SECONDS)
    alone = load.saturate(stack.url, load.repeat(request), connections=1, seconds=SECONDS)
    table.row(name, f"{many.rate:.0f}", *_percentiles(many), *_percentiles(alone))


def _percentiles(figures: Figures) -> tuple[str, str]:
    return f"{figures.percentile_ms(50):.1f}", f"{figures.percentile_ms(99):.1f}"


def seed() -> None:
    """Fill the stack's database; for a process of its own."""
    import django

    django.setup()

    from django.utils import timezone

    from profiles import cards, services
    from tests.profiles.rows import card_content, lesson_content

    now = timezone.now()
    words = tuple(f"word {n}" for n in range(20))
    lessons = [lesson_content(f"Topic {n}", words) for n in range(LESSONS)]
    services.save_lessons("bench", "bench", {"lessons": lessons}, now)
    for subject in ("Medicine", "Law", "Physics", "History", "Biology"):
        contents = [card_content(f"term {n}", f"Topic {n % 20}") for n in range(CARDS // 5)]
        cards.save("bench", subject, contents, now=now)
