"""Cards kept from a finished set and reviewed, by keyboard and on a phone."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.browser.steps import PHONE, card, make_cards
from tests.browser.test_looks import complaints


def _keep(page: Page) -> int:
    make_cards(page)
    cards = int(page.locator("#place").inner_text().split()[-1])
    page.get_by_role("button", name="Keep these cards").click()
    expect(page.locator("#kept")).to_contain_text(f"{cards} cards kept")
    page.get_by_role("link", name="Review your cards").click()
    expect(page.locator("#session-facts")).to_have_text(f"{cards} cards due")
    return cards


def test_kept_cards_are_reviewed_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open()
    cards = _keep(page)
    term = page.locator(".front .term")
    first = term.inner_text()

    page.keyboard.press("1")
    expect(term).to_have_text(first)  # nobody rates a card unseen
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Good")).to_contain_text("10 minutes")
    page.keyboard.press("3")

    expect(page.locator("#session-facts")).to_have_text(f"{cards - 1} cards due")
    expect(term).not_to_have_text(first)
    page.keyboard.press("Space")
    page.keyboard.press("4")
    expect(page.locator("#session-facts")).to_have_text(f"{cards - 2} cards due")


def test_a_deck_is_taken_to_anki_and_a_table_brought_in(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("/review")
    expect(page.get_by_role("heading", name="You have kept no cards yet")).to_be_visible()
    table = tmp_path / "words.csv"
    table.write_text("front,back\nartery,vessel away from the heart\n")
    page.get_by_label("Import CSV or Anki text").set_input_files(table)
    expect(page.locator("#brought")).to_have_text("1 card kept")
    expect(page.locator(".front .term")).to_have_text("artery")

    with page.expect_download() as taken:
        page.get_by_role("button", name="Anki deck").click()
    assert taken.value.suggested_filename == "flashcards.apkg"
    assert "collection.anki2" in zipfile.ZipFile(taken.value.path()).namelist()

    card(page).click()
    page.get_by_role("button", name="Easy").click()
    expect(page.get_by_role("heading", name="Nothing is due now")).to_be_visible()
    expect(page.locator("#next-due")).to_contain_text("days")


@pytest.mark.parametrize("profile", [PHONE, {}], ids=["phone", "desktop"])
def test_every_state_of_the_review_page_fits_and_can_be_read(
    visitor: Visitor, profile: dict[str, Any]
) -> None:
    page = visitor.open("/review", **profile)
    expect(page.get_by_role("heading", name="You have kept no cards yet")).to_be_visible()
    seen = {"nothing": complaints(page)}
    page.goto("/")
    _keep(page)
    seen["front"] = complaints(page)
    card(page).click()
    expect(page.get_by_role("button", name="Good")).to_be_enabled()
    seen["back"] = complaints(page)
    assert {state: found for state, found in seen.items() if found} == {}
