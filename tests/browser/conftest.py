"""A browser in front of the whole program. Every page is watched: what its console complains of fails the test."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright

from tests.browser.chromium import MISSING, find_chromium, launched
from tests.stack import Stack, running_stack

PATIENCE_MS = 15_000
STAFF = ("grace", "hopper-1906")


class Visitor:
    """Opens pages, each in a browser profile of its own, and remembers their complaints."""

    def __init__(self, browser: Browser, stack: Stack) -> None:
        self._browser = browser
        self.stack = stack
        self.complaints: list[str] = []

    def open(self, path: str = "/", *, web: int = 0, **profile: Any) -> Page:
        context = self._browser.new_context(base_url=self.stack.webs[web].url, **profile)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(path)
        return page

    def forgive(self, words: str) -> None:
        """An expected complaint: there must be one, and it does not count."""
        expected = [complaint for complaint in self.complaints if words in complaint]
        assert expected, f"nothing about {words!r} in {self.complaints}"
        self.complaints = [complaint for complaint in self.complaints if words not in complaint]

    def close(self) -> None:
        for context in self._browser.contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """Web 0 believes names, as in development; web 1 wants people to sign in, as in production."""
    if find_chromium() is None:
        pytest.skip(MISSING)
    with running_stack(DJANGO_SUPERUSER_PASSWORD=STAFF[1]) as running:
        account = ("--username", STAFF[0], "--email", "grace@example.org")
        made = running.python("manage.py", "createsuperuser", "--noinput", *account)
        running.start_web(DEBUG="0", SECURE_SSL_REDIRECT="false")
        assert made.wait() == 0
        # The engine reads its data with its first job; the tests are not about that.
        running.ended("warm", running.submit("warm"))
        yield running


# For this package only: while Playwright runs, its event loop keeps Django's ORM from being used in this thread.
@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with launched(playwright) as started:
        yield started


@pytest.fixture
def visitor(stack: Stack, browser: Browser) -> Iterator[Visitor]:
    visitor = Visitor(browser, stack)
    yield visitor
    visitor.close()
    assert visitor.complaints == []
