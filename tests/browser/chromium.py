"""The Chromium that this machine has, with nothing of it calling home."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

# The first is Chromium without windows, extensions and profiles: a page takes half the processor time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # one process less to talk to
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = "There is no Chromium: apt-get install chromium"


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@contextmanager
def launched(playwright: Playwright, *more: str) -> Iterator[Browser]:
    executable = find_chromium()
    assert executable is not None, MISSING
    browser = playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS, *more])
    try:
        yield browser
    finally:
        browser.close()
