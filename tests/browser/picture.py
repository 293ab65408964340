"""Takes the pictures of the pages in docs/images: `python -m tests.browser.picture`."""

from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import running_chromium
from tests.browser.steps import PHONE, card, make_cards, make_lesson
from tests.stack import ROOT, running_stack

FOLDER = ROOT / "docs" / "images"
DESK = {"viewport": {"width": 1240, "height": 950}}


def opened(browser: Browser, url: str, profile: dict[str, Any], scheme: Any = "light") -> Page:
    page = browser.new_page(base_url=url, reduced_motion="reduce", color_scheme=scheme, **profile)
    page.goto("/")
    return page


def take(page: Page, name: str) -> None:
    # Names of demo users are random, and pictures should not be.
    page.evaluate("document.getElementById('demo-user').textContent = 'demo-5e1f09c2aa'")
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.screenshot(path=FOLDER / f"{name}.png")


def cards(page: Page) -> None:
    make_cards(page)
    expect(card(page)).to_be_focused()
    page.evaluate("scrollTo(0, 0)")


def review(page: Page) -> None:
    page.get_by_role("button", name="Keep these cards").click()
    page.get_by_role("link", name="Review your cards").click()
    card(page).click()
    page.get_by_role("button", name="Good").click()
    expect(page.locator("#figure-today")).to_have_text("1 card")
    card(page).click()


def main(browser: Browser, url: str) -> None:
    desk = opened(browser, url, DESK)
    cards(desk)
    take(desk, "demo")
    review(desk)
    take(desk, "review")
    desk.goto("/")
    make_lesson(desk)
    desk.evaluate("scrollTo(0, 0)")
    take(desk, "lesson")
    phone = opened(browser, url, PHONE, "dark")
    make_cards(phone)
    review(phone)
    take(phone, "review-phone")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with running_stack() as stack, running_chromium() as chromium:
        stack.ended("warm", stack.submit("warm"))
        main(chromium, stack.url)
