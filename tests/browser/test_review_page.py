"""Cards kept from a finished set and reviewed, by keyboard and on a phone."""

import zipfile
from pathlib import Path

from playwright.sync_api import Page, Route, expect

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


def test_of_cards_that_are_kept_none_is_made_again(visitor: Visitor) -> None:
    page = visitor.open()
    make_cards(page)
    fronts = page.locator("#list strong").all_text_contents()
    page.get_by_role("button", name="Keep these cards").click()
    expect(page.locator("#kept")).to_be_visible()
    with page.expect_request("**/api/ai/generate-flashcards") as asked:
        page.get_by_role("button", name="Make flashcards").click()
    assert sorted(asked.value.post_data_json["known"]) == sorted(set(fronts))
    expect(page.locator("#deck-notes")).to_contain_text("kept already")


def test_a_deck_is_taken_to_anki_and_a_table_brought_in(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("/review")
    expect(page.get_by_role("heading", name="You have kept no cards yet")).to_be_visible()
    table = tmp_path / "words.csv"
    table.write_text("front,back\nartery,vessel away from the heart\n")
    page.get_by_label("Import CSV or Anki text").set_input_files(table)
    expect(page.locator("#preview-facts")).to_have_text("1 new card")
    expect(page.locator("#preview-cards")).to_contain_text("artery – vessel away from the heart")
    page.get_by_role("button", name="Keep 1 card").click()
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


def test_a_rating_is_undone_and_a_card_edited_and_deleted_in_place(visitor: Visitor) -> None:
    page = visitor.open()
    cards = _keep(page)
    term = page.locator(".front .term")
    first = term.inner_text()
    page.keyboard.press("Space")
    page.keyboard.press("1")
    expect(term).not_to_have_text(first)
    expect(page.locator("#figure-today")).to_have_text("1 card")
    page.keyboard.press("u")
    expect(term).to_have_text(first)
    expect(page.locator("#session-facts")).to_have_text(f"{cards} cards due")
    expect(page.locator("#figure-today")).to_have_text("0 cards")

    page.keyboard.press("e")
    assert complaints(page) == []
    page.get_by_label("Front").fill("my own words")
    page.get_by_role("button", name="Save").click()
    expect(term).to_have_text("my own words")
    page.keyboard.press("e")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator("#session-facts")).to_have_text(f"{cards - 1} cards due")
    expect(page.locator("#due-count")).to_have_text(f"{cards - 1} due")


def test_kept_cards_are_searched_and_all_of_them_reached(visitor: Visitor) -> None:
    page = visitor.open()
    cards = _keep(page)
    rows = page.locator("#browse-list > li")
    expect(rows).to_have_count(min(cards, 20))
    page.get_by_role("button", name="Show more").click()
    expect(rows).to_have_count(cards)
    word = rows.last.locator("strong").inner_text()
    page.get_by_label("Search").fill(word)
    expect(page.locator("#browse-facts")).to_contain_text("found")
    expect(rows.filter(has_text=word).first).to_be_visible()
    page.get_by_label("Search").fill("no such word anywhere")
    expect(page.locator("#browse-facts")).to_have_text("No card has these words.")


def test_a_card_that_is_soon_back_comes_by_itself_or_at_once(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open("/review")
    page.clock.install()
    page.reload()
    table = tmp_path / "words.csv"
    table.write_text("front,back\nartery,vessel\n")
    page.get_by_label("Import CSV or Anki text").set_input_files(table)
    page.get_by_role("button", name="Keep 1 card").click()
    card(page).click()
    page.get_by_role("button", name="Again").click()
    expect(page.locator("#next-due")).to_contain_text("comes here by itself")
    page.get_by_role("button", name="Go on with 1 card now").click()
    expect(page.locator(".front .term")).to_have_text("artery")
    card(page).click()
    page.get_by_role("button", name="Again").click()
    expect(page.locator("#done")).to_be_visible()

    page.route(
        "**/api/flashcards/due*",
        lambda route: route.fulfill(
            json={
                "flashcards": [
                    {"id": "x", "front": "back again", "back": "b", "topic": "T", "example": "",
                     "pronunciation": "", "difficulty": "beginner", "dueAfter": {}}
                ],
                "dueCards": 1,
                "nextDueAt": None,
            }
        ),
    )  # fmt: skip
    page.clock.run_for(70_000)
    expect(page.locator(".front .term")).to_have_text("back again")


def _bring(page: Page, tmp_path: Path, *rows: str) -> None:
    table = tmp_path / f"{rows[0].split(',')[0]}.csv"
    table.write_text("\n".join(["front,back", *rows, ""]))
    page.get_by_label("Import CSV or Anki text").set_input_files(table)
    page.locator("#preview-yes").click()
    expect(page.locator("#brought")).to_contain_text("kept")


def test_who_goes_on_at_once_is_not_interrupted_when_the_time_has_come(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open("/review")
    page.clock.install()
    page.reload()
    _bring(page, tmp_path, "artery,vessel", "vein,another vessel")
    for left in (1, 0):
        card(page).click()
        page.get_by_role("button", name="Again").click()
        expect(page.locator("#session-facts")).to_have_text(f"{left} card{'' if left else 's'} due")
    page.get_by_role("button", name="Go on with 2 cards now").click()
    card(page).click()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(70_000)
    expect(page.get_by_role("button", name="Good")).to_be_enabled()
    assert [url for url in asked if "/due" in url] == []
    expect(page.locator("#session-facts")).to_have_text("2 cards due")


def test_a_server_that_is_away_after_the_last_card_is_asked_again(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open("/review")
    _bring(page, tmp_path, "artery,vessel")
    expect(card(page)).to_be_visible()  # it has been fetched
    page.route("**/api/flashcards/due*", lambda route: route.abort())
    card(page).click()
    page.get_by_role("button", name="Good").click()
    expect(page.locator("#problem")).to_contain_text("could not be reached")
    page.unroute_all()
    page.keyboard.press("e")
    page.keyboard.press("3")
    expect(page.get_by_role("heading", name="Nothing is due now")).to_be_visible()
    expect(page.locator("#figure-today")).to_have_text("1 card")
    visitor.forgive("ERR_FAILED")


def test_of_two_decks_the_one_that_was_chosen_last_is_reviewed(
    visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.open("/review")
    _bring(page, tmp_path, "artery,vessel")
    _bring(page, tmp_path, "quay,landing place")
    held: list[Route] = []
    page.route("**/due?subject=artery*", lambda route: held.append(route))
    deck = page.get_by_label("Deck")
    with page.expect_request("**/due?subject=artery*"):
        deck.select_option("artery")
    deck.select_option("quay")
    expect(page.locator(".front .term")).to_have_text("quay")
    with page.expect_response("**/due?subject=artery*"):
        held[0].continue_()
    expect(page.locator(".front .term")).to_have_text("quay")
    page.keyboard.press("Space")
    expect(page.locator(".back .meaning")).to_have_text("landing place")


def test_a_preview_names_the_rows_that_are_no_cards(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.open("/review")
    table = tmp_path / "words.csv"
    table.write_text('front,back\nessen,to eat\nEssen,food\nessen,to eat\n,nothing\n"x,y\n')
    page.get_by_label("Import CSV or Anki text").set_input_files(table)
    facts = "2 new cards · 1 row twice in the file · 2 rows left out"
    expect(page.locator("#preview-facts")).to_have_text(facts)
    expect(page.locator("#preview-problems li")).to_have_text(
        ["Row 4: front or back is empty", "Row 5: a quotation mark is not closed"]
    )
    assert complaints(page) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="You have kept no cards yet")).to_be_visible()


def test_all_four_ratings_are_on_the_first_screen_of_a_phone(visitor: Visitor) -> None:
    page = visitor.open(**PHONE)
    _keep(page)
    page.reload()
    card(page).click()
    for name in ("Again", "Hard", "Good", "Easy"):
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


def test_every_state_of_the_review_page_fits_and_can_be_read(visitor: Visitor) -> None:
    page = visitor.open("/review")
    expect(page.get_by_role("heading", name="You have kept no cards yet")).to_be_visible()
    seen = {"nothing": complaints(page)}
    page.goto("/")
    _keep(page)
    seen["front"] = complaints(page)
    card(page).click()
    expect(page.get_by_role("button", name="Good")).to_be_enabled()
    seen["back"] = complaints(page)
    assert {state: found for state, found in seen.items() if found} == {}
