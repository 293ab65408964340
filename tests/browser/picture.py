"""Takes the picture of the page for the README: `python -m tests.browser.picture`."""

from playwright.sync_api import Browser, expect

from tests.browser.chromium import running_chromium
from tests.browser.steps import card, make_cards
from tests.stack import ROOT, running_stack

PICTURE = ROOT / "docs" / "images" / "demo.png"
SIZE = {"width": 1240, "height": 950}


def take(browser: Browser, url: str) -> None:
    page = browser.new_page(base_url=url, viewport=SIZE, reduced_motion="reduce")
    page.goto("/")
    make_cards(page)
    expect(card(page)).to_be_focused()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    # Names of demo users are random, and the picture should not be.
    page.evaluate("document.getElementById('demo-user').textContent = 'demo-5e1f09c2aa'")
    page.mouse.move(0, 0)
    page.screenshot(path=PICTURE)


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    with running_stack() as stack, running_chromium() as chromium:
        stack.ended("warm", stack.submit("warm"))
        take(chromium, stack.url)
