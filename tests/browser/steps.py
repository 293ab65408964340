"""What people do on the demo page, and what they see."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.stack import Stack

PHONE = {
    "viewport": {"width": 360, "height": 760},
    "has_touch": True,
    "is_mobile": True,
}


def fill_in(page: Page, sample: str = "Cardiology", subject: str | None = None) -> None:
    page.get_by_role("button", name=sample).click()
    if subject is not None:
        page.get_by_label("Subject").fill(subject)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Make flashcards").click()


def make_cards(page: Page, sample: str = "Cardiology", subject: str | None = None) -> None:
    fill_in(page, sample, subject)
    submit(page)
    title = deck(page).get_by_role("heading", name=subject or sample, exact=True)
    expect(title).to_be_visible()


def deck(page: Page) -> Locator:
    return page.locator("#deck")


def card(page: Page) -> Locator:
    return page.locator("#card")


def logged(page: Page) -> list[str]:
    """The types of the events in the log, in order, without the signs of life."""
    types = page.locator("#log .log-type").all_text_contents()
    return [event for event in types if event != "heartbeat"]


@contextmanager
def frozen_worker(stack: Stack) -> Iterator[None]:
    """Nobody takes jobs; so what a page shows meanwhile does not depend on luck."""
    worker = stack.workers[0].pid
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)
