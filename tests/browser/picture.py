"""Takes the pictures of the pages in docs/images: `python -m tests.browser.picture`."""

from base64 import b64encode
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import running_chromium
from tests.browser.steps import PHONE, card, fill_in, make_cards, make_lesson
from tests.stack import ROOT, running_stack

FOLDER = ROOT / "docs" / "images"
DESK = {"viewport": {"width": 1240, "height": 950}}
STYLE = """
main { display: flex; gap: 16px; width: 1400px; background: #f6f5f1; padding: 16px; box-sizing: border-box }
figure { margin: 0; flex: 1; min-width: 0 }
figcaption { font: 600 16px/2 system-ui, sans-serif; color: #1c1e1b }
img { width: 100%; border: 1px solid #e1dfd6; border-radius: 8px }
"""


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


def way(page: Page, *steps: tuple[str, str]) -> None:
    """Pictures that were taken before, side by side, each under what is done there."""
    shown = "".join(
        f'<figure><figcaption>{number}. {words}</figcaption><img src="data:image/png;base64,{_coded(name)}"></figure>'
        for number, (name, words) in enumerate(steps, 1)
    )
    page.set_content(f"<style>{STYLE}</style><main>{shown}</main>")
    page.locator("main").screenshot(path=FOLDER / "way.png")


def _coded(name: str) -> str:
    return b64encode((FOLDER / f"{name}.png").read_bytes()).decode()


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
    fill_in(desk)
    take(desk, "text")
    cards(desk)
    take(desk, "demo")
    review(desk)
    take(desk, "review")
    way(
        browser.new_page(**DESK),
        ("text", "Paste a text, or bring a document"),
        ("demo", "Cards are made, with their place in the text"),
        ("review", "Keep them, and review them when due"),
    )
    for name in ("text", "demo"):
        (FOLDER / f"{name}.png").unlink()
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
